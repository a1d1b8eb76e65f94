/*
 * Measuring in these programs: each benchmark workload/<name>/threads:<n> is one trial, reported by the same counters as those
 * of the runtimes (bench/lanes.h), as far as there is anything to report.
 */
#ifndef MANUAL_LANE_H
#define MANUAL_LANE_H

#include "bench/manual/options.h"

/* Registers a trial of each workload with each number of threads; `options` must live as long. */
void lane_register(const struct options *options);

#endif
