/*
 * The verdict on a workload's results: how many came out right, and the first that did not.
 *
 * Threads judge their results as they get them; teardown compares the number of right ones with what there should be, so a
 * result that nobody judged is found as well.
 *
 * Ordering: the first wrong result is written by the one thread that raised `wrong` from 0, and read when all have done their
 * work, which the end of the job orders (team.h).
 */
#ifndef BENCH_TRIAL_VERDICT_H
#define BENCH_TRIAL_VERDICT_H

#include "bench/workload.h"

struct verdict {
    _Atomic uint64_t right;
    _Atomic uint64_t wrong;
    char first[200];
    int64_t known[]; /* the workload's own: what setup has found out that it expects */
};

/* Puts a new one into run->input, with so many numbers in `known`, all 0.  False, and the problem told, if there is no memory. */
bool verdict_create(struct workload_run *run, size_t known);

static inline int64_t *verdict_known(const struct workload_run *run)
{
    return ((struct verdict *)run->input)->known;
}

/* So many results came out right. */
void verdict_right(struct workload_run *run, uint64_t results);

/* One result that did not: what was expected and what came out. */
void verdict_wrong(struct workload_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* One result, the one or the other.  All threads write one counter, so who has many small results counts the right ones by
 * itself and tells their number. */
void verdict_judge(struct workload_run *run, bool right, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Tells in run->problem what is wrong, if anything is, of a run that should have had so many results; takes the verdict out of
 * run->input, where there may be none. */
void verdict_close(struct workload_run *run, uint64_t results);

#endif
