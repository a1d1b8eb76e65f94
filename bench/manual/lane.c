/* Registering and running. */
#include "bench/manual/lane.h"

#include "alloc/base/atomics.h"
#include "bench/gbench.h"
#include "bench/manual/memory.h"
#include "bench/manual/team.h"
#include "bench/manual/works.h"
#include "bench/trial/court.h"
#include "bench/trial/process.h"

#include <stdio.h>

#define CHECKSUM_MASK ((UINT64_C(1) << 48) - 1)

struct entry {
    const struct work *work;
    const struct options *options;
    unsigned threads;
};

struct trial {
    const struct entry *entry;
    struct work_run run;
    _Atomic uint64_t checksum;
    struct team_times times;
    double handoff_before_ns;
    double handoff_after_ns;
    uint64_t involuntary_switches;
    size_t peak_bytes;
};

static struct team_times do_together(const struct trial *trial, team_job *job, void *context)
{
    return team_run(trial->entry->threads, trial->entry->options->pin, job, context);
}

static void do_share(unsigned index, void *context)
{
    struct trial *trial = context;
    uint64_t share = trial->entry->work->work(&trial->run, index);
    fetch_add_relaxed(&trial->checksum, share);
}

static void play(unsigned index, void *context) { court_play(context, index); }

/* Of a cache line between the first two members; 0 with one. */
static double handoff_ns(const struct trial *trial)
{
    static struct court court;
    if (trial->entry->threads < 2)
        return 0;
    court_open(&court);
    do_together(trial, play, &court);
    return court_handoff_ns(&court);
}

/* The timed part and the readings around it. */
static void measure(struct trial *trial)
{
    trial->handoff_before_ns = handoff_ns(trial);
    uint64_t switches = process_involuntary_switches();
    trial->times = do_together(trial, do_share, trial);
    trial->involuntary_switches = process_involuntary_switches() - switches;
    trial->handoff_after_ns = handoff_ns(trial);
    trial->peak_bytes = process_peak_bytes();
    if (!trial->times.pinned)
        fprintf(stderr, MEMORY_NAME
                ": the system does not let threads be pinned: results will vary more\n");
}

static void report(struct gbench_state *state, const struct trial *trial)
{
    const struct team_times *times = &trial->times;
    double seconds = (double)(times->last_end_ns - times->first_start_ns) * 1e-9;
    double operations = (double)trial->run.operations;
    gbench_seconds(state, seconds);
    gbench_counter(state, "operations", operations);
    gbench_counter(state, "ops_per_s", seconds > 0 ? operations / seconds : 0);
    gbench_counter(state, "checksum", (double)(load_relaxed(&trial->checksum) & CHECKSUM_MASK));
    gbench_counter(state, "peak_rss_bytes", (double)trial->peak_bytes);
    gbench_counter(state, "start_skew_us",
                   (double)(times->last_start_ns - times->first_start_ns) * 1e-3);
    gbench_counter(state, "involuntary_switches", (double)trial->involuntary_switches);
    if (trial->entry->threads > 1) {
        gbench_counter(state, "handoff_before_ns", trial->handoff_before_ns);
        gbench_counter(state, "handoff_after_ns", trial->handoff_after_ns);
    }
}

static void run_trial(const struct entry *entry, struct gbench_state *state)
{
    struct trial trial = {.entry = entry, .run = {.threads = entry->threads}};
    process_forget_peak();
    if (entry->work->setup(&trial.run))
        measure(&trial);
    entry->work->teardown(&trial.run);
    report(state, &trial);
    if (work_failed(&trial.run))
        gbench_error(state, "out of memory: use a machine or a limit with more");
    else if (trial.run.problem[0] != '\0')
        gbench_error(state, trial.run.problem);
}

static void run_entry(struct gbench_state *state, void *context)
{
    while (gbench_next(state, 1))
        run_trial(context, state);
}

void lane_register(const struct options *options)
{
    static struct entry entries[WORKS * OPTIONS_THREAD_COUNTS];
    static const struct gbench_shape shape = {
        .iterations = 1, .manual = true, .milliseconds = true};
    size_t length = 0;
    for (size_t i = 0; i < WORKS; i++) {
        for (unsigned j = 0; j < options->thread_counts; j++) {
            struct entry *entry = &entries[length++];
            *entry = (struct entry){works[i], options, options->threads[j]};
            char name[128];
            snprintf(name, sizeof(name), "workload/%s/threads:%u", works[i]->name, entry->threads);
            gbench_register(name, shape, run_entry, entry);
        }
    }
}
