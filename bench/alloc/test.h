/*
 * Tests, in families: what one is called, what it needs, and how it is run.
 *
 * A process runs one test, once.  A run is what a test is given and what came of it.
 */
#ifndef BENCH_ALLOC_TEST_H
#define BENCH_ALLOC_TEST_H

#include "bench/alloc/allocator.h"
#include "bench/alloc/series.h"

/* Of the numbers those that mean nothing are NAN. */
struct outcome {
    bool timed;
    double ns; /* of an operation: an allocation and a free */
    double trials_ns[SERIES_TRIALS];
    uint64_t operations;
    uint64_t checksum;        /* the same for every allocator */
    uint64_t rss_bytes;       /* resident at the peak, over the baseline */
    uint64_t requested_bytes; /* of the blocks that are live at the peak, or 0 */
    double share;       /* what a test of memory is about: a part of the requested or of the peak */
    double overhead_ns; /* of the loop without an allocator */
    double control_ns;  /* arithmetic on as many threads */
    double single_ns;   /* the same on one thread */
    double control_single_ns;
    double gain;      /* what the second thread gains, over what it gains in arithmetic */
    const char *trim; /* what was called to give memory back, or NULL */
};

struct run {
    struct alloc_thread *thread; /* the main thread, pinned */
    double seconds;              /* that a trial takes */
    uint64_t baseline_bytes;
    struct outcome outcome;
};

struct test {
    const char *name;
    const char *summary;
    unsigned threads;
    bool of_memory;
    bool gives_away; /* blocks end with a thread that makes no more: one that only drops, or ends */
    void (*perform)(const struct test *test, struct run *run);
    const void *detail; /* the family's own */
};

struct family {
    const char *name;
    const struct test *tests;
    size_t length;
};

/* From here on what becomes resident is the allocator's. */
void run_baseline(struct run *run);

/* What is resident above that; with `peak`, was at most. */
uint64_t run_resident(const struct run *run);
uint64_t run_resident_peak(const struct run *run);

/* Runs the series and enters the first one as the outcome. */
void run_series(struct run *run, struct series *series, size_t length);

#endif
