/*
 * The word of an object that is counted under hazard pointers: references << 3 | state.  What it means, and (H6) to (H8): hazard.h.
 */
#ifndef RUNTIMES_RC_HAZARD_COUNT_H
#define RUNTIMES_RC_HAZARD_COUNT_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/types.h"

struct rc_header {
    _Atomic uint32_t word;
    struct lock lock; /* of the container, for changes of more than one slot */
};
#define RC_HEADER_FIELDS "state:3 count:29 lock:32" /* for bench/tour/header.h */

#define HAZARD_MARKED UINT32_C(1)
#define HAZARD_RETIRED UINT32_C(2)
#define HAZARD_TOUCHED UINT32_C(4)
#define HAZARD_ONE UINT32_C(8)
#define HAZARD_SATURATED (UINT32_C(1) << 30) /* a range, since threads that race overshoot */
#define HAZARD_IMMORTAL (UINT32_C(3) << 30 | HAZARD_MARKED)

/* The count of a marked object is one: ends that reference. */
void hazard_end_last(struct thread *T, struct rc_header *o);
/* The caller has ended it: nobody else knows it. */
void hazard_died(struct thread *T, struct rc_header *o);
/* The caller has made the count zero. */
void hazard_end_none(struct thread *T, struct rc_header *o, uint32_t word);

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->word, HAZARD_ONE);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->word, HAZARD_IMMORTAL); /* (H8) */
}

static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T;
    return load_acquire(&o->word) == HAZARD_ONE; /* (H7) */
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

/* By who has the object's only reference, nobody else is disturbed. */
static inline void hazard_mark(struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    if (likely((word & HAZARD_MARKED) != 0) || FAULT(unmarked_store))
        return;
    if (likely(word == HAZARD_ONE)) {
        (void)load_acquire(&o->word);                        /* (H7) */
        store_release(&o->word, HAZARD_ONE | HAZARD_MARKED); /* (H8) */
    } else {
        fetch_or_release(&o->word, HAZARD_MARKED); /* (H8) */
    }
}

/* An immortal object's cache line is written by nobody. */
static inline void hazard_stay_immortal(struct rc_header *o, uint32_t word)
{
    if (unlikely(word != HAZARD_IMMORTAL))
        store_release(&o->word, HAZARD_IMMORTAL); /* (H8) */
}

/* The caller has a reference, counted or announced. */
static inline void hazard_increment(struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    if (unlikely(word >= HAZARD_SATURATED)) {
        hazard_stay_immortal(o, word);
        return;
    }
    word = fetch_add_relaxed(&o->word, HAZARD_ONE);
    if (unlikely((word & HAZARD_RETIRED) != 0) && !FAULT(untold_raise))
        fetch_or_relaxed(&o->word, HAZARD_TOUCHED);
}

static inline void hazard_decrement(struct thread *T, struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    if (REFBENCH_DEBUG && unlikely(word < HAZARD_ONE))
        rc_count_too_small(o);
    if (word == HAZARD_ONE) {
        (void)load_acquire(&o->word); /* (H7) */
        store_relaxed(&o->word, 0);
        hazard_died(T, o);
    } else if (word < 2 * HAZARD_ONE) {
        hazard_end_last(T, o);
    } else if (likely(word < HAZARD_SATURATED)) {
        word = fetch_sub_release(&o->word, HAZARD_ONE) - HAZARD_ONE; /* (H6) */
        if (unlikely(word < HAZARD_ONE))
            hazard_end_none(T, o, word);
    }
}

/* By who has no reference.  False if the object is dead, or nobody else may know it.  `o` may have been anything of its kind
 * since it was read. */
static inline bool hazard_try_increment(struct rc_header *o)
{
    uint32_t word = load_relaxed(&o->word);
    uint32_t next;
    do {
        if ((word & HAZARD_MARKED) == 0)
            return false;
        if (unlikely(word >= HAZARD_SATURATED)) {
            (void)load_acquire(&o->word); /* (H8') */
            hazard_stay_immortal(o, word);
            return true;
        }
        next = word + HAZARD_ONE;
        if ((word & HAZARD_RETIRED) != 0)
            next |= HAZARD_TOUCHED;
    } while (!cas_weak_acquire(&o->word, &word, next)); /* (H8') */
    return true;
}

#endif
