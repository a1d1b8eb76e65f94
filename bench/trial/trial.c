/* Running one trial. */
#include "bench/trial/trial.h"

#include "alloc/limit.h"
#include "bench/trial/handoff.h"
#include "bench/trial/process.h"
#include "runtimes/object/room.h"
#include "runtimes/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECKSUM_MASK ((UINT64_C(1) << 48) - 1)

struct trial {
    struct team *team;
    struct thread *T;
    const struct workload *workload;
    struct workload_run run;
    _Atomic uint64_t checksum;
    struct trial_result result;
};

/* What only grows, at one moment. */
struct meter {
    struct rc_tally tally;
    uint64_t collections;
    uint64_t collected;
    uint64_t involuntary_switches;
    struct barrier_statistics barriers;
    struct room_statistics room;
};

static void flush_tally(struct thread *T, unsigned index, void *context)
{
    (void)T, (void)index, (void)context;
    rc_tally_flush();
}

static struct meter read_meter(struct trial *trial)
{
    struct meter meter = {.involuntary_switches = process_involuntary_switches(),
                          .barriers = barrier_statistics(),
                          .room = room_statistics()};
    struct rc_tally total;
    if (rc_tally_total(&total)) {
        team_run_blocked(trial->team, flush_tally, NULL);
        trial->result.tallied = rc_tally_total(&meter.tally);
    }
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++) {
        struct gc_statistics statistics = gc_statistics(generation);
        meter.collections += statistics.collections;
        meter.collected += statistics.collected;
    }
    return meter;
}

static void note_difference(struct trial_result *result, const struct meter *before,
                            const struct meter *after)
{
    result->collections = after->collections - before->collections;
    result->collected = after->collected - before->collected;
    result->involuntary_switches = after->involuntary_switches - before->involuntary_switches;
    result->barriers = (struct barrier_statistics){
        .count = after->barriers.count - before->barriers.count,
        .ns = after->barriers.ns - before->barriers.ns,
    };
    result->heap = (struct trial_heap){
        .limit_bytes = heap_limit(),
        .peak_bytes = heap_limit_peak(),
        .attempts = after->room.attempts - before->room.attempts,
        .collections = after->room.collections - before->room.collections,
    };
    result->tally.allocations = after->tally.allocations - before->tally.allocations;
    result->tally.increments = after->tally.increments - before->tally.increments;
    result->tally.decrements = after->tally.decrements - before->tally.decrements;
}

static void note_pauses(struct trial *trial, struct pauses *wanted)
{
    static struct pauses own;
    struct pauses *pauses = wanted != NULL ? wanted : &own;
    pauses_read(trial->team, pauses);
    trial->result.pauses = pauses->summary;
    trial->result.left = pauses->left;
}

static void note_latency(struct trial *trial)
{
    trial->result.latency = latency_summarise(trial->run.latency);
    latency_destroy(trial->run.latency);
    trial->run.latency = NULL;
}

/* Garbage and everything deferred is gone; the collector's counts are zero and what lives is old. */
static void tidy(struct thread *T)
{
    do
        runtime_settle(T);
    while (RC_FREES && gc_collect(T, GC_GENERATIONS - 1) > 0);
}

static void do_share(struct thread *T, unsigned index, void *context)
{
    struct trial *trial = context;
    uint64_t share = trial->workload->work(T, &trial->run, index);
    fetch_add_relaxed(&trial->checksum, share);
}

/* The timed part and the readings around it. */
static void measure(struct trial *trial, const struct trial_plan *plan)
{
    struct trial_result *result = &trial->result;
    result->handoff_before_ns = handoff_ns(trial->team);
    struct meter before = read_meter(trial);
    pauses_forget(trial->team);
    rc_profile_begin();
    struct team_times times = team_run(trial->team, do_share, trial);
    result->profiled = rc_profile_read(&result->profile);
    note_pauses(trial, plan->pauses);
    struct meter after = read_meter(trial);
    result->handoff_after_ns = handoff_ns(trial->team);
    result->peak_bytes = process_peak_bytes();
    result->seconds = (double)(times.last_end_ns - times.first_start_ns) * 1e-9;
    result->start_skew_us = (double)(times.last_start_ns - times.first_start_ns) * 1e-3;
    result->operations = trial->run.operations;
    note_difference(result, &before, &after);
    if (plan->at_end != NULL)
        plan->at_end(trial->T, plan->context);
}

static void tear_down(struct trial *trial)
{
    uint64_t final = trial->workload->teardown(trial->T, &trial->run);
    note_latency(trial);
    trial->result.checksum = (load_relaxed(&trial->checksum) + final) & CHECKSUM_MASK;
    trial->result.peak_garbage = trial->run.peak_garbage;
    tidy(trial->T);
}

static void judge(struct trial_result *result, struct workload_run *run, size_t objects_before,
                  size_t objects_after)
{
    if (RC_FREES && objects_after > objects_before)
        result->leaked_objects = objects_after - objects_before;
    if (result->status != TRIAL_OK)
        return;
    if (workload_failed(run))
        snprintf(result->problem, sizeof(result->problem),
                 "out of memory: use a machine or a limit with more");
    else if (run->problem[0] != '\0')
        memcpy(result->problem, run->problem, sizeof(result->problem));
    else if (RC_FREES && objects_after != objects_before)
        snprintf(result->problem, sizeof(result->problem),
                 "%zu objects before the trial, %zu after it", objects_before, objects_after);
    else
        return;
    result->status = TRIAL_FAILED;
}

static void prepare(struct trial *trial, struct team *team, const struct trial_plan *plan)
{
    memset(trial, 0, sizeof(*trial));
    trial->team = team;
    trial->T = team_thread(team, 0);
    trial->workload = plan->workload;
    trial->run.threads = team_size(team);
    trial->run.divisor = plan->divisor;
    settings_reset(plan->workload->settings, trial->run.settings);
    if (plan->settings != NULL)
        memcpy(trial->run.settings, plan->settings, sizeof(trial->run.settings));
    memcpy(trial->run.paths, plan->paths, sizeof(trial->run.paths));
    rc_init_slot(trial->T, &trial->run.root, RC_NULL_REF);
}

struct trial_result trial_run(struct team *team, const struct trial_plan *plan)
{
    static struct trial trial;
    prepare(&trial, team, plan);
    tidy(trial.T);
    size_t objects = runtime_census().objects;
    process_forget_peak();
    heap_limit_forget_peak();
    if (trial.workload->setup(trial.T, &trial.run)) {
        tidy(trial.T);
        measure(&trial, plan);
    } else {
        trial.result.status = TRIAL_REFUSED;
        memcpy(trial.result.problem, trial.run.problem, sizeof(trial.result.problem));
    }
    tear_down(&trial);
    judge(&trial.result, &trial.run, objects, runtime_census().objects);
    return trial.result;
}
