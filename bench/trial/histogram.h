/*
 * A log-linear histogram of nanoseconds: every power of two in 128 equal buckets, so that a value is known to 0.8 % over
 * the whole range, and times below 128 ns exactly.
 *
 * Histograms of several threads or processes are merged by adding; the percentiles of a merged one are as good as those
 * of a single one.  After HdrHistogram (Tene).
 */
#ifndef BENCH_TRIAL_HISTOGRAM_H
#define BENCH_TRIAL_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

enum {
    HISTOGRAM_STEPS = 128,
    HISTOGRAM_BUCKETS = (64 - 7 + 1) * HISTOGRAM_STEPS,
};

struct histogram {
    uint64_t counts[HISTOGRAM_BUCKETS];
    uint64_t total; /* their sum */
    uint64_t most;  /* the highest value, exactly */
};

void histogram_clear(struct histogram *histogram);
void histogram_add(struct histogram *histogram, uint64_t ns);

/* The lowest value of a bucket, and the bucket of a value. */
uint64_t histogram_low(size_t bucket);
size_t histogram_bucket(uint64_t ns);

#endif
