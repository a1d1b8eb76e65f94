/*
 * The words of the counting contract (rc.h): what a strategy may know of the world, and what it may call.
 *
 * A reference is always one of these types, and which one says who owes what:
 *
 *   rc_ref    owned: whoever has it must store, move or release it, exactly once
 *   rc_former what a slot held until it was given another value: to be ended, and good for nothing else
 *   rc_loc    on the stack: lives in a cell of a frame (RC_FRAME), counted or borrowed as the strategy likes
 *   rc_slot   field of an object that threads may race on (defined by the strategy)
 *   rc_cslot  field that never changes after construction, such as a tuple's items (defined by the strategy)
 */
#ifndef RUNTIMES_RC_TYPES_H
#define RUNTIMES_RC_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Raised when a strategy that was right becomes wrong by a change of the contract, or lacks something; a strategy says in its
 * RC_CONTRACT which one it is written for.  docs/extending.md tells what each number changed. */
#define RC_CONTRACT_NUMBER 1

struct
    thread; /* the record of the running thread, `T` everywhere; begins with the strategy's struct rc_thread */
struct rc_thread; /* what the strategy keeps per thread */
struct rc_header; /* what the strategy keeps per object, first in every object */

typedef struct {
    struct rc_header *p;
} rc_ref;

typedef struct {
    struct rc_header *p;
} rc_former;

typedef struct {
    uintptr_t w;
} rc_loc;

#define RC_NULL_REF ((rc_ref){NULL})
#define RC_NO_FORMER ((rc_former){NULL})
#define RC_NULL_LOC ((rc_loc){0})

/* The strategy's part of a thread record. */
static inline struct rc_thread *rc_self(struct thread *T) { return (struct rc_thread *)T; }

/* Called up, implemented by the layers above. */

/* The last reference to `object` is gone and its header is all zeros again: destroy it.  May be called at any depth; never
 * recurses.  Code of users may run in it, finalizers and callbacks, and that polls safepoints: whoever calls holds nothing.  Inside of
 * another call by T none does: what dies there is left to the outermost. */
void rc_died(struct thread *T, struct rc_header *object);

/* The same of several: all are dead before code of users runs.  The array is not looked at afterwards. */
void rc_died_together(struct thread *T, struct rc_header *const *objects, size_t count);

/* Debug builds: a reference to `object` is being ended, and there is none, or fewer than there should be.  Says so, shows the
 * object and aborts. */
_Noreturn void rc_count_too_small(const struct rc_header *object);

/* Makes `other` call strategy_on_safepoint at its next safepoint.  Any thread may ask, for any attached thread. */
void rc_ask(struct rc_thread *other);

/* The same, when the grace period of that ticket is over (alloc/base/grace.h); at once if it is.  Of several tickets the first counts. */
void rc_ask_after(struct rc_thread *other, uint64_t ticket);

/* Lets T rest until the period of that ticket is over.  Only for strategy_on_safepoint. */
void rc_await_period(struct thread *T, uint64_t ticket);

/* In builds with assertions: not 0 where the thread neither makes nor ends an object, inside rc_lock and rc_settle; whoever makes
 * one looks, and rc_died. */
extern _Thread_local unsigned rc_quiet;

/* `holder` has kept what all others need, a global lock, for so many half seconds in which somebody waited for it; said after
 * each, with no lock held.  Names the thread when that is too long (runtimes/watchdog.h). */
void rc_kept_waiting(const struct thread *holder, uint32_t half_seconds);

#endif
