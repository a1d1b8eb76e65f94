/*
 * none: no counts, and nothing is freed: a program whose memory nobody manages.
 *
 * Idea: the floor of counting and freeing, which cost nothing here.  It need not be the fastest: whoever frees uses memory again
 * that is still in the caches and that the system need not clear, and what that gains may be more than counting takes.
 * All objects are immortal, so a reference needs no count, wherever it is: it is an address.  Finalizers do not run, weak
 * references keep their targets, no collection finds anything, and all memory goes back at once when the runtime stops.
 *
 * What is left to do is publishing: a reader without a lock must find the contents of what it read from a slot.  It looks at
 * the slot once, since what was there at that moment is there for ever.  Tables that a container has outgrown belong to it and
 * not to counting: they are given back after a grace period, as elsewhere.
 *
 *   header   the lock of the container, for changes of more than one slot; there is no count
 *   count    NONE_COUNT references to every object, more than any heap can hold
 *
 * Ordering
 *   (N1) acquire load of a slot               with (N2) release store or exchange of a slot: the object's contents are visible.
 * Invariant: an object is alive from its first reference until the runtime stops.
 * Source: the lower bound of Z. Cai, S. Blackburn, M. Bond, M. Maas, "Distilling the Real Cost of
 * Production Garbage Collectors", ISPASS 2022; there it is estimated from collectors, here it runs.
 */
#ifndef RUNTIMES_RC_NONE_H
#define RUNTIMES_RC_NONE_H

#include "alloc/base/atomics.h"
#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/types.h"

#define RC_NAME "none"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_FREES = 0,
    RC_PROMPT_DEATH = 0,
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_header {
    struct lock lock;
};
#define RC_HEADER_FIELDS "lock:32" /* for bench/tour/header.h */

struct rc_thread {
    char none; /* nothing is kept per thread */
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

#define NONE_COUNT (SIZE_MAX / 2)

static inline void strategy_init(struct thread *T, struct rc_header *o) { (void)T, (void)o; }
static inline void strategy_immortalize(struct thread *T, struct rc_header *o) { (void)T, (void)o; }

static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
    return false; /* nobody knows */
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

static inline void eager_increment(struct thread *T, struct rc_header *o) { (void)T, (void)o; }
static inline void eager_decrement(struct thread *T, struct rc_header *o) { (void)T, (void)o; }

#include "runtimes/rc/eager.h"

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
}

static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    return eager_loc(T, o);
}

/* --- slots -------------------------------------------------------------------------------------------------------- */

/* Late readers may find it before its host is published. */
static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p, ref.p); /* (N2) */
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, load_acquire(&slot->p)); /* (N1) */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    *loc = strategy_load(T, NULL, slot);
    return true;
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
    return (rc_ref){xchg_acq_rel(&slot->p, ref.p)}; /* (N2), (N1) */
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {load_relaxed(&slot->p)};
    store_release(&slot->p, ref.p); /* (N2) */
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

/* --- threads and the collector: nothing is kept, nothing is owed ---------------------------------------------------- */

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

static inline size_t strategy_count(const struct rc_header *o)
{
    (void)o;
    return FAULT(count_nothing) ? 1 : NONE_COUNT;
}

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    return (rc_ref){o};
}

#endif
