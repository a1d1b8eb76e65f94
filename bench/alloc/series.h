/*
 * Series: one piece of work timed again and again, beside others that it is compared with.
 *
 * A *round* does a fixed number of operations and returns a checksum.  A *trial* is as many rounds as its time takes, and
 * gives the time of one operation.  Several series take turns, trial by trial, so that what disturbs the machine for a
 * while disturbs all of them.
 *
 * The first round of a series is not timed; its checksum is the series', and is the same for every allocator.  Another round
 * before each trial is not timed either: it finds the caches as the other series left them.
 */
#ifndef BENCH_ALLOC_SERIES_H
#define BENCH_ALLOC_SERIES_H

#include <stddef.h>
#include <stdint.h>

enum { SERIES_TRIALS = 5, SERIES_MAX = 4 };

struct series {
    uint64_t (*round)(void *state);
    void *state;
    uint64_t operations; /* of a round */
    double seconds;      /* that a trial takes at least */

    uint64_t checksum;
    uint64_t measured; /* operations */
    double ns[SERIES_TRIALS];
};

/* Measures all of them. */
void series_run(struct series *series, size_t length);

/* Nanoseconds of an operation: the median of the trials. */
double series_ns(const struct series *series);

#endif
