/*
 * A team: threads that live as long as it and do one job after another together.
 *
 * Persistent, so that owner ids, heaps and thread-local memory are the same in every trial; pinned; and started by a spin
 * barrier, which lets them begin within a few microseconds of one another.  The thread that creates the team is its
 * member 0, so a team of one has no thread but the caller and no other is attached.
 *
 * Between jobs members sleep, and at the barrier they spin, blocked (thread_block): they delay no stop of the world and
 * hold no global lock.
 */
#ifndef BENCH_TRIAL_TEAM_H
#define BENCH_TRIAL_TEAM_H

#include "bench/trial/pin.h"
#include "runtimes/thread.h"

struct team;

typedef void team_job(struct thread *T, unsigned index, void *context);

struct team_times {
    uint64_t first_start_ns;
    uint64_t last_start_ns;
    uint64_t last_end_ns;
};

/* A team of `size` members; T is the caller's record.  NULL if there is no memory or a member could not attach. */
struct team *team_create(struct thread *T, unsigned size, enum pin_policy policy);

/* Ends all members but the caller. */
void team_destroy(struct team *team);

unsigned team_size(const struct team *team);
struct thread *team_thread(const struct team *team, unsigned index);
const struct processor *team_processor(const struct team *team, unsigned index); /* or NULL */
bool team_is_pinned(const struct team *team); /* as it was asked for */

/* When a member began the latest job, and when it had done it. */
uint64_t team_start_ns(const struct team *team, unsigned index);
uint64_t team_end_ns(const struct team *team, unsigned index);

/* Every member does `job`, attached; returns when all have. */
struct team_times team_run(struct team *team, team_job *job, void *context);

/* The same with all members blocked: the job touches no object. */
void team_run_blocked(struct team *team, team_job *job, void *context);

#endif
