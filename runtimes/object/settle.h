/*
 * Settling: what the strategy of counting has deferred, or queued for another thread, moves on towards its end.
 */
#ifndef RUNTIMES_OBJECT_SETTLE_H
#define RUNTIMES_OBJECT_SETTLE_H

struct thread;

/* One round: stops the world once, and polls safepoints.  What every thread had deferred before moves one step on, and what
 * has ended is memory of its pools again, and these of their arenas if they are empty.  `T` is attached and holds no lock. */
void settle_once(struct thread *T);

/* Ends whatever was dead when it was called, whoever gave it up and wherever it waits, beside threads that run on; so many rounds
 * that it does under each strategy.  But an object that dies with such a one and belongs to another thread, which is blocked, may take a
 * round more where that thread's objects are queued to it; runtime_settle does as many as it takes, and needs the others at rest. */
void settle_dead(struct thread *T);

#endif
