/*
 * The way between two processors by itself: what `--handoff` prints, refbench.handoff/1.
 */
#ifndef BENCH_HANDOFF_REPORT_H
#define BENCH_HANDOFF_REPORT_H

#include "bench/options.h"
#include "runtimes/thread.h"

/* Measures between the first two processors of the pinning that is asked for, and writes one line of JSON to standard
 * output.  False if there is no second thread, or it could not be written. */
bool handoff_report(struct thread *T, const struct options *options);

#endif
