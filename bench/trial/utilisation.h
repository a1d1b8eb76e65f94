/*
 * Minimum mutator utilisation: in any window of a given length, the least share of it that a thread had for its own code.
 *
 * A longest pause of 5 ms tells nothing of ten pauses of 5 ms in a row; this does: they leave 0 of any window up to 50 ms.
 *
 * The time lost in a window is a piecewise linear function of where the window begins, and its slope changes only where
 * an end of the window meets an end of a pause.  So most is lost in a window that begins with a pause, ends with one, or
 * lies at an end of the trial, and only these are looked at.  A window longer than the trial is the trial.
 *
 * Invariant: pauses are in order and do not touch, so that the time lost before any moment is found by bisection.
 * Source: P. Cheng, G. Blelloch, "A Parallel, Real-Time Garbage Collector", PLDI 2001.
 */
#ifndef BENCH_TRIAL_UTILISATION_H
#define BENCH_TRIAL_UTILISATION_H

#include "gc/pause.h"

struct span {
    uint64_t begin_ns;
    uint64_t end_ns;
};

struct lost {
    struct span span;
    uint64_t before_ns; /* lost in all spans before this one */
};

/* What a thread lost of the time in which it worked. */
struct utilisation {
    struct span work;
    struct lost *lost;
    size_t length;
};

/* The pauses of the log that lie in `work`; those that overlap, one within another, count once. */
struct utilisation utilisation_create(const struct pause_log *log, struct span work);
void utilisation_destroy(struct utilisation *utilisation);

uint64_t utilisation_lost_ns(const struct utilisation *utilisation);

/* The least share, 0 to 1, that is left of any window of this length. */
double utilisation_least(const struct utilisation *utilisation, uint64_t window_ns);

#endif
