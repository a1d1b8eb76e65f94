/*
 * The control of tests with threads: arithmetic, which shares nothing.  What a second thread gains there is what the machine
 * gave at that moment.
 */
#ifndef BENCH_ALLOC_CONTROL_H
#define BENCH_ALLOC_CONTROL_H

#include "bench/alloc/crew.h"
#include "bench/alloc/series.h"

/* By the whole crew, and by its member 0 alone. */
struct series control_series(struct crew *crew, double seconds);
struct series control_single_series(struct crew *crew, double seconds);

#endif
