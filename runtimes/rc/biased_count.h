/*
 * Biased counts: the thread that made an object counts its own references with plain instructions; all others share an atomic word.
 * What the strategies biased and biased_deferred have in common; they differ in how slots are read and references on the stack
 * are kept.
 *
 *   owned    64 bits: owner's id << 32 | the owner's references.  Written by the owner, or for one that is gone, see below; 0 when
 *            nobody owns the object (merged), and in a dead one.
 *   shared   32 bits: references of all others << 2 | state.  May be negative: a reference counted by the owner may be ended
 *            by another thread.
 *   state    PLAIN    nothing special
 *            MARKED   late readers may try-increment this object; the owner must not end it without a compare-and-swap
 *            QUEUED   in the owner's queue, which keeps one reference
 *            MERGED   nobody owns it: shared holds every reference, and at zero it dies
 *
 *   who                         owned                       shared
 *   owner takes / ends one      +1 / -1                     at owned = 0: merge
 *   another takes one           -                           +1
 *   another ends one            -                           -1, or if that would make it negative for the first time:
 *                                                           QUEUED, the reference is kept for the owner to end
 *   merge                       0, before shared says so    + owner's count, MERGED
 *
 * References = owner's count + shared count; a queue's kept reference is one of them.  A foreign decrement that set QUEUED
 * and finds the owner gone, its queue closed, merges the object itself: it alone set QUEUED, so it is alone in doing so.  If it finds
 * that the object has no owner any more, that owner is merging it this moment or has done so: only the reference is ended.
 *
 * An owner is a record, not a thread: the thread that takes over a gone one's record owns what that one owned.  So ids are as
 * few as records, and are never used up.  A record's queue is closed while no thread has it.  Whoever merges for it does so inside the
 * queue's lock, in which the next thread opens it: before that the object is merged, or after that it is queued.
 *
 * Who has no reference but a name of the object (a slot read without a lock, a weak reference) may try-increment it.  An object with
 * shared = PLAIN 0 refuses that, since its owner may be ending it this moment; one that is to be named by a weak reference is
 * marked at once.
 *
 * A strategy has in its struct rc_thread a struct biased_thread first, and defines biased_forget(o), which clears what it keeps itself
 * in the header of an object that dies.
 *
 * Ordering
 *   (B3) acquire of the try-increment            with (B4) release of whatever made `shared` other than PLAIN 0; what follows
 *        on that are read-modify-writes, which carry it on: what took an earlier object in this place out of its name
 *        came before, so a second look there cannot find it.
 *   (B5) acquire when the last reference is found gone, also when the owner finds shared = 0
 *                                                with (B6) release of every foreign decrement.
 *   (B7) the owner's last write to `owned`       before (B8) release of MERGED: who ends the object knows of it, by (B5).
 *   Merging what was queued needs no order: who merges ends a reference afterwards, and that is a (B6); strategy_hold
 *   merges while the world is stopped, and the stop orders it.
 *   Increments for a reference one already has, and all of the owner's, are relaxed.
 *   The queue is ordered by its lock, and so is what `owned` gets from one owner, from who merges for the gone, and from the next one.
 * Invariant: owner's count + (shared >> 2) = references, unless shared >= BIASED_SATURATED: immortal.
 * Source: Choi, Shull and Torrellas, "Biased Reference Counting", PACT 2018; PEP 703 (S. Gross), whose states these are.
 */
#ifndef RUNTIMES_RC_BIASED_COUNT_H
#define RUNTIMES_RC_BIASED_COUNT_H

#include "alloc/base/atomics.h"
#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/types.h"

struct rc_header {
    _Atomic uint64_t owned;
    _Atomic uint32_t shared;
    struct lock lock; /* of the host of slots */
};
#define RC_HEADER_FIELDS                                                                           \
    "count:32 owner:32 state:2 shared:30s lock:32" /* for bench/tour/header.h */

/* Objects whose last foreign reference the owner is to end.  Invariant: a closed queue is empty. */
struct biased_queue {
    struct lock
        lock; /* guards all of the queue; while it is closed, `owned` of the record's objects */
    bool open;
    struct rc_header **items;
    size_t length;
    size_t capacity;
};

/* First in the strategy's struct rc_thread. */
struct biased_thread {
    uint64_t tag; /* the record's id << 32 */
    struct biased_queue queue;
};

enum {
    BIASED_PLAIN = 0,
    BIASED_MARKED = 1,
    BIASED_QUEUED = 2,
    BIASED_MERGED = 3,
    BIASED_STATE = 3,
    BIASED_ONE = 4,
};
#define BIASED_OWNED_LIMIT                                                                         \
    (UINT64_C(1) << 27) /* an owner with so many references counts further ones as others do */
#define BIASED_SATURATED (INT32_C(1) << 30)
#define BIASED_IMMORTAL (UINT32_C(3) << 29)

void biased_owned_zero(struct thread *T, struct rc_header *o);
void biased_decrement_shared(struct thread *T, struct rc_header *o);
bool biased_try_increment(struct rc_header *o);

/* Merges what was queued to T and ends the references that were kept for it. */
void biased_drain(struct thread *T);

/* Closes the queue of T if it is empty: from then on nobody finds this thread. */
bool biased_close(struct thread *T);

void biased_stop(void);
void biased_attach(struct thread *T);
void biased_settle(struct thread *T);
void biased_before_fork(struct thread *T);
void biased_after_fork(struct thread *T);
void biased_after_fork_in_child(struct thread *T);
void strategy_allow_upgrade(struct thread *T, struct rc_header *o);
size_t strategy_count(const struct rc_header *o);
rc_ref strategy_hold(struct thread *T, struct rc_header *o);

static inline struct biased_thread *biased_self(struct thread *T)
{
    return (struct biased_thread *)T;
}

static inline bool biased_is_immortal(uint32_t shared)
{
    return (int32_t)shared >= BIASED_SATURATED;
}

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    store_relaxed(&o->owned, biased_self(T)->tag + 1);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->owned, 0);
    store_release(&o->shared, BIASED_IMMORTAL); /* (B4) */
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

/* For a thread that has a reference already, or the lock under which the slot that has one is written. */
static inline void biased_increment_shared(struct rc_header *o)
{
    if (likely(!biased_is_immortal(load_relaxed(&o->shared))))
        fetch_add_release(&o->shared, BIASED_ONE); /* (B4) */
}

static inline void biased_increment(struct thread *T, struct rc_header *o)
{
    uint64_t owned = load_relaxed(&o->owned);
    uint64_t count = owned ^ biased_self(T)->tag;
    if (likely(count < BIASED_OWNED_LIMIT))
        store_relaxed(&o->owned, owned + 1);
    else
        biased_increment_shared(o);
}

static inline void biased_decrement(struct thread *T, struct rc_header *o)
{
    uint64_t owned = load_relaxed(&o->owned);
    uint64_t count = owned ^ biased_self(T)->tag;
    if (likely(count - 2 < BIASED_OWNED_LIMIT - 2)) /* one test for both: mine, and not the last */
        store_relaxed(&o->owned, owned - 1);
    else if (count == 1)
        biased_owned_zero(T, o);
    else if (!biased_is_immortal(load_relaxed(&o->shared)))
        biased_decrement_shared(T, o);
}

static inline bool biased_is_mine(struct thread *T, uint64_t owned)
{
    return (owned ^ biased_self(T)->tag) < BIASED_OWNED_LIMIT;
}

static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    uint64_t owned = load_relaxed(&o->owned);
    if (likely(biased_is_mine(T, owned)))
        store_relaxed(&o->owned, owned + 1);
    else if (!biased_try_increment(o))
        return RC_NULL_LOC;
    return (rc_loc){(uintptr_t)o};
}

#endif
