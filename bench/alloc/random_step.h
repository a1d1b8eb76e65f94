/*
 * Random numbers inside a timed loop: a linear congruential generator, whose upper half is used.
 *
 * Source: D. Knuth's constants for MMIX, as in The Art of Computer Programming 3.3.4, table 1, line 26.
 */
#ifndef BENCH_ALLOC_RANDOM_STEP_H
#define BENCH_ALLOC_RANDOM_STEP_H

#include "bench/trial/mix.h"

/* The next state; mix_below(state, limit) is a number drawn from it. */
static inline uint64_t random_step(uint64_t state)
{
    return state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
}

#endif
