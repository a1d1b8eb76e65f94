/* What the program says on standard output: one line of JSON of itself (refbench.alloc_program/1), or of a run. */
#ifndef BENCH_ALLOC_REPORT_H
#define BENCH_ALLOC_REPORT_H

#include "bench/alloc/test.h"

/* False if it could not be written. */
bool report_program(void);
bool report_run(const struct test *test, const struct run *run);

#endif
