/*
 * refbench-<runtime>: measures one runtime.
 *
 * Everything that could refuse a run (flags, inputs, memory) is looked at before anything is measured or printed.
 */
#include "alloc/limit.h"
#include "bench/describe.h"
#include "bench/gbench.h"
#include "bench/handoff_report.h"
#include "bench/lanes.h"
#include "bench/options.h"
#include "bench/snapshot.h"
#include "bench/tour/tour.h"
#include "runtimes/runtime.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static int refuse(const char *problem)
{
    fprintf(stderr, RC_NAME ": %s\n", problem);
    return EXIT_REFUSED;
}

/* The library found a value that it cannot use. */
static void refuse_library_flag(void)
{
    exit(refuse("a --benchmark_... flag has a value that Google Benchmark cannot use: see --help"));
}

static void set_collector(struct thread *T, const struct options *options)
{
    gc_set_policy(T, options->gc_policy);
    for (unsigned i = 0; options->thresholds_given && i < GC_GENERATIONS; i++)
        gc_set_threshold(i, options->thresholds[i]);
    for (unsigned i = 0; options->budgets_given && i < GC_GENERATIONS; i++)
        gc_set_budget(i, options->budgets[i]);
    gc_enable(options->collector);
}

static void add_context(const struct options *options)
{
    char thresholds[64];
    char budgets[64];
    snprintf(thresholds, sizeof(thresholds), "%u,%u,%u", gc_threshold(0), gc_threshold(1),
             gc_threshold(2));
    snprintf(budgets, sizeof(budgets), "%" PRIu64 ",%" PRIu64 ",%" PRIu64, gc_budget(0),
             gc_budget(1), gc_budget(2));
    gbench_context("runtime", RC_NAME);
    gbench_context("collector", options->collector ? "on" : "off");
    gbench_context("thresholds", thresholds);
    gbench_context("gc_policy", gc_policy_names[gc_policy()]);
    gbench_context("budgets", budgets);
    gbench_context("pin", pin_names[options->pin]);
}

/* Whether they are taken, if that was asked for. */
static bool begin_snapshots(struct lanes *lanes)
{
    const struct options *options = lanes->options;
    if (options->snapshots != NULL)
        lanes->snapshots = snapshot_create(lanes->T, options->snapshots, options->snapshot_ms);
    return options->snapshots == NULL || lanes->snapshots != NULL;
}

static bool end_snapshots(struct lanes *lanes)
{
    bool kept = lanes->snapshots == NULL || snapshot_destroy(lanes->T, lanes->snapshots);
    if (!kept)
        fprintf(stderr, RC_NAME ": --alloc-snapshots=%s: not all could be written\n",
                lanes->options->snapshots);
    return kept;
}

static int measure(struct thread *T, const struct options *options)
{
    struct lanes lanes = {.T = T, .options = options};
    char problem[256];
    if (!lanes_check(&lanes, problem))
        return refuse(problem);
    if (!begin_snapshots(&lanes))
        return refuse("--alloc-snapshots: not enough memory");
    add_context(options);
    lanes_register(&lanes);
    struct gbench_outcome outcome = gbench_run();
    lanes_end(&lanes);
    if (!end_snapshots(&lanes))
        return EXIT_TRIALS_FAILED;
    if (lanes.refused)
        return EXIT_REFUSED;
    if (outcome.matched == 0)
        return EXIT_NOTHING_MATCHED;
    return outcome.failed > 0 ? EXIT_TRIALS_FAILED : EXIT_DONE;
}

/* The exit status, unless something was left behind. */
static int stop(struct thread *T, int status)
{
    struct runtime_census left = runtime_stop(T);
    if (left.objects + left.blocks + left.pools + left.arenas + left.threads == 0)
        return status;
    fprintf(stderr,
            RC_NAME ": left behind: %zu objects, %zu blocks, %zu pools, %zu arenas, %zu threads\n",
            left.objects, left.blocks, left.pools, left.arenas, left.threads);
    return status == EXIT_DONE ? EXIT_TRIALS_FAILED : status;
}

static int show_tour(struct thread *T)
{
    enum tour_outcome outcome = tour_run(T);
    if (outcome == TOUR_UNWRITTEN)
        return refuse("the tour could not be written");
    return outcome == TOUR_HOLDS ? EXIT_DONE : EXIT_TRIALS_FAILED;
}

/* What was asked for. */
static int serve(struct thread *T, const struct options *options)
{
    if (options->describe)
        return describe(T, options)
                   ? EXIT_DONE
                   : refuse("the description could not be written, or there is no memory");
    if (options->handoff)
        return handoff_report(T, options)
                   ? EXIT_DONE
                   : refuse("the report could not be written, or there is no second thread");
    if (options->tour)
        return show_tour(T);
    return measure(T, options);
}

static int run(const struct options *options)
{
    heap_limit_set(options->heap);
    struct thread *T = runtime_start();
    if (T == NULL)
        return refuse("not enough memory to start");
    set_collector(T, options);
    return stop(T, serve(T, options));
}

int main(int argc, char **argv)
{
    struct options options;
    char problem[256];
    if (!options_parse(&options, &argc, argv, problem))
        return refuse(problem);
    if (options.help) {
        options_help(argv[0]);
        return EXIT_DONE;
    }
    gbench_flags(&argc, argv, refuse_library_flag);
    if (argc > 1) {
        snprintf(problem, sizeof(problem), "unknown flag %.100s: see --help", argv[1]);
        return refuse(problem);
    }
    if (!gbench_filter_is_valid())
        return refuse("--benchmark_filter is no valid regular expression");
    return run(&options);
}
