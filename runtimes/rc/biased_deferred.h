/*
 * biased_deferred: biased counts (biased_count.h), and references on the stack that are borrowed (borrowing.h).
 *
 * Idea: most references are read from a field, looked at and dropped by a thread that runs on.  These are not counted at all,
 * whoever owns the object, so readers of one object write nothing to it.  What is counted, a reference that is stored, kept over a
 * pause or new, is counted as `biased` does it: by plain instructions, where the owner does so.  As every decrement has waited for a grace
 * period when it is applied, a slot is read by one load: no try-increment, no second look, no lock, and no mark.
 *
 *   a decrement is      given up         written down by its thread; its batch is full: a grace period is asked for
 *                       ripe             applied by that thread: by the owner plainly, else to the shared word, and if
 *                                        that would make it negative for the first time, by the owner's queue
 *                       queued           merged by the owner at its next safepoint: nobody borrows from it any more
 *
 * So an object dies, at the latest, when its thread has filled a batch, all threads have come to a safepoint after that, and its thread
 * and its owner to one more.  What is garbage meanwhile is bounded by what is given up in the time between two polls of the slowest
 * thread, and a batch of each thread; a collection applies whatever waits.
 *
 * A leaf, which refers to nothing, says so where others have their lock.  The last reference to one ends at once if its thread owns it
 * and counts it on its stack: numbers that are made and dropped cost what they cost with `biased`.
 *
 * Ordering: (B3) to (B8) in biased_count.h, (E1) and (E2) in borrowing.h.  Whoever applies a decrement has the grace period's lock
 * between itself and all borrowers, so (B5) and (B6) are for what was done with counted references.
 * Invariant: owner's count + (shared >> 2) = references in slots, refs and counted cells + decrements deferred.
 * Source: those of biased_count.h and borrowing.h.
 *
 * source runtimes/rc/biased_count.c runtimes/rc/borrowing.c
 */
#ifndef RUNTIMES_RC_BIASED_DEFERRED_H
#define RUNTIMES_RC_BIASED_DEFERRED_H

#include "alloc/base/check.h"
#include "runtimes/rc/biased_count.h"
#include "runtimes/rc/deferral.h"
#include "runtimes/rc/frame_linked.h"

#define RC_NAME "biased_deferred"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 1,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 0, /* but leaves that were never in a slot die at once */
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_thread {
    struct biased_thread biased;
    struct rc_frame *frames;
    int64_t
        borrowed; /* debug builds: locs with the borrowed bit that the thread has, but for null ones */
    struct deferral deferral;
    const struct rc_frame *final; /* the top frame, while decrements are final */
};

static inline void counted_increment(struct thread *T, struct rc_header *o)
{
    biased_increment(T, o);
}

static inline void counted_decrement(struct thread *T, struct rc_header *o)
{
    biased_decrement(T, o);
}

static inline bool counted_is_immortal(struct rc_header *o)
{
    return biased_is_immortal(load_relaxed(&o->shared));
}

/* In the place of a lock that nobody takes. */
#define BIASED_LEAF UINT32_MAX

static inline void strategy_init_leaf(struct thread *T, struct rc_header *o)
{
    strategy_init(T, o);
    store_relaxed(&o->lock.word, BIASED_LEAF);
}

static inline void biased_forget(struct rc_header *o) { store_relaxed(&o->lock.word, 0); }

static inline bool counted_is_my_leaf(struct thread *T, struct rc_header *o)
{
    return biased_is_mine(T, load_relaxed(&o->owned)) && load_relaxed(&o->lock.word) == BIASED_LEAF;
}

static inline bool counted_dup_leaf(struct thread *T, struct rc_header *o)
{
    if (!counted_is_my_leaf(T, o) || FAULT(alias_leaf))
        return false;
    biased_increment(T, o);
    return true;
}

/* If no other has counted a reference, and no weak reference names the leaf, its shared word is 0. */
static inline bool counted_end_leaf(struct thread *T, struct rc_header *o)
{
    if (load_relaxed(&o->owned) != biased_self(T)->tag + 1 ||
        load_relaxed(&o->lock.word) != BIASED_LEAF || load_acquire(&o->shared) != 0) /* (B5) */
        return false;
    store_relaxed(&o->owned, 0);
    biased_forget(o);
    rc_died(T, o);
    return true;
}

static inline void counted_reduce(struct rc_header *o)
{
    uint64_t owned = load_relaxed(&o->owned);
    if ((uint32_t)owned > 1)
        store_relaxed(&o->owned, owned - 1);
    else
        store_relaxed(&o->shared, load_relaxed(&o->shared) - BIASED_ONE);
}

#include "runtimes/rc/borrowing.h"

static inline void strategy_start(void) {}
void strategy_stop(void);
void strategy_attach(struct thread *T);
void strategy_detach(struct thread *T);
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }
bool strategy_on_safepoint(struct thread *T);
void strategy_flush(struct thread *T);
void strategy_before_fork(struct thread *T);
void strategy_after_fork(struct thread *T);
void strategy_after_fork_in_child(struct thread *T);
void strategy_settle(struct thread *T);

#endif
