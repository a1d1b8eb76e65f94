/*
 * Visibility: which values an atomic operation may see under the memory model of C11.
 *
 * Each object has its stores in modification order, which is here the order in which they are done.  A load may read the newest
 * one or an older one, as long as
 *
 *   coherence        no newer store of the object happens before the load, nor has been read by anything that does;
 *   happens-before   is the order within each thread, and an acquire that reads what a release wrote, or what
 *                    read-modify-writes made of that (a release sequence, as in C++20).
 *
 * A read-modify-write reads the newest store; a compare-and-swap that reads an older one, of another value, fails.
 *
 * What is not explored: stores that become visible against the order in which they are done, loads that read what is stored
 * later (load buffering), compare-and-swaps that fail for no reason, and more than the last few stores.  Orders stronger
 * than acquire and release count as these; there is no fence but the heavy barrier (alloc/base/barrier.h): after it, no thread reads
 * what was not the newest store then.  It makes nothing happen before anything.  So it is weaker than x86 and stronger than C11.
 *
 * Source: the operational reading of C11 in CDSChecker (Norris and Demsky, OOPSLA 2013), without its promises.
 */
#ifndef TESTS_MODEL_EXPLORE_VISIBLE_H
#define TESTS_MODEL_EXPLORE_VISIBLE_H

#include "tests/model/explore/clock.h"
#include "tests/model/explore/op.h"

struct visible_outcome {
    uint64_t before; /* what was read */
    uint64_t after;  /* what is there now */
};

/* Once per program; and at the beginning of each schedule. */
void visible_init(void);
void visible_begin(void);

/* A thread's clock. */
struct clock *visible_clock(unsigned thread);

/* How many stores the operation may read from: 0 is the newest, then older ones. */
unsigned visible_choices(unsigned thread, const struct op *op);

/* Whether it writes, when it has found that value: a compare-and-swap that fails only reads. */
bool visible_writes(const struct op *op, uint64_t found);

/* Does it: reads from that store, and writes. */
struct visible_outcome visible_perform(unsigned thread, const struct op *op, unsigned choice);

/* What the thread does from now on is later than what it may have released. */
void visible_tick(unsigned thread);

/* The same with memory as it is: one thread runs alone. */
struct visible_outcome visible_perform_alone(const struct op *op);

#endif
