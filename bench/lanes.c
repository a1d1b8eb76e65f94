/* Registering and running. */
#include "bench/lanes.h"

#include "alloc/base/check.h"
#include "alloc/base/os.h"
#include "bench/gbench.h"
#include "bench/micro_all.h"
#include "bench/pause_file.h"
#include "bench/profile_file.h"
#include "bench/snapshot.h"
#include "bench/trial/process.h"
#include "bench/trial/trial.h"
#include "bench/workloads/all.h"
#include "runtimes/runtime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A registered benchmark: one of the two. */
struct entry {
    struct lanes *lanes;
    const struct micro *micro;
    const struct workload *workload;
    const uint64_t *settings; /* of the workload */
    unsigned threads;
    struct entry *next; /* all of `lanes` */
};

static void end_team(struct lanes *lanes)
{
    if (lanes->team != NULL)
        team_destroy(lanes->team);
    lanes->team = NULL;
}

static struct team *new_team(struct lanes *lanes, unsigned threads)
{
    struct team *team = team_create(lanes->T, threads, lanes->options->pin);
    if (team != NULL && !team_is_pinned(team))
        fprintf(stderr,
                RC_NAME ": the system does not let threads be pinned: results will vary more\n");
    return team;
}

/* The team of that many, kept from run to run; NULL, with an error in the report, if it cannot be. */
static struct team *team_for(struct lanes *lanes, struct gbench_state *state, unsigned threads)
{
    if (lanes->team != NULL && team_size(lanes->team) != threads)
        end_team(lanes);
    if (lanes->team == NULL)
        lanes->team = new_team(lanes, threads);
    if (lanes->team == NULL)
        gbench_error(state, "no memory for so many threads");
    return lanes->team;
}

/* --- micro -------------------------------------------------------------------------------------------------------- */

struct batches {
    const struct micro *micro;
    void *context;
    uint64_t iterations;        /* of each thread */
    _Atomic bool out_of_memory; /* in any of them */
};

static void run_batches(struct thread *T, unsigned index, void *context)
{
    (void)index;
    struct batches *batches = context;
    uint64_t left = batches->iterations;
    while (left > 0) {
        uint64_t batch = left < batches->micro->batch ? left : batches->micro->batch;
        if (!batches->micro->body(T, batch, batches->context))
            store_relaxed(&batches->out_of_memory, true);
        thread_safepoint(T);
        left -= batch;
    }
}

/* Whether there was memory enough. */
static bool run_shared(struct gbench_state *state, struct team *team, const struct micro *micro,
                       void *context)
{
    struct batches batches = {micro, context, gbench_iterations(state), false};
    while (gbench_next(state, batches.iterations)) {
        struct team_times times = team_run(team, run_batches, &batches);
        gbench_seconds(state, (double)(times.last_end_ns - times.first_start_ns) * 1e-9);
    }
    return !load_relaxed(&batches.out_of_memory);
}

static bool run_alone(struct gbench_state *state, struct thread *T, const struct micro *micro,
                      void *context)
{
    bool ok = true;
    uint64_t begin = os_clock_ns();
    while (gbench_next(state, micro->batch)) {
        ok &= micro->body(T, micro->batch, context);
        thread_safepoint(T);
    }
    double elapsed = (double)(os_clock_ns() - begin);
    if (micro->objects > 0)
        gbench_counter(state, "ns_per_object",
                       elapsed / (double)(micro->iterations * micro->objects));
    return ok;
}

/* Whether there was memory enough. */
static bool run_measure(struct gbench_state *state, struct thread *T, const struct micro *micro,
                        void *context)
{
    bool ok = true;
    while (gbench_next(state, 1))
        ok &= micro->measure(T, context, state);
    return ok;
}

static bool run_prepared(struct gbench_state *state, struct team *team, struct thread *T,
                         const struct micro *micro, void *context)
{
    if (micro->measure != NULL)
        return run_measure(state, T, micro, context);
    return micro->shared ? run_shared(state, team, micro, context)
                         : run_alone(state, T, micro, context);
}

static void run_micro(struct gbench_state *state, void *context)
{
    struct entry *entry = context;
    struct thread *T = entry->lanes->T;
    struct team *team = team_for(entry->lanes, state, entry->threads);
    if (team == NULL)
        return;
    void *prepared = entry->micro->setup(T);
    if (prepared == NULL) {
        gbench_error(state, "no memory");
        return;
    }
    if (!RC_FREES) /* what nobody frees may be more than there is; reports come when there is some left */
        process_limit_begin();
    bool ok = run_prepared(state, team, T, entry->micro, prepared);
    if (!RC_FREES)
        process_limit_end();
    if (!ok)
        gbench_error(state, "no memory");
    entry->micro->teardown(T, prepared);
    runtime_settle(T);
}

/* --- trial -------------------------------------------------------------------------------------------------------- */

static double ratio(double a, double b) { return b > 0 ? a / b : 0; }

static void report_pauses(struct gbench_state *state, const struct pause_summary *pauses)
{
    gbench_counter(state, "pause_count", (double)pauses->all.count);
    gbench_counter(state, "pause_lost", (double)pauses->lost);
    gbench_counter(state, "pause_p50_us", pauses->all.p50_us);
    gbench_counter(state, "pause_p90_us", pauses->all.p90_us);
    gbench_counter(state, "pause_p99_us", pauses->all.p99_us);
    gbench_counter(state, "pause_p999_us", pauses->all.p999_us);
    gbench_counter(state, "pause_max_us", pauses->all.max_us);
    gbench_counter(state, "pause_total_us", pauses->all.total_us);
    gbench_counter(state, "safepoint_p50_us", pauses->phases[PHASE_STOP].p50_us);
    gbench_counter(state, "safepoint_max_us", pauses->phases[PHASE_STOP].max_us);
    gbench_counter(state, "work_p50_us", pauses->stopped.p50_us);
    gbench_counter(state, "work_max_us", pauses->stopped.max_us);
}

static void report_left(struct gbench_state *state, const struct pauses_left *left)
{
    gbench_counter(state, "pause_share", left->lost);
    for (unsigned i = 0; i < PAUSES_WINDOWS; i++) {
        char name[32];
        snprintf(name, sizeof(name), "mmu_%s", pauses_windows[i].name);
        gbench_counter(state, name, left->least[i]);
    }
}

static void report_tally(struct gbench_state *state, const struct rc_tally *tally)
{
    gbench_counter(state, "allocations", (double)tally->allocations);
    gbench_counter(state, "increments", (double)tally->increments);
    gbench_counter(state, "decrements", (double)tally->decrements);
    gbench_counter(
        state, "count_ops_per_allocation",
        ratio((double)(tally->increments + tally->decrements), (double)tally->allocations));
}

/* The least i of which, with those before it, a share of all is counted; 0 of none. */
static size_t quantile(const uint64_t *counts, size_t length, double share)
{
    uint64_t total = 0;
    for (size_t i = 0; i < length; i++)
        total += counts[i];
    uint64_t seen = 0;
    for (size_t i = 0; i < length; i++) {
        seen += counts[i];
        if (total > 0 && (double)seen >= share * (double)total)
            return i;
    }
    return 0;
}

/* Of objects and containers, without tables. */
static double size_at(const struct rc_profile *profile, double share)
{
    uint64_t sizes[PROFILE_SIZES];
    for (unsigned i = 0; i < PROFILE_SIZES; i++)
        sizes[i] =
            profile->blocks[PROFILE_OBJECT].sizes[i] + profile->blocks[PROFILE_CONTAINER].sizes[i];
    return 16.0 * (double)(quantile(sizes, PROFILE_SIZES, share) + 1);
}

static double bytes_of(const struct rc_profile *profile)
{
    return (double)(profile->blocks[PROFILE_OBJECT].bytes +
                    profile->blocks[PROFILE_CONTAINER].bytes);
}

static double lifetime_at(const struct rc_profile *profile, double share)
{
    return (double)(UINT64_C(1) << quantile(profile->lifetimes, PROFILE_LIFETIMES, share));
}

static void report_profile(struct gbench_state *state, const struct rc_profile *profile)
{
    const struct {
        const char *name;
        double value;
    } of[] = {
        {"profile_made", (double)profile->made},
        {"profile_bytes", bytes_of(profile)},
        {"profile_size_p50", size_at(profile, 0.5)},
        {"profile_size_p90", size_at(profile, 0.9)},
        {"profile_died", (double)profile->died},
        {"profile_lifetime_p50", lifetime_at(profile, 0.5)},
        {"profile_lifetime_p90", lifetime_at(profile, 0.9)},
        {"profile_seen", (double)profile->seen},
        {"profile_shared", (double)profile->shared},
        {"profile_owner", (double)profile_operations(profile, PROFILE_OWNER)},
        {"profile_foreign", (double)profile_operations(profile, PROFILE_FOREIGN)},
        {"profile_immortal", (double)profile_operations(profile, PROFILE_IMMORTAL)},
        {"profile_taken", (double)profile_taken(profile)},
        {"profile_kept", (double)profile_kept(profile)},
        {"profile_given", (double)profile_given(profile)},
        {"profile_writes", (double)profile->writes},
        {"profile_old_writes", (double)profile->old_writes},
    };
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        gbench_counter(state, of[i].name, of[i].value);
}

static void report_latency(struct gbench_state *state, const char *kind,
                           const struct latency_figures *figures)
{
    const struct {
        const char *name;
        double value;
    } of[] = {{"p50_us", figures->p50_us}, {"p90_us", figures->p90_us},
              {"p99_us", figures->p99_us}, {"p999_us", figures->p999_us},
              {"max_us", figures->max_us}, {"count", (double)figures->count}};
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        char name[48];
        snprintf(name, sizeof(name), "%s_%s", kind, of[i].name);
        gbench_counter(state, name, of[i].value);
    }
}

static void report_heap(struct gbench_state *state, const struct trial_heap *heap)
{
    gbench_counter(state, "heap_limit_bytes", (double)heap->limit_bytes);
    gbench_counter(state, "heap_peak_bytes", (double)heap->peak_bytes);
    gbench_counter(state, "room_attempts", (double)heap->attempts);
    gbench_counter(state, "room_collections", (double)heap->collections);
}

static void report(struct gbench_state *state, const struct trial_result *result, unsigned threads)
{
    gbench_counter(state, "operations", (double)result->operations);
    gbench_counter(state, "ops_per_s", ratio((double)result->operations, result->seconds));
    gbench_counter(state, "checksum", (double)result->checksum);
    report_pauses(state, &result->pauses);
    report_left(state, &result->left);
    if (result->latency.simple.count > 0) {
        report_latency(state, "latency", &result->latency.simple);
        report_latency(state, "metered", &result->latency.metered);
    }
    gbench_counter(state, "collections", (double)result->collections);
    gbench_counter(state, "collected", (double)result->collected);
    gbench_counter(state, "peak_rss_bytes", (double)result->peak_bytes);
    gbench_counter(state, "peak_garbage", (double)result->peak_garbage);
    if (result->heap.limit_bytes != 0)
        report_heap(state, &result->heap);
    gbench_counter(state, "start_skew_us", result->start_skew_us);
    gbench_counter(state, "involuntary_switches", (double)result->involuntary_switches);
    gbench_counter(state, "barriers", (double)result->barriers.count);
    gbench_counter(state, "barriers_us", (double)result->barriers.ns / 1e3);
    gbench_counter(state, "leaked_objects", (double)result->leaked_objects);
    if (threads > 1) {
        gbench_counter(state, "handoff_before_ns", result->handoff_before_ns);
        gbench_counter(state, "handoff_after_ns", result->handoff_after_ns);
    }
    if (result->tallied)
        report_tally(state, &result->tally);
    if (result->profiled)
        report_profile(state, &result->profile);
}

enum { NAME = 256 };

static void trial_name(char name[NAME], const struct workload *workload, const uint64_t *settings,
                       unsigned threads)
{
    snprintf(name, NAME, "workload/%s", workload->name);
    settings_print(workload->settings, settings, name, NAME);
    size_t length = strlen(name);
    snprintf(name + length, NAME - length, "/threads:%u", threads);
}

/* Into the file of pauses, if there is to be one. */
static void keep_pauses(struct gbench_state *state, const struct entry *entry,
                        const struct pauses *pauses)
{
    const char *path = entry->lanes->options->pauses;
    char name[NAME];
    trial_name(name, entry->workload, entry->settings, entry->threads);
    struct pause_trial line = {name, pauses};
    if (path != NULL && !pause_file_append(path, &line))
        gbench_error(state, "the file of pauses could not be written");
}

/* Into the file of profiles, if there is to be one. */
static void keep_profile(struct gbench_state *state, const struct entry *entry,
                         const struct trial_result *result)
{
    const char *path = entry->lanes->options->profile;
    char name[NAME];
    trial_name(name, entry->workload, entry->settings, entry->threads);
    if (path != NULL && !profile_file_append(path, name, result))
        gbench_error(state, "the file of profiles could not be written");
}

static void take_last_snapshot(struct thread *T, void *snapshots)
{
    snapshot_take_last(T, snapshots);
}

static struct trial_plan plan_of(const struct entry *entry, struct pauses *pauses)
{
    struct trial_plan plan = {
        .workload = entry->workload, .divisor = 1, .settings = entry->settings, .pauses = pauses};
    for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++)
        plan.paths[kind] = entry->lanes->options->paths[kind];
    plan.at_end = entry->lanes->snapshots != NULL ? take_last_snapshot : NULL;
    plan.context = entry->lanes->snapshots;
    return plan;
}

/* One trial, with snapshots if they are to be taken. */
static struct trial_result run_once(const struct entry *entry, struct team *team,
                                    const struct trial_plan *plan)
{
    struct snapshots *snapshots = entry->lanes->snapshots;
    char name[NAME];
    trial_name(name, entry->workload, entry->settings, entry->threads);
    if (snapshots != NULL)
        snapshot_trial_begin(snapshots, name);
    if (!RC_FREES)
        process_limit_begin();
    struct trial_result result = trial_run(team, plan);
    if (!RC_FREES)
        process_limit_end();
    if (snapshots != NULL)
        snapshot_trial_end(snapshots);
    return result;
}

static void run_trial(struct gbench_state *state, void *context)
{
    static struct pauses pauses;
    struct entry *entry = context;
    struct team *team = team_for(entry->lanes, state, entry->threads);
    if (team == NULL)
        return;
    const struct trial_plan plan = plan_of(entry, &pauses);
    while (gbench_next(state, 1)) {
        struct trial_result result = run_once(entry, team, &plan);
        gbench_seconds(state, result.seconds);
        report(state, &result, entry->threads);
        if (result.status != TRIAL_REFUSED)
            keep_pauses(state, entry, &pauses);
        if (result.status == TRIAL_OK)
            keep_profile(state, entry, &result);
        if (result.status != TRIAL_OK)
            gbench_error(state, result.problem);
        if (result.status == TRIAL_REFUSED) {
            fprintf(stderr, RC_NAME ": %s: %s\n", entry->workload->name, result.problem);
            entry->lanes->refused = true;
        }
    }
}

/* --- both --------------------------------------------------------------------------------------------------------- */

static struct gbench_shape micro_shape(const struct micro *micro)
{
    bool manual = micro->shared || micro->measure != NULL;
    return (struct gbench_shape){micro->iterations, manual, micro->objects > 0};
}

static const struct gbench_shape trial_shape = {
    .iterations = 1, .manual = true, .milliseconds = true};

static struct entry *new_entry(struct lanes *lanes, unsigned threads)
{
    struct entry *entry = malloc(sizeof(*entry));
    CHECK(entry != NULL, "no memory");
    *entry = (struct entry){.lanes = lanes, .threads = threads, .next = lanes->entries};
    lanes->entries = entry;
    return entry;
}

static void register_micro(struct lanes *lanes, const struct micro *micro)
{
    struct entry *entry = new_entry(lanes, micro->threads);
    entry->micro = micro;
    gbench_register(micro->name, micro_shape(micro), run_micro, entry);
}

bool lanes_can_run(const struct micro *micro)
{
    return micro->threads <= RC_MAX_THREADS && (RC_SERIAL || !micro->serial) &&
           (RC_FREES || strcmp(micro->group, MICRO_COLLECT) != 0) &&
           (micro->bytes == 0 || micro->bytes <= process_available_bytes());
}

static void register_trial(struct lanes *lanes, size_t workload, unsigned threads)
{
    char name[NAME];
    struct entry *entry = new_entry(lanes, threads);
    entry->workload = workloads[workload];
    entry->settings = lanes->options->settings[workload];
    trial_name(name, entry->workload, entry->settings, threads);
    gbench_register(name, trial_shape, run_trial, entry);
}

void lanes_register(struct lanes *lanes)
{
    for (size_t i = 0; i < MICROS; i++)
        if (lanes_can_run(micros[i]))
            register_micro(lanes, micros[i]);
    for (size_t i = 0; i < WORKLOADS; i++)
        for (unsigned j = 0; j < lanes->options->thread_counts; j++)
            register_trial(lanes, i, lanes->options->threads[j]);
}

void lanes_end(struct lanes *lanes)
{
    end_team(lanes);
    while (lanes->entries != NULL) {
        struct entry *entry = lanes->entries;
        lanes->entries = entry->next;
        free(entry);
    }
}

static bool is_selected(const struct options *options, size_t workload)
{
    char name[NAME];
    for (unsigned j = 0; j < options->thread_counts; j++) {
        trial_name(name, workloads[workload], options->settings[workload], options->threads[j]);
        if (gbench_selects(name, trial_shape))
            return true;
    }
    return false;
}

static bool check_workload(const struct options *options, const struct workload *workload,
                           char problem[256])
{
    for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++)
        if ((workload->inputs & 1U << kind) != 0 &&
            !input_check(kind, options->paths[kind], problem, 256))
            return false;
    size_t available = process_available_bytes();
    bool ok = workload->bytes <= available;
    if (!ok)
        snprintf(problem, 256,
                 "%s needs %zu MB of memory, %zu MB are free: free some, or raise the limit",
                 workload->name, workload->bytes >> 20, available >> 20);
    return ok;
}

static bool check_files(const struct options *options, char problem[256])
{
    if (options->pauses != NULL && !pause_file_check(options->pauses)) {
        snprintf(problem, 256, "--pauses=%.200s: cannot be written", options->pauses);
        return false;
    }
    if (options->profile != NULL && !profile_file_check(options->profile)) {
        snprintf(problem, 256, "--profile=%.200s: cannot be written", options->profile);
        return false;
    }
    if (options->snapshots != NULL && !snapshot_check(options->snapshots)) {
        snprintf(problem, 256, "--alloc-snapshots=%.200s: cannot be written", options->snapshots);
        return false;
    }
    return true;
}

bool lanes_check(const struct lanes *lanes, char problem[256])
{
    if (!check_files(lanes->options, problem))
        return false;
    for (size_t i = 0; i < WORKLOADS; i++)
        if (is_selected(lanes->options, i) &&
            !check_workload(lanes->options, workloads[i], problem))
            return false;
    return true;
}
