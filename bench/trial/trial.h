/*
 * One trial of a workload: set up, do the work on every thread of a team at once, tear down, and say what happened.
 *
 * A trial begins with an empty collector (a full collection after setup, so that what setup made is old) and ends when
 * nothing that it made is left; what is left all the same is a leak and fails the trial.  Pauses, collections and
 * switches are those of the timed part alone.
 */
#ifndef BENCH_TRIAL_TRIAL_H
#define BENCH_TRIAL_TRIAL_H

#include "alloc/base/barrier.h"
#include "bench/trial/latency.h"
#include "bench/trial/pauses.h"
#include "bench/trial/team.h"
#include "bench/workload.h"

enum trial_status {
    TRIAL_OK,
    TRIAL_REFUSED, /* setup failed: a missing input, no memory */
    TRIAL_FAILED,  /* the work ran out of memory, or leaked */
};

struct trial_plan {
    const struct workload *workload;
    const char *paths[INPUT_KINDS];
    unsigned divisor;         /* 1, or more for less work */
    const uint64_t *settings; /* NULL for the defaults, or SETTINGS_MAX values */
    struct pauses *pauses;    /* NULL, or where those of the timed part are told in full */
    void (*at_end)(struct thread *T, void *context); /* NULL, or called after the timed part */
    void *context;
};

/* What a limit on the heap did; all 0 without one. */
struct trial_heap {
    uint64_t limit_bytes;
    uint64_t peak_bytes;  /* the most that was held, from setup to the end of the work */
    uint64_t attempts;    /* to make room, in the timed part (runtimes/object/room.h) */
    uint64_t collections; /* of these, full collections */
};

struct trial_result {
    enum trial_status status;
    char problem[256]; /* unless TRIAL_OK */
    double seconds;    /* last end - first start */
    uint64_t operations;
    uint64_t checksum; /* below 2^48 */
    struct pause_summary pauses;
    struct pauses_left left;
    struct latency_summary latency; /* of no requests, unless the workload notes some */
    uint64_t collections;
    uint64_t collected;
    uint64_t peak_bytes; /* highest resident memory, from setup to the end of the work */
    uint64_t peak_garbage;
    struct trial_heap heap;
    double start_skew_us;
    uint64_t involuntary_switches;
    struct barrier_statistics barriers; /* the heavy ones */
    double handoff_before_ns;           /* 0 with one thread */
    double handoff_after_ns;
    size_t leaked_objects;
    bool tallied; /* the program counts operations: `tally` has them */
    struct rc_tally tally;
    bool profiled; /* the program looks at objects' lives: `profile` has what it saw */
    struct rc_profile profile;
};

/* Runs the workload on all members of the team; the caller is its member 0. */
struct trial_result trial_run(struct team *team, const struct trial_plan *plan);

#endif
