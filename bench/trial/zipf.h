/*
 * Zipf's law: of many items some are asked for far more often than others, as in caches and stores.
 *
 * The item of rank r (0, 1, 2, ...) is asked for in proportion to 1 / (r + 1)^theta; theta is at least 0, where all are alike,
 * and below 1.  YCSB takes 0.99.
 *
 * Idea: the inverse of the distribution is approximated in closed form, exact for the first two ranks, after a sum over all
 * items that is made once.  Each number costs a power; traces are drawn before the timed part.
 * Items of a trace are scattered: a random permutation of the items says which has what rank, so neighbours are not equally
 * popular.  (YCSB hashes ranks, so that some share an item; a permutation keeps the law as it is.)
 * Source: J. Gray, P. Sundaresan, S. Englert, K. Baclawski, P. Weinberger, "Quickly Generating Billion-Record Synthetic
 * Databases", SIGMOD 1994; B. Cooper et al., "Benchmarking Cloud Serving Systems with YCSB", SoCC 2010.
 */
#ifndef BENCH_TRIAL_ZIPF_H
#define BENCH_TRIAL_ZIPF_H

#include <stddef.h>
#include <stdint.h>

struct zipf {
    uint32_t items;
    double zeta;   /* sum of 1 / i^theta for i from 1 to `items` */
    double second; /* 1 / 2^theta: the second item's part of the sum */
    double alpha;
    double eta;
};

struct zipf zipf_create(uint32_t items, double theta);

/* A rank below `items` for a random word, of which the upper 53 bits count. */
uint32_t zipf_rank(const struct zipf *zipf, uint64_t random);

/* `length` items, scattered; the caller frees them.  NULL if there is no memory.  A longer trace of the same seed begins with
 * the shorter one. */
uint32_t *zipf_trace(const struct zipf *zipf, uint64_t seed, size_t length);

#endif
