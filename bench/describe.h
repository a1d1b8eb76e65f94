/*
 * What a program says of itself, in JSON (refbench.describe/1): its strategy's capabilities, the sizes of its objects, its
 * workloads, and how it was built.
 */
#ifndef BENCH_DESCRIBE_H
#define BENCH_DESCRIBE_H

#include "bench/options.h"
#include "runtimes/thread.h"

/* Writes the description to standard output.  False if it could not be written, or there was no memory for one object of
 * each type. */
bool describe(struct thread *T, const struct options *options);

#endif
