/*
 * The file that pauses are kept in: a line of JSON for each trial, refbench.pauses/1.
 *
 *   name        of the benchmark, count and lost of its pauses, max_ns the longest
 *   buckets     [lowest ns, how many] of a log-linear histogram (bench/trial/histogram.h), those with any
 *   generation  figures of the collections of each, figures being count, p50_us, p90_us, p99_us, p999_us, max_us and
 *               total_us
 *   phase       figures of each phase by its name (gc/phase.h), of the collections that came to it
 *   stopped     figures of the time from all stopped until all are let run
 *   weighed     of collections of older generations: us that they took, cpu_us that the thread had of it, and its
 *               involuntary switches meanwhile
 *   thread      of each thread the figures of its pauses, whatever their kind, the share of its time that it lost to
 *               them, and mmu: by window the least share that was left
 */
#ifndef BENCH_PAUSE_FILE_H
#define BENCH_PAUSE_FILE_H

#include "bench/trial/pauses.h"

#include <stdbool.h>

struct pause_trial {
    const char *name; /* of the benchmark, as it was registered */
    const struct pauses *pauses;
};

/* Whether the file can be written to. */
bool pause_file_check(const char *path);

/* Appends the line of a trial.  False if it could not be written. */
bool pause_file_append(const char *path, const struct pause_trial *trial);

#endif
