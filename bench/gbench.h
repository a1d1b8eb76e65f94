/*
 * Google Benchmark for C: registering, running, reporting.
 *
 * The library gives names, filters, repetitions, statistics and report formats; threads, their pinning and their start are
 * ours (bench/trial/team.h), since its own threads are made anew for every trial.  Its reports are made valid JSON here: it
 * prints NaN for the variation of a counter whose mean is zero.
 */
#ifndef BENCH_GBENCH_H
#define BENCH_GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One run of one benchmark. */
struct gbench_state;

typedef void gbench_body(struct gbench_state *state, void *context);

struct gbench_shape {
    uint64_t iterations; /* of the loop; 0: as many as fill the minimum time */
    bool manual; /* the body says how long an iteration took, with gbench_seconds; else wall time */
    bool milliseconds; /* the unit of reports; else nanoseconds */
};

/* Adds a benchmark; `context` must live as long as benchmarks are run. */
void gbench_register(const char *name, struct gbench_shape shape, gbench_body *body, void *context);

/* Takes the library's flags out of argv, leaving the others.  On a bad value calls `refuse`, which must not return. */
void gbench_flags(int *argc, char **argv, void (*refuse)(void));

/* Whether the filter is a valid regular expression. */
bool gbench_filter_is_valid(void);

/* Whether the filter lets a benchmark of that name and shape run. */
bool gbench_selects(const char *name, struct gbench_shape shape);

/* Adds a line to the context of reports. */
void gbench_context(const char *key, const char *value);

struct gbench_outcome {
    size_t matched;
    size_t failed; /* runs that ended with gbench_error */
};

/* Runs, or lists, what the filter selects. */
struct gbench_outcome gbench_run(void);

/* The file of the library that is loaded, such as libbenchmark.so.1.7.1. */
const char *gbench_library(void);

/* For bodies.  The loop `while (gbench_next(state, n))` runs n iterations at a time, possibly more than asked for. */
bool gbench_next(struct gbench_state *state, uint64_t n);
uint64_t gbench_iterations(const struct gbench_state *state); /* how many are asked for */
void gbench_seconds(struct gbench_state *state, double seconds);
void gbench_counter(struct gbench_state *state, const char *name, double value);
void gbench_error(struct gbench_state *state, const char *message);

#ifdef __cplusplus
}
#endif

#endif
