/*
 * gil: one global lock, plain counts.  What CPython's default build does.
 *
 * Idea: only the thread that holds the global lock touches objects, so a count is a plain word.  A thread that wants the
 * lock waits 5 ms, then asks the holder to let go; the holder does so at its next safepoint and waits until somebody else
 * has had the lock (forced hand-over), else it would take it right back.
 *
 * Ordering: all of it from the global lock's mutex.  Counts are relaxed atomics only so that a debugger, a validator or a
 * wrong strategy shows up as a wrong count and not as undefined behaviour; on every target they are plain moves.
 * Invariant: count = references, or at least RC_IMMORTAL for ever.
 * Source: D. Beazley, "Understanding the Python GIL", 2010; CPython's ceval_gil.c as of 3.2 (A. Pitrou).
 */
#ifndef RUNTIMES_RC_GIL_H
#define RUNTIMES_RC_GIL_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "runtimes/rc/frame_eager.h"
#include "runtimes/rc/types.h"

#define RC_NAME "gil"
enum {
    RC_SERIAL = 1,
    RC_BORROWS = 0,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 0,
    RC_MAX_THREADS = 256,
};

struct rc_header {
    _Atomic uint64_t count;
};

struct rc_thread {
    bool switch_requested;
};

typedef struct {
    struct rc_header *p;
} rc_slot;

typedef struct {
    struct rc_header *p;
} rc_cslot;

#define GIL_IMMORTAL (UINT64_C(1) << 63)

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, GIL_IMMORTAL);
}

static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T;
    return load_relaxed(&o->count) == 1;
}

static inline void strategy_lock(struct thread *T, struct rc_header *host) { (void)T, (void)host; }
static inline void strategy_unlock(struct thread *T, struct rc_header *host)
{
    (void)T, (void)host;
}

static inline void gil_increment(struct rc_header *o)
{
    uint64_t count = load_relaxed(&o->count) + 1;
    if (likely((int64_t)count > 0)) /* not immortal */
        store_relaxed(&o->count, count);
}

static inline void gil_decrement(struct thread *T, struct rc_header *o)
{
    uint64_t count = load_relaxed(&o->count) - 1;
    ASSERT(count != UINT64_MAX);
    if (likely((int64_t)count > 0)) { /* one test for both: not immortal, not the last */
        store_relaxed(&o->count, count);
    } else if (count == 0) {
        store_relaxed(&o->count, 0);
        rc_died(T, o);
    }
}

static inline rc_loc gil_loc(struct rc_header *o)
{
    if (o != NULL)
        gil_increment(o);
    return (rc_loc){(uintptr_t)o};
}

static inline struct rc_header *strategy_get(rc_loc loc) { return (struct rc_header *)loc.w; }

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    (void)T;
    return gil_loc(strategy_get(loc));
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL)
        gil_decrement(T, ref.p);
}

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    strategy_release(T, (rc_ref){strategy_get(loc)});
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    (void)T;
    return (rc_ref){strategy_get(loc)};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return (rc_loc){(uintptr_t)ref.p};
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)T, (void)host;
    return gil_loc(slot->p);
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    return strategy_load(T, host, slot);
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {slot->p};
    slot->p = ref.p;
    return old;
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    return strategy_xchg(T, host, slot, ref);
}

static inline struct rc_header *strategy_peek(const rc_slot *slot) { return slot->p; }

static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    return strategy_xchg(T, NULL, slot, RC_NULL_REF);
}

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)T, (void)host;
    return gil_loc(slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    (void)T;
    rc_ref old = {slot->p};
    slot->p = NULL;
    return old;
}

void strategy_start(void);
void strategy_stop(void);
static inline void strategy_attach(struct thread *T) { (void)T; }
static inline void strategy_detach(struct thread *T) { (void)T; }
void strategy_enter(struct thread *T);
void strategy_leave(struct thread *T);
static inline void strategy_before_pause(struct thread *T) { (void)T; }
bool strategy_on_safepoint(struct thread *T);
static inline void strategy_flush(struct thread *T) { (void)T; }

static inline void strategy_settle(struct thread *T) { (void)T; }
static inline size_t strategy_count(const struct rc_header *o) { return load_relaxed(&o->count); }

static inline void strategy_each_uncounted_root(struct thread *T,
                                                void (*visit)(struct rc_header *, void *),
                                                void *context)
{
    (void)T, (void)visit, (void)context;
}

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    gil_increment(o);
    return (rc_ref){o};
}

#endif
