/*
 * atomic: no global lock; every count is one shared word, changed by locked instructions (atomic_count.h).
 *
 * Idea: a slot is read without a lock.  The reader increments the count it found there unless it is zero, then looks at the
 * slot again: if it still names the object, the reference is good; else it is given back and the reader tries again.  The
 * count may belong to an object that has died meanwhile, or to a new one in its place: memory keeps its type until a grace
 * period is over (alloc/heap.h), so the word read is always a count, and a dead object's is zero.
 * atomic_locked.h is the same with a lock instead.
 *
 * Ordering: (A3) to (A6) in atomic_count.h, and
 *   (A1) acquire load of a slot               with (A2) release exchange of a slot: the object's contents are visible.
 * Source: try-increment and re-check as in the Linux kernel's lockless page cache (N. Piggin, 2006) and folly's
 * atomic_shared_ptr discussions.
 */
#ifndef RUNTIMES_RC_ATOMIC_H
#define RUNTIMES_RC_ATOMIC_H

#include "runtimes/rc/atomic_count.h"

#define RC_NAME "atomic"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p,
                  ref.p); /* (A2): late readers may find it before its host is published anew */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    struct rc_header *o = load_acquire(&slot->p); /* (A1) */
    *loc = (rc_loc){(uintptr_t)o};
    if (o == NULL)
        return true;
    if (unlikely(!atomic_try_increment(o)))
        return false;
    if (likely(load_acquire(&slot->p) == o || FAULT(skip_recheck))) /* (A1) */
        return true;
    eager_decrement(T, o);
    return false;
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    rc_loc loc;
    while (unlikely(!strategy_try_load(T, slot, &loc)))
        cpu_relax();
    return loc;
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

#endif
