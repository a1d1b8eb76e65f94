/*
 * atomic: no global lock; every count is one shared word, changed by locked instructions.
 *
 * Idea: a slot is read without a lock.  The reader increments the count it found there unless it is zero, then looks at the
 * slot again: if it still names the object, the reference is good; else it is given back and the reader tries again.  The
 * count may belong to an object that has died meanwhile, or to a new one in its place: memory keeps its type until a grace
 * period is over (alloc/heap.h), so the word read is always a count, and a dead object's is zero.
 *
 * Ordering
 *   (A1) acquire load of a slot               with (A2) release exchange of a slot: the object's contents are visible.
 *   (A3) acquire of the try-increment         with (A4) release of the count's first store: if the count belongs to a new
 *        object in the place of the one that was read, whatever took the old one out of the slot came before, so the
 *        second look at the slot cannot find it there.
 *   (A5) acquire load after the last release  with (A6) every release decrement: all uses come before the destruction.
 *   Increments on behalf of a reference one already has are relaxed: they make nothing visible.
 * Invariant: count = references, as long as it is below ATOMIC_SATURATED; from there on the object is immortal.  Counts are
 * tested before they are changed, so racing threads may overshoot by one each: saturation is a range, not a value.
 * Source: try-increment and re-check as in the Linux kernel's lockless page cache (N. Piggin, 2006) and folly's
 * atomic_shared_ptr discussions; decrement-release, acquire-before-destroy as in Boost's intrusive_ptr.
 */
#ifndef RUNTIMES_RC_ATOMIC_H
#define RUNTIMES_RC_ATOMIC_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/fault.h"
#include "runtimes/rc/types.h"

#define RC_NAME "atomic"
enum {
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_header {
    _Atomic uint32_t count;
    struct lock lock; /* of the container, for changes of more than one slot */
};

struct rc_thread {
    char none; /* nothing is kept per thread */
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

#define ATOMIC_SATURATED (UINT32_C(1) << 30)
#define ATOMIC_IMMORTAL (UINT32_C(3) << 30)

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->count, 1); /* (A4) */
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->count, ATOMIC_IMMORTAL); /* (A4) */
}

static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T;
    return load_acquire(&o->count) == 1; /* (A5) */
}

static inline void strategy_lock(struct thread *T, struct rc_header *host)
{
    (void)T;
    lock_acquire(&host->lock);
}

static inline void strategy_unlock(struct thread *T, struct rc_header *host)
{
    (void)T;
    lock_release(&host->lock);
}

/* A count that has got here must not be brought back by a decrement that raced with it; an immortal object's cache line is
 * written by nobody. */
static inline void atomic_stay_immortal(struct rc_header *o, uint32_t count)
{
    if (unlikely(count != ATOMIC_IMMORTAL))
        store_relaxed(&o->count, ATOMIC_IMMORTAL);
}

/* The caller has a reference, or the lock under which the slot that has one is written. */
static inline void eager_increment(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint32_t count = load_relaxed(&o->count);
    if (likely(count < ATOMIC_SATURATED))
        fetch_add_relaxed(&o->count, 1);
    else
        atomic_stay_immortal(o, count);
}

/* False if the object is dead.  `o` may have been anything of its kind since it was read from a slot. */
static inline bool atomic_try_increment(struct rc_header *o)
{
    uint32_t count = load_relaxed(&o->count);
    do {
        if (unlikely(count == 0 && !FAULT(revive_dead)))
            return false;
        if (unlikely(count >= ATOMIC_SATURATED)) {
            (void)load_acquire(&o->count); /* (A3) */
            atomic_stay_immortal(o, count);
            return true;
        }
    } while (!cas_weak_acquire(&o->count, &count, count + 1)); /* (A3) */
    return true;
}

static inline void eager_decrement(struct thread *T, struct rc_header *o)
{
    ASSERT(load_relaxed(&o->count) != 0);
    if (unlikely(load_relaxed(&o->count) >= ATOMIC_SATURATED))
        return;
    if (fetch_sub_release(&o->count, 1) == 1) { /* (A6) */
        (void)load_acquire(&o->count);          /* (A5) */
        rc_died(T, o);
    }
}

#include "runtimes/rc/eager.h"

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_relaxed(&slot->p, ref.p); /* published with its host, (A2) */
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    for (;;) {
        struct rc_header *o = load_acquire(&slot->p); /* (A1) */
        if (o == NULL)
            return RC_NULL_LOC;
        if (likely(atomic_try_increment(o))) {
            if (likely(load_acquire(&slot->p) == o || FAULT(skip_recheck))) /* (A1) */
                return (rc_loc){(uintptr_t)o};
            eager_decrement(T, o);
        }
        cpu_relax();
    }
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, load_relaxed(&slot->p)); /* written under the same lock */
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    (void)T, (void)host;
    return (rc_ref){xchg_acq_rel(&slot->p, ref.p)}; /* (A2), (A1) */
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {load_relaxed(&slot->p)};
    store_release(&slot->p, ref.p); /* (A2) */
    return old;
}

static inline struct rc_header *strategy_peek(const rc_slot *slot)
{
    return load_relaxed(&slot->p);
}

static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    (void)T;
    rc_ref old = {load_relaxed(&slot->p)};
    store_relaxed(&slot->p, NULL);
    return old;
}

static inline void strategy_start(void) {}
static inline void strategy_stop(void) {}
static inline void strategy_attach(struct thread *T) { (void)T; }
static inline void strategy_detach(struct thread *T) { (void)T; }
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }
static inline void strategy_flush(struct thread *T) { (void)T; }
static inline void strategy_settle(struct thread *T) { (void)T; }

static inline bool strategy_on_safepoint(struct thread *T)
{
    (void)T;
    return false;
}

static inline size_t strategy_count(const struct rc_header *o) { return load_relaxed(&o->count); }

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    eager_increment(T, o);
    return (rc_ref){o};
}

#endif
