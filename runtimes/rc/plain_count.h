/*
 * Counts that are plain words: what the strategies plain and gil have in common.  Only one thread at a time touches objects.
 *
 * Ordering: none of their own; who lets another thread run orders everything.  Counts are relaxed atomics only so that a debugger, a
 * validator or a wrong strategy shows up as a wrong count and not as undefined behaviour; on every target they are plain moves.
 * Invariant: count = references, or PLAIN_IMMORTAL for ever; a count that reaches PLAIN_SATURATED becomes that.
 */
#ifndef RUNTIMES_RC_PLAIN_COUNT_H
#define RUNTIMES_RC_PLAIN_COUNT_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "runtimes/rc/types.h"

struct rc_header {
    _Atomic uint64_t count;
};
#define RC_HEADER_FIELDS "count:64" /* for bench/tour/header.h */

typedef struct {
    struct rc_header *p;
} rc_slot;

#define PLAIN_SATURATED (UINT64_C(1) << 63)
#define PLAIN_IMMORTAL (UINT64_C(3) << 62) /* negative, and so is its neighbour on either side */

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, PLAIN_IMMORTAL);
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

static inline void eager_increment(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint64_t count = load_relaxed(&o->count) + 1;
    if (likely((int64_t)count > 0)) /* not immortal */
        store_relaxed(&o->count, count);
    else if (unlikely(count == PLAIN_SATURATED))
        store_relaxed(&o->count, PLAIN_IMMORTAL);
}

static inline void eager_decrement(struct thread *T, struct rc_header *o)
{
    uint64_t count = load_relaxed(&o->count) - 1;
    if (REFBENCH_DEBUG && unlikely(count == UINT64_MAX))
        rc_count_too_small(o);
    if (likely((int64_t)count > 0)) { /* one test for both: not immortal, not the last */
        store_relaxed(&o->count, count);
    } else if (count == 0) {
        store_relaxed(&o->count, 0);
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
    return load_relaxed(&o->count) != 0 ? eager_loc(T, o) : RC_NULL_LOC;
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, slot->p);
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    *loc = eager_loc(T, slot->p);
    return true;
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

static inline void strategy_attach(struct thread *T) { (void)T; }
static inline void strategy_detach(struct thread *T) { (void)T; }
static inline void strategy_flush(struct thread *T) { (void)T; }
static inline void strategy_settle(struct thread *T) { (void)T; }
static inline size_t strategy_count(const struct rc_header *o) { return load_relaxed(&o->count); }

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    eager_increment(T, o);
    return (rc_ref){o};
}

#endif
