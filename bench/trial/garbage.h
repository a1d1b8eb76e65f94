/*
 * Garbage: how many unreachable objects there are at most, as a workload can count it that knows when it drops a cycle.
 *
 * Idea: garbage = dropped - collected.  Every thread publishes how many containers it has dropped, in a line of its own
 * (one relaxed store for each drop), and compares the sum with what the collector has found since the start.  No object is
 * touched.  With one thread this is exact, as long as nothing else becomes cyclic garbage; with more it errs by what the
 * others drop in that instant.
 */
#ifndef BENCH_TRIAL_GARBAGE_H
#define BENCH_TRIAL_GARBAGE_H

#include <stdint.h>

struct garbage;

/* For that many threads; nothing is garbage now.  NULL if there is no memory. */
struct garbage *garbage_create(unsigned threads);
void garbage_destroy(struct garbage *garbage);

/* Thread `index` has dropped `containers` more that counting cannot free. */
void garbage_drop(struct garbage *garbage, unsigned index, uint64_t containers);

/* The most there were, as far as any thread has seen. */
uint64_t garbage_peak(const struct garbage *garbage);

#endif
