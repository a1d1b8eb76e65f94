/*
 * The file that pauses are kept in: a line of JSON for each trial, refbench.pauses/1.
 *
 *   name     of the benchmark, count and lost of its pauses, max_ns the longest
 *   buckets  [lowest ns, how many] of a log-linear histogram (bench/trial/histogram.h), those with any
 */
#ifndef BENCH_PAUSE_FILE_H
#define BENCH_PAUSE_FILE_H

#include "bench/trial/histogram.h"

#include <stdbool.h>

struct pause_trial {
    const char *name; /* of the benchmark, as it was registered */
    uint64_t lost;
    const struct histogram *pauses;
};

/* Whether the file can be written to. */
bool pause_file_check(const char *path);

/* Appends the line of a trial.  False if it could not be written. */
bool pause_file_append(const char *path, const struct pause_trial *trial);

#endif
