/*
 * atomic_locked: the strategy atomic (atomic_count.h) with a lock around every read of a slot, where atomic looks twice.
 *
 * Idea: the lock of a slot's host guards the slot, so a reader's increment cannot be late: while it holds the lock, the
 * slot's own reference keeps the object alive.  No memory waits for a grace period.  What this costs beside `atomic` is what
 * optimistic reading is worth.
 *
 * Ordering: (A3) to (A6) in atomic_count.h; slots are ordered by their lock.
 * Invariant: a slot is read and written inside the lock of its host, or inside atomic_hostless.
 */
#ifndef RUNTIMES_RC_ATOMIC_LOCKED_H
#define RUNTIMES_RC_ATOMIC_LOCKED_H

#include "runtimes/rc/atomic_count.h"

#define RC_NAME "atomic_locked"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 0,
    RC_MAX_THREADS = 256,
};

extern struct lock atomic_hostless; /* for slots outside any object */

static inline struct lock *atomic_slot_lock(struct rc_header *host)
{
    return host != NULL ? &host->lock : &atomic_hostless;
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_relaxed(&slot->p, ref.p); /* published with its host, or by its lock */
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, load_relaxed(&slot->p));
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    lock_acquire(atomic_slot_lock(host));
    rc_loc loc = strategy_load_locked(T, host, slot);
    lock_release(atomic_slot_lock(host));
    return loc;
}

/* Nobody reads late here. */
static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    (void)T, (void)slot, (void)loc;
    return false;
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {load_relaxed(&slot->p)};
    store_relaxed(&slot->p, ref.p);
    return old;
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    lock_acquire(atomic_slot_lock(host));
    rc_ref old = strategy_xchg_locked(T, host, slot, ref);
    lock_release(atomic_slot_lock(host));
    return old;
}

#endif
