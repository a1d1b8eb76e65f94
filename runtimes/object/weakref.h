/*
 * Weak references: they name an object, their target, without keeping it alive.
 *
 * A weak reference is a container like any other; its target is any container.  It becomes null when its target dies, or
 * when the collector finds either of them unreachable: from then on weakref_get returns null.  If it has a callback and is
 * itself alive and no garbage, the callback runs once, in the thread that ended the target, after all weak references to
 * the target became null and before the target's finalizer.  It runs with no lock held and may do whatever user code may.
 * A weak reference that the collector has found unreachable is not called back any more, even if a finalizer brings it back
 * and its target dies before the collector knows.
 * The argument is for the callback to use: a reference that the weak reference owns.
 *
 * Idea: an object has no word for its weak references.  A bit of its collector's word, WEAK, says that there may be some,
 * and a side table finds them: stripes keyed by the target's address, each a lock and a hash table of chains, linked through
 * the weak references themselves.  Adding one and taking one out is O(1); a death looks through one chain.  A stripe's table
 * doubles when it has more weak references than chains, and goes when it has none; with no memory for that the chains grow
 * longer instead.
 *
 * The target is read only under its stripe's lock.  An end of a target whose word says WEAK takes that lock before its memory
 * goes, so a target found there is still an object, maybe with its last reference gone: rc_upgrade tells.  It also takes
 * the lock to null the weak references, for whose callbacks it upgrades them, too: a weak reference may be dying at this
 * moment in another thread, and that waits for the same lock until its target is null.
 *
 * Lock order: a stripe's lock is a leaf.  Its holder polls no safepoint, runs no user code, allocates and releases nothing,
 * so a stopped world has nobody inside.
 * Ordering: (W1) release of the target's null, the last access to a weak reference by the end of its target, with (W2)
 *           acquire by the end of the weak reference, which then may give its memory back without the lock.
 * Invariant: a weak reference whose target is not null is on the target's chain, and the target's word says WEAK.
 *
 * Bytes: a container header + 40 (size.h), and 8 to 16 in the side table.
 * Source: side tables keyed by address as in Swift's runtime and WebKit's ParkingLot; callbacks as in CPython's weakref.
 */
#ifndef RUNTIMES_OBJECT_WEAKREF_H
#define RUNTIMES_OBJECT_WEAKREF_H

#include "runtimes/object/object.h"

typedef void weakref_callback(struct thread *T, rc_loc weakref);

struct weakref_obj {
    struct container container;
    weakref_callback *callback; /* or NULL */
    rc_slot argument;
    struct container *_Atomic target;
    struct weakref_obj *next;  /* on its target's chain, or among the callbacks of a thread */
    struct weakref_obj **link; /* what points to it on the chain */
};

extern const struct type weakref_type;

static inline struct weakref_obj *weakref_of(rc_loc weakref)
{
    struct weakref_obj *w = (struct weakref_obj *)obj_get(weakref);
    ASSERT(obj_is(&w->container.obj, OBJ_WEAKREF));
    return w;
}

/* A weak reference to the container `target`; `argument` may be null. */
rc_ref weakref_new(struct thread *T, rc_loc target, weakref_callback *callback, rc_ref argument);

/* A reference to the target; null if it is dead. */
rc_loc weakref_get(struct thread *T, rc_loc weakref);

static inline rc_loc weakref_argument(struct thread *T, rc_loc weakref)
{
    struct weakref_obj *w = weakref_of(weakref);
    return rc_load(T, &w->container.obj.rc, &w->argument);
}

/* --- for the ends of objects -------------------------------------------------------------------------------------- */

/* The target is dead, or garbage and the world stopped: makes all weak references to it null and queues the callbacks
 * that are due to be called by T.  `target` says WEAK; afterwards it does not. */
void weakref_end_all(struct thread *T, struct container *target);

/* Runs the callbacks that are queued. */
void weakref_call_back(struct thread *T);

/* Makes it null, so that it is not called back, and releases its argument: of one that is garbage, and of a dead one. */
void weakref_clear(struct thread *T, struct weakref_obj *w);
void weakref_fini(struct thread *T, struct weakref_obj *w);

/* All heaps are about to end with what is in them (alloc/end.h): forgets every weak reference.  No thread is attached. */
void weakref_forget_all(void);

#endif
