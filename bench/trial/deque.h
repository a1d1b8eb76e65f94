/*
 * A bounded deque of objects, for work stealing: its owner pushes and pops at one end, thieves take from the other.
 *
 * Idea: the places are the items of a list, an empty place holds None, as in a ring (ring.h).  Which numbers are in the deque,
 * top <= n < bottom, stands in one word, and every operation is one compare-and-swap of it: who moves an end past a number
 * has that number's object to itself, and takes it out of its place afterwards.  Two words would be cheaper for the owner
 * (Chase and Lev, SPAA 2005), but need a fence between writing the one and reading the other.
 * A thief that has a number may be slow in emptying its place, while the owner's next number for that place comes: so the
 * owner looks, before it pushes, whether the place is empty, and if it is not the deque is full for now.
 *
 * Ordering: (Q1) `ends` is changed with release after the object is in its place, (Q2) who takes it acquires; all changes are
 *           read-modify-writes, so a later one carries the release of an earlier one on.
 *           That a place is empty the owner sees in the list, whose slots have orders of their own.
 * Invariant: top <= bottom <= top + places, modulo 2^32; the place of no number of the deque is empty, or being emptied.
 * Source: N. Arora, R. Blumofe, G. Plaxton, "Thread Scheduling for Multiprogrammed Multiprocessors", SPAA 1998, whose `age` is
 * one word, too.
 */
#ifndef BENCH_TRIAL_DEQUE_H
#define BENCH_TRIAL_DEQUE_H

#include "alloc/base/atomics.h"
#include "runtimes/thread.h"

struct deque {
    _Alignas(64) _Atomic uint64_t ends; /* bottom << 32 | top */
};

/* The list for a deque of at most `length` objects, a power of two: so many times None; null if there is no memory. */
rc_ref deque_places(struct thread *T, size_t length);

/* By the owner: puts `object` in at the bottom, and takes the newest out.  False, with nothing consumed, if it is full;
 * null if it is empty. */
bool deque_push(struct thread *T, struct deque *deque, rc_loc places, rc_ref object);
rc_ref deque_pop(struct thread *T, struct deque *deque, rc_loc places);

/* By any thread: takes the oldest out; null if it is empty. */
rc_ref deque_steal(struct thread *T, struct deque *deque, rc_loc places);

/* How many objects there are at this moment. */
uint32_t deque_length(const struct deque *deque);

#endif
