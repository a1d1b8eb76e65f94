/*
 * Counts of one shared word, changed by locked instructions: what the strategies atomic and atomic_locked have in common.
 * They differ in how a slot is read.
 *
 * Ordering
 *   (A3) acquire of the try-increment         with (A4) release of the count's first store: if the count belongs to a new
 *        object in the place of the one that was named, whatever took the old one's name away came before, so a
 *        second look at the name cannot find it there.
 *   (A5) acquire load after the last release  with (A6) every release decrement: all uses come before the destruction.
 *   Increments on behalf of a reference one already has are relaxed: they make nothing visible.
 * Invariant: count = references, as long as it is below ATOMIC_SATURATED; from there on the object is immortal.  Counts are
 * tested before they are changed, so racing threads may overshoot by one each: saturation is a range, not a value.
 * Source: decrement-release, acquire-before-destroy as in Boost's intrusive_ptr.
 */
#ifndef RUNTIMES_RC_ATOMIC_COUNT_H
#define RUNTIMES_RC_ATOMIC_COUNT_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/types.h"

struct rc_header {
    _Atomic uint32_t count;
    struct lock lock; /* of the container, for changes of more than one slot */
};
#define RC_HEADER_FIELDS "count:32 lock:32" /* for bench/tour/header.h */

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
        store_release(&o->count, ATOMIC_IMMORTAL); /* (A4) */
}

/* The caller has a reference, or the lock under which the slot that has one is written. */
static inline void eager_increment(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint32_t count = load_relaxed(&o->count);
    if (FAULT(torn_increment) && count < ATOMIC_SATURATED)
        store_relaxed(&o->count, count + 1);
    else if (likely(count < ATOMIC_SATURATED))
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
    if (REFBENCH_DEBUG && unlikely(load_relaxed(&o->count) == 0))
        rc_count_too_small(o);
    if (unlikely(load_relaxed(&o->count) >= ATOMIC_SATURATED) && !FAULT(end_immortals))
        return;
    if (FAULT(relaxed_drop)) {
        if (fetch_sub_relaxed(&o->count, 1) == 1)
            rc_died(T, o);
        return;
    }
    if (fetch_sub_release(&o->count, 1) == 1) { /* (A6) */
        (void)load_acquire(&o->count);          /* (A5) */
        rc_died(T, o);
    }
}

#include "runtimes/rc/eager.h"

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
}

static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    if (!atomic_try_increment(o))
        return RC_NULL_LOC;
    return (rc_loc){(uintptr_t)o};
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
static inline void strategy_before_fork(struct thread *T) { (void)T; }
static inline void strategy_after_fork(struct thread *T) { (void)T; }
static inline void strategy_after_fork_in_child(struct thread *T) { (void)T; }

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
