/*
 * THE contract between the runtime and a counting strategy.
 *
 * A runtime = a counting strategy + its locking.  Objects and workloads never count: they say what they mean on distinct
 * types (runtimes/rc/types.h), and the strategy decides what that costs.  Each program is compiled with one strategy:
 * RC_STRATEGY_HEADER names its header, which defines
 *
 *   types      struct rc_header, struct rc_thread (first member of struct thread), rc_slot, rc_cslot
 *   frames     RC_FRAME and RC_LEAVE, by including eager.h, which brings whatever all eager strategies share, its half
 *              eager_loc.h, or frame_linked.h
 *   constants  RC_NAME (a string) and the enumerators
 *                RC_CONTRACT           the contract it is written for: RC_CONTRACT_NUMBER of types.h at that time
 *                RC_SERIAL             one thread runs at a time (a global lock, or no other thread): locks cost nothing, one heap serves all
 *                RC_BORROWS            an rc_loc may be uncounted
 *                RC_FREES              an object whose last reference is gone dies, then or later; else all are immortal, no
 *                                      collection finds anything, and all memory goes back when the runtime stops
 *                RC_PROMPT_DEATH       an object dies at once when its last reference goes; else after a grace period, if at all
 *                RC_OPTIMISTIC_READERS containers are read without their lock, and so readers may look at a dead object's
 *                                      header or a replaced table: both kinds of memory wait for a grace period
 *                RC_MAX_THREADS        how many may be attached at a time
 *   operations strategy_<verb> for every verb below
 * What is missing, mistyped or read by nobody is a compile error in one line that names it (contract.c).
 *
 * Rules that every strategy and every caller keeps
 *   - Locs live in frame cells.  A loc stays valid across safepoints as long as it is in its cell; a copy of a cell in
 *     another C variable may only be *looked at* (rc_get, or passed as a borrowed argument), never dropped or consumed.
 *   - A cell whose loc was dropped, consumed or moved to another cell is overwritten before the next safepoint: what a
 *     cell holds at a safepoint is a live reference, and a strategy may count it.  Ending a reference may run a finalizer, and so
 *     poll safepoints: unless it is known to have none, the cell is overwritten first, as rc_clear does.  What else a strategy
 *     finds dead then waits for a safepoint, unless the object that ends is a container: an atom may be ended where no code of users may run.
 *   - rc_own consumes its loc; rc_move, rc_store, rc_init_slot and rc_init_cslot consume their ref; rc_xchg consumes one
 *     ref and returns one.  The null reference may be given to all of them.
 *   - References go from thread to thread in slots; a ref that goes otherwise is the last that the giver has of its object.
 *   - `host` is the object that holds the slot, or NULL for a slot outside any object (a queue, a global).
 *   - Slots of one host are written with rc_store and rc_xchg (which take the host's lock if the strategy needs one) or,
 *     inside rc_lock(host), with rc_replace_locked and rc_xchg_locked: all slots of one host the same way.  rc_load may run
 *     beside all of these.  What replaced a reference without wanting it says so (rc_store, rc_replace_locked and rc_end): to
 *     take one out of a slot and keep it may cost more.
 *   - rc_lock is the lock of a container, for changes of more than one slot.  A holder never polls a safepoint, blocks,
 *     makes an object, but for shared ints, takes another such lock or releases a reference.
 *   - A strategy calls up only what types.h declares.
 */
#ifndef RUNTIMES_RC_RC_H
#define RUNTIMES_RC_RC_H

#include "runtimes/rc/types.h"

#include RC_STRATEGY_HEADER

#include "runtimes/rc/tally.h"

/* --- objects ---------------------------------------------------------------------------------------------------- */

/* Begins the life of an object whose header is all zeros: one reference, the caller's. */
static inline rc_ref rc_init(struct thread *T, struct rc_header *object)
{
    strategy_init(T, object);
    rc_tally_new(T, object);
    return (rc_ref){object};
}

/* The same of an object that will never refer to others. */
static inline rc_ref rc_init_leaf(struct thread *T, struct rc_header *object)
{
    strategy_init_leaf(T, object);
    rc_tally_new(T, object);
    return (rc_ref){object};
}

/* Makes `object` live until the program ends: its count never changes again.  Only before other threads see it. */
static inline void rc_immortalize(struct thread *T, struct rc_header *object)
{
    strategy_immortalize(T, object);
    rc_tally_immortal(object);
}

/* A dead object, its header all zeros and nobody else able to reach it, lives again with one reference, the caller's:
 * its finalizer is to see it. */
static inline rc_ref rc_revive(struct thread *T, struct rc_header *object)
{
    strategy_init(T, object);
    rc_tally_inc(T, object, PROFILE_OWNED);
    return (rc_ref){object};
}

/* True only if the caller's reference is the only one; may say false at any time. */
static inline bool rc_is_unique(struct thread *T, struct rc_header *object)
{
    return strategy_is_unique(T, object);
}

static inline void rc_lock(struct thread *T, struct rc_header *host)
{
    strategy_lock(T, host);
    rc_tally_lock();
    if (REFBENCH_DEBUG)
        rc_quiet++;
}

static inline void rc_unlock(struct thread *T, struct rc_header *host)
{
    if (REFBENCH_DEBUG)
        rc_quiet--;
    strategy_unlock(T, host);
}

/* --- references on the stack -------------------------------------------------------------------------------------- */

/* The object, to look at while the cell holds it; NULL for the null reference. */
static inline struct rc_header *rc_get(rc_loc loc) { return strategy_get(loc); }

/* One more reference to what a cell refers to: an alias, an argument. */
static inline rc_loc rc_dup(struct thread *T, rc_loc loc)
{
    rc_tally_inc(T, strategy_get(loc), PROFILE_STACK);
    return strategy_dup(T, loc);
}

/* Ends a stack reference. */
static inline void rc_drop(struct thread *T, rc_loc loc)
{
    rc_tally_dec(T, strategy_get(loc), PROFILE_STACK);
    strategy_drop(T, loc);
}

/* Ends the stack reference in a cell and empties the cell. */
static inline void rc_clear(struct thread *T, rc_loc *cell)
{
    rc_loc loc = *cell;
    *cell = RC_NULL_LOC;
    rc_drop(T, loc);
}

/* A stack reference becomes an owned one. */
static inline rc_ref rc_own(struct thread *T, rc_loc loc)
{
    rc_tally_own(T, strategy_get(loc));
    return strategy_own(T, loc);
}

/* An owned reference becomes one on the stack. */
static inline rc_loc rc_move(struct thread *T, rc_ref ref)
{
    rc_tally_move(T, ref.p);
    return strategy_move(T, ref);
}

/* Ends an owned reference. */
static inline void rc_release(struct thread *T, rc_ref ref)
{
    rc_tally_dec(T, ref.p, PROFILE_OWNED);
    strategy_release(T, ref);
}

/* --- names without a count: weak references, entries of an index ------------------------------------------------- */

/* From now on something that counts as no reference may name the object, and rc_upgrade be asked of it.  The caller has a
 * reference. */
static inline void rc_allow_upgrade(struct thread *T, struct rc_header *object)
{
    strategy_allow_upgrade(T, object);
}

/* A counted stack reference to an object that is named so; null if its last reference is gone, and possibly if the name is
 * out of date.  Its memory is still an object's of its kind: either the caller holds a lock that the object's end takes
 * before the memory goes, or it reads late (RC_OPTIMISTIC_READERS); then the object may be a new one in that place, and the
 * caller looks again, with acquire, whether the name still stands. */
static inline rc_loc rc_upgrade(struct thread *T, struct rc_header *object)
{
    rc_loc loc = strategy_upgrade(T, object);
    rc_tally_inc(T, strategy_get(loc), PROFILE_NAMED);
    return loc;
}

/* --- slots that threads may race on ------------------------------------------------------------------------------- */

/* First value of a slot that holds nothing and that nobody else writes: of a new object, or inside rc_lock.  A reader with
 * rc_try_load may find it at once. */
static inline void rc_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    strategy_init_slot(T, slot, ref);
}

/* Reads a slot; the null loc if it is empty.  The lock of `host` is not held by the caller. */
static inline rc_loc rc_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    rc_loc loc = strategy_load(T, host, slot);
    rc_tally_inc(T, strategy_get(loc), PROFILE_READ);
    return loc;
}

/* Reads a slot, in one try and without a lock, beside writers inside the lock of its host.  True: *loc refers to what the
 * slot held at some moment of the call, null if it was empty.  False: take the lock.  In a table that may have been
 * replaced the caller looks again, with acquire, whether it is still the host's; else it drops *loc. */
static inline bool rc_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    bool loaded = strategy_try_load(T, slot, loc);
    rc_tally_inc(T, loaded ? strategy_get(*loc) : NULL, PROFILE_READ);
    return loaded;
}

/* The same as rc_load inside rc_lock(host). */
static inline rc_loc rc_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    rc_loc loc = strategy_load_locked(T, host, slot);
    rc_tally_inc(T, strategy_get(loc), PROFILE_FOUND);
    return loc;
}

/* Writes a slot and returns what it held. */
static inline rc_ref rc_xchg(struct thread *T, struct rc_header *host, rc_slot *slot, rc_ref ref)
{
    rc_tally_write(host);
    return strategy_xchg(T, host, slot, ref);
}

/* The same inside rc_lock(host).  Release what it returns after rc_unlock. */
static inline rc_ref rc_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                    rc_ref ref)
{
    rc_tally_write(host);
    return strategy_xchg_locked(T, host, slot, ref);
}

/* Ends what a slot held. */
static inline void rc_end(struct thread *T, rc_former former)
{
    rc_tally_dec(T, former.p, PROFILE_WRITTEN);
    strategy_end(T, former);
}

/* Writes a slot and ends what it held. */
static inline void rc_store(struct thread *T, struct rc_header *host, rc_slot *slot, rc_ref ref)
{
    rc_tally_write(host);
    rc_end(T, strategy_replace(T, host, slot, ref));
}

/* Writes a slot inside rc_lock(host).  End what it returns after rc_unlock. */
static inline rc_former rc_replace_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    rc_tally_write(host);
    return strategy_replace_locked(T, host, slot, ref);
}

/* What a slot refers to, without a reference: for identity, and for the collector. */
static inline struct rc_header *rc_peek(const rc_slot *slot) { return strategy_peek(slot); }

/* Empties a slot of a dead object, which nobody else can reach. */
static inline rc_ref rc_take(struct thread *T, rc_slot *slot) { return strategy_take(T, slot); }

/* Ends what a slot of a dead object holds, as part of its end: whoever could reach that object is gone, so nobody reads this
 * slot.  Not for slots of an object that lives on, or of garbage that is only being cleared. */
static inline void rc_end_slot(struct thread *T, rc_slot *slot)
{
    rc_ref ref = strategy_take(T, slot);
    rc_tally_dec(T, ref.p, PROFILE_ENDED);
    strategy_end_held(T, ref);
}

/* --- slots that never change after construction ------------------------------------------------------------------- */

static inline void rc_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    strategy_init_cslot(T, slot, ref);
}

/* Reads a constant slot of an object that the caller refers to. */
static inline rc_loc rc_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    rc_loc loc = strategy_cload(T, host, slot);
    rc_tally_inc(T, strategy_get(loc), PROFILE_CONSTANT);
    return loc;
}

static inline struct rc_header *rc_cpeek(const rc_cslot *slot) { return strategy_cpeek(slot); }

/* Empties a constant slot of a dead object, or of cyclic garbage that is being cleared. */
static inline rc_ref rc_ctake(struct thread *T, rc_cslot *slot) { return strategy_ctake(T, slot); }

/* The same as rc_end_slot. */
static inline void rc_end_cslot(struct thread *T, rc_cslot *slot)
{
    rc_ref ref = strategy_ctake(T, slot);
    rc_tally_dec(T, ref.p, PROFILE_ENDED);
    strategy_end_held(T, ref);
}

/* --- threads (may be indirect) ------------------------------------------------------------------------------------ */

/* Once per program, before the first attach and after the last detach. */
static inline void rc_start(void) { strategy_start(); }
static inline void rc_stop(void) { strategy_stop(); }

/* A thread begins (T->rc is zeroed or what a gone thread left) and, after rc_detach, has given up all it owed. */
static inline void rc_attach(struct thread *T) { strategy_attach(T); }
static inline void rc_detach(struct thread *T) { strategy_detach(T); }

/* Gets and gives up the right to run: a global lock, or nothing.  Called while the thread counts as stopped, so waiting
 * here delays nobody.  rc_attach is followed by rc_enter, rc_detach comes after rc_leave. */
static inline void rc_enter(struct thread *T) { strategy_enter(T); }
static inline void rc_leave(struct thread *T) { strategy_leave(T); }

/* The thread is about to park, block or report a quiescent state: borrowed cells must be made safe.  Still running. */
static inline void rc_before_pause(struct thread *T) { strategy_before_pause(T); }

/* Asked for with rc_ask, on the asked thread at its safepoint, running.  True: leave and enter again (let others run). */
static inline bool rc_on_safepoint(struct thread *T) { return strategy_on_safepoint(T); }

/* Applies what this thread has deferred, as far as possible; repeated calls by all threads end with nothing deferred. */
static inline void rc_flush(struct thread *T) { strategy_flush(T); }

/* Around a fork by T, with the world stopped and after rc_settle: while it lasts no thread at rest is in the middle of a
 * change to what the strategy keeps, its locks included.  In the child no thread but T is there. */
static inline void rc_before_fork(struct thread *T) { strategy_before_fork(T); }
static inline void rc_after_fork(struct thread *T) { strategy_after_fork(T); }
static inline void rc_after_fork_in_child(struct thread *T) { strategy_after_fork_in_child(T); }

/* --- the collector, with the world stopped ------------------------------------------------------------------------ */

/* Applies pending decrements and queued merges of every thread, so that rc_count is exact; no object dies in it: one that
 * would is kept by a reference that T releases by itself after the stop. */
static inline void rc_settle(struct thread *T)
{
    if (REFBENCH_DEBUG)
        rc_quiet++;
    strategy_settle(T);
    if (REFBENCH_DEBUG)
        rc_quiet--;
}

/* All references to `object`, counted ones. */
static inline size_t rc_count(const struct rc_header *object) { return strategy_count(object); }

/* Calls back for each reference on a stack that rc_count leaves out. */
static inline void rc_each_uncounted_root(struct thread *T,
                                          void (*visit)(struct rc_header *object, void *context),
                                          void *context)
{
    strategy_each_uncounted_root(T, visit, context);
}

/* One more reference to unreachable garbage, which T will release; makes sure that later drops of it by T are final (not
 * queued to another owner). */
static inline rc_ref rc_hold(struct thread *T, struct rc_header *object)
{
    return strategy_hold(T, object);
}

#include "runtimes/rc/contract.h"

#endif
