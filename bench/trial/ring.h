/*
 * A bounded queue of objects from one thread to one other, whose places are the items of a list.
 *
 * Idea: the list holds the objects, an empty place holds None.  The sender counts what it has put in, the receiver what it
 * has taken out; each writes its own count and reads the other's.  Objects pass through ordinary operations of lists, so
 * what a hand-over costs is what the runtime makes of them.
 * Waiting: a count is a futex.  Who has to wait spins for a moment, polling safepoints, then sets SLEEPER in the other's count
 * and sleeps on it, blocked (thread_block); the next change of the count takes the bit away and wakes it.  Both are
 * read-modify-writes of one word, so no wake-up is lost.
 *
 * Ordering: (R1) `sent` is raised with release after the object is in its place, (R2) the receiver acquires it.
 *           (R3) `received` is raised with release after the place is empty, (R4) the sender acquires it.
 * Invariant: received <= sent <= received + RING_PLACES, modulo 2^31.
 * Source: L. Lamport, "Specifying Concurrent Program Modules", TOPLAS 1983 (one writer, one reader).
 */
#ifndef BENCH_TRIAL_RING_H
#define BENCH_TRIAL_RING_H

#include "runtimes/thread.h"

enum { RING_PLACES = 256 };

struct ring {
    _Alignas(64) _Atomic uint32_t sent; /* twice the count, and SLEEPER */
    _Alignas(64) _Atomic uint32_t received;
};

/* The list for a ring: RING_PLACES times None; null if there is no memory. */
rc_ref ring_places(struct thread *T);

/* Puts `object` into the ring, whose list is `places`; false, with nothing consumed, if it is full. */
bool ring_send(struct thread *T, struct ring *ring, rc_loc places, rc_ref object);

/* For the sender and the receiver: whether there is a free place, and an object; true stays true until they use it. */
bool ring_can_send(const struct ring *ring);
bool ring_can_receive(const struct ring *ring);

/* Takes the oldest object out; null if the ring is empty. */
rc_ref ring_receive(struct thread *T, struct ring *ring, rc_loc places);

/* Wait until there is something to take out, and until there is a free place. */
void ring_await_object(struct thread *T, struct ring *ring);
void ring_await_place(struct thread *T, struct ring *ring);

#endif
