/*
 * Deferral: references whose end waits for a grace period, in batches.
 *
 * Idea: a thread that borrows from a slot relies on the reference there, so whoever takes a reference out of a slot must
 * not end it before everybody has had the chance to drop or to count what he borrowed: a grace period
 * (alloc/base/grace.h).  To ask for one for each reference would cost more than counting; so a thread fills a *batch*
 * of them, which is *sealed* when it is full: it gets the ticket of a period that begins later than any of its entries
 * was made.  When that period is over the batch is *ripe*; its thread is told (rc_ask_after), and ends what is in it at its next
 * safepoint.  What a thread leaves behind is an orphan: another is told, and whoever comes by ends it.
 *
 * What waits is bounded in number: one batch for each thread, and what is deferred in two grace periods, that is, between two
 * safepoints of the thread that polls most rarely.  It is bounded in bytes, too, though a reference does not tell what will die with it.
 * The heap grows only where memory is taken, so that is what is counted: with each step (GRACE_STEP) every thread is asked
 * for a safepoint, where it seals its batch, full or not; and if a batch has not become ripe in DEFERRAL_STEPS steps, who finds that
 * out rests until it is.  So a program takes no more than what it reaches at most, DEFERRAL_STEPS + 1 steps, and what its threads take
 * between two safepoints.  What a blocked thread has in its open batch waits until it comes back, or for the next settling.
 *
 * Strategies that defer have a `struct deferral` in their struct rc_thread, and say how references end.
 *
 * Locks: `deferrals.lock` guards the list of threads and the orphans; it is taken inside the world's locks, and the grace
 * period's inside it.  A thread's own batches are its own, or who stopped the world's.
 * Invariant: cursor..end is the room in `open`; sealed batches are in the order of their tickets.
 * Source: batches as in call_rcu (P. McKenney, J. Walpole, Linux), handed on at exit as in liburcu.
 */
#ifndef RUNTIMES_RC_DEFERRAL_H
#define RUNTIMES_RC_DEFERRAL_H

#include "alloc/base/atomics.h"
#include "runtimes/rc/types.h"

enum { DEFERRAL_BATCH = 124 }; /* a batch takes 1 KiB */
enum { DEFERRAL_STEPS = 4 };

/* What follows `next` says something of a sealed one. */
struct deferral_batch {
    struct deferral_batch *next;
    uint64_t ticket;
    uint64_t step; /* grace_steps when it was sealed */
    size_t length;
    struct rc_header *objects[DEFERRAL_BATCH];
};

/* Sealed batches, oldest first. */
struct deferral_queue {
    struct deferral_batch *first;
    struct deferral_batch *last;
};

struct deferral {
    struct rc_header **cursor; /* where the next one goes */
    struct rc_header **end;
    struct deferral_batch *open;  /* being filled, or NULL */
    struct deferral_batch *spare; /* empty, or NULL */
    struct deferral_queue sealed;
    uint64_t step; /* grace_steps when it sealed last */
    struct rc_thread *owner;
    struct deferral *next; /* of all attached threads */
};

/* Ends references to these objects, which nobody can have borrowed from any more. */
typedef void deferral_end(struct thread *T, struct rc_header *const *objects, size_t length);

/* Ends a reference to `o` unless it is its last; whether it did. */
typedef bool deferral_settle_one(struct rc_header *o);

/* The open batch is full, or there is none: makes room. */
void deferral_make_room(struct deferral *d);

/* One reference to `o` is to end after a grace period.  Takes no lock that others hold for long: it may be called inside
 * rc_lock. */
static inline void deferral_push(struct deferral *d, struct rc_header *o)
{
    if (unlikely(d->cursor == d->end))
        deferral_make_room(d);
    *d->cursor++ = o;
}

/* For rc_attach, and rc_detach: there all that the thread deferred goes to others; the last thread ends all there is. */
void deferral_attach(struct deferral *d, struct rc_thread *owner);
void deferral_detach(struct deferral *d, struct thread *T, deferral_end *end);

/* For rc_before_pause: memory may have been taken. */
void deferral_look(struct deferral *d);

/* For rc_on_safepoint: ends what is ripe, of the thread's own and of orphans, and waits for what should be. */
void deferral_on_safepoint(struct deferral *d, struct thread *T, deferral_end *end);

/* The same without waiting. */
void deferral_end_ripe(struct deferral *d, struct thread *T, deferral_end *end);

/* From now on what the thread has deferred waits for a period, be it a full batch or not. */
void deferral_seal(struct deferral *d);

/* The world is stopped and nothing is borrowed from what waits: ends whatever is deferred anywhere, but keeps, as the
 * thread's own, each object's last reference. */
void deferral_settle(struct deferral *d, deferral_settle_one *settle);

/* Every attached thread.  The world is stopped. */
void deferral_each_thread(void (*visit)(const struct rc_thread *thread, void *context),
                          void *context);

/* Around a fork, for rc_before_fork and its two ends. */
void deferral_hold(void);
void deferral_resume(void);
void deferral_resume_alone(struct deferral *d);

/* For rc_stop: nothing is left. */
void deferral_stop(void);

#endif
