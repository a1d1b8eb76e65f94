/*
 * The pauses of the timed part of a trial: of all threads together, and of each, with what they left it.
 */
#ifndef BENCH_TRIAL_PAUSES_H
#define BENCH_TRIAL_PAUSES_H

#include "bench/trial/histogram.h"
#include "bench/trial/team.h"
#include "gc/pause.h"

/* The windows that minimum mutator utilisation is told for, shortest first. */
enum { PAUSES_WINDOWS = 8 };
struct pauses_window {
    const char *name; /* 300us, 1ms */
    uint64_t ns;
};
extern const struct pauses_window pauses_windows[PAUSES_WINDOWS];

/* What pauses left: of any window the least share of it, and of all the time the share that was lost. */
struct pauses_left {
    double least[PAUSES_WINDOWS];
    double lost;
};

struct pauses_of_thread {
    struct pause_figures figures;
    struct pauses_left left;
};

struct pauses {
    struct histogram histogram;
    struct pause_summary summary;
    struct pauses_left left; /* of the thread that was left least, for each window; lost by all */
    unsigned threads;
    struct pauses_of_thread each[RC_MAX_THREADS];
};

/* Forgets what a team's threads have logged so far. */
void pauses_forget(struct team *team);

/* What they have logged since then, in the job that the team did last. */
void pauses_read(struct team *team, struct pauses *pauses);

#endif
