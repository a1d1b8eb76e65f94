/*
 * Every workload: does the same work for every number of threads, leaves nothing behind, and says what it lacks.
 *
 * Run with a small part of their work (divisor), so that the strategies with the slowest checks take seconds.
 */
#include "alloc/failure.h"
#include "bench/trial/trial.h"
#include "bench/workloads/all.h"
#include "runtimes/runtime.h"
#include "tests/sanitized.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
    DIVISOR = SANITIZED ? 400 : 100,
    DIVISOR_OF_CYCLES = SANITIZED ? 40 : 10, /* where garbage must come up to a collection */
    STRIDE = SANITIZED ? 512 : 2,            /* from one failing allocation to the next */
};

static struct trial_plan plan_of(const struct workload *workload, unsigned divisor)
{
    struct trial_plan plan = {.workload = workload, .divisor = divisor};
    for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++)
        plan.paths[kind] = inputs[kind].path;
    return plan;
}

struct circumstances {
    uint64_t failing;  /* the allocation of that number fails; 0: none does */
    bool no_collector; /* cyclic garbage is not collected until the end */
};

/* One trial in a runtime of its own. */
static struct trial_result try_in(const struct trial_plan *plan, unsigned threads,
                                  struct circumstances circumstances)
{
    struct thread *T = runtime_start();
    assert_non_null(T);
    struct team *team = team_create(T, threads, PIN_NEAR);
    assert_non_null(team);
    gc_enable(!circumstances.no_collector);
    failure_at(circumstances.failing);
    struct trial_result result = trial_run(team, plan);
    team_destroy(team);
    struct runtime_census left = runtime_stop(T);
    if (left.objects + left.blocks + left.pools + left.arenas + left.threads != 0)
        fail_msg(
            "%s with %u threads left %zu objects, %zu blocks, %zu pools, %zu arenas, %zu threads",
            plan->workload->name, threads, left.objects, left.blocks, left.pools, left.arenas,
            left.threads);
    return result;
}

static struct trial_result try(const struct trial_plan *plan, unsigned threads)
{
    return try_in(plan, threads, (struct circumstances){0});
}

static struct trial_result try_well(const struct trial_plan *plan, unsigned threads)
{
    struct trial_result result = try(plan, threads);
    if (result.status != TRIAL_OK)
        fail_msg("%s with %u threads, expected to succeed: %s", plan->workload->name, threads,
                 result.problem);
    return result;
}

static void test_same_work_for_every_number_of_threads(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORKLOADS; i++) {
        struct trial_plan plan = plan_of(workloads[i], DIVISOR);
        struct trial_result alone = try_well(&plan, 1);
        assert_true(alone.operations > 0);
        for (unsigned threads = 2; threads <= 4 && threads <= RC_MAX_THREADS; threads++) {
            struct trial_result result = try_well(&plan, threads);
            if (result.checksum != alone.checksum || result.operations != alone.operations)
                fail_msg("%s: 1 thread has checksum %#jx of %ju operations, %u threads %#jx of %ju",
                         workloads[i]->name, (uintmax_t)alone.checksum, (uintmax_t)alone.operations,
                         threads, (uintmax_t)result.checksum, (uintmax_t)result.operations);
        }
    }
}

/* Every word of `words`, which are separated by commas and may be NULL, is one of `known`. */
static void expect_known(const char *workload, const char *words, const char *known)
{
    char padded[128];
    char word[64];
    snprintf(padded, sizeof(padded), ",%s,", known);
    for (const char *at = words; at != NULL && *at != '\0';) {
        size_t length = strcspn(at, ",");
        snprintf(word, sizeof(word), ",%.*s,", (int)length, at);
        if (strstr(padded, word) == NULL)
            fail_msg("%s: %s is none of %s", workload, word, known);
        at += length + (at[length] == ',');
    }
}

static void test_each_says_what_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORKLOADS; i++) {
        const struct workload *workload = workloads[i];
        expect_known(workload->name, workload->tags,
                     "real-input,classic,server,sharing,cycles,micro,control");
        expect_known(workload->name, workload->suites, "fast,headline");
        bool heads = workload->suites != NULL && strstr(workload->suites, "headline") != NULL;
        if (!workload->control && heads != (workload->reason != NULL))
            fail_msg("%s: what is in the suite headline has a reason, and nothing else has one",
                     workload->name);
        if (!workload->control && workload->source == NULL)
            fail_msg("%s: its source is missing", workload->name);
        if (settings_length(workload->settings) > SETTINGS_MAX)
            fail_msg("%s: at most %d settings", workload->name, SETTINGS_MAX);
        if (workload->bytes > (size_t)2 << 30)
            fail_msg("%s: no workload needs more than 2 GiB", workload->name);
    }
}

/* A setting may change the work, but never make it depend on the number of threads. */
static void expect_same_work(const struct trial_plan *plan, const char *setting, uint64_t value)
{
    struct trial_result alone = try_well(plan, 1);
    for (unsigned threads = 2; threads <= 3 && threads <= RC_MAX_THREADS; threads++) {
        struct trial_result result = try_well(plan, threads);
        if (result.checksum != alone.checksum)
            fail_msg("%s with %s=%ju: 1 thread has checksum %#jx, %u threads %#jx",
                     plan->workload->name, setting, (uintmax_t)value, (uintmax_t)alone.checksum,
                     threads, (uintmax_t)result.checksum);
    }
}

static void test_settings_at_their_extremes(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORKLOADS; i++) {
        const struct setting *settings = workloads[i]->settings;
        for (size_t j = 0; j < settings_length(settings); j++) {
            uint64_t values[SETTINGS_MAX];
            struct trial_plan plan = plan_of(workloads[i], DIVISOR);
            plan.settings = values;
            settings_reset(settings, values);
            values[j] = settings[j].least;
            expect_same_work(&plan, settings[j].name, values[j]);
            values[j] = settings[j].most;
            expect_same_work(&plan, settings[j].name, values[j]);
        }
    }
}

static void test_checksum_depends_on_the_work(void **state)
{
    (void)state;
    for (size_t i = 0; i < WORKLOADS; i++) {
        struct trial_plan plan = plan_of(workloads[i], DIVISOR);
        struct trial_plan less = plan_of(workloads[i], 2 * DIVISOR);
        struct trial_result result = try_well(&plan, 1);
        if (result.checksum == try_well(&less, 1).checksum)
            fail_msg("%s: half of the work has the same checksum %#jx", workloads[i]->name,
                     (uintmax_t)result.checksum);
    }
}

static void expect_refusal(const struct workload *workload, enum input_kind kind, const char *path)
{
    struct trial_plan plan = plan_of(workload, DIVISOR);
    plan.paths[kind] = path;
    struct trial_result result = try(&plan, 1);
    if (result.status != TRIAL_REFUSED)
        fail_msg("%s with %s, expected to be refused: status %d", workload->name, path,
                 (int)result.status);
    if (strstr(result.problem, path) == NULL || strstr(result.problem, inputs[kind].remedy) == NULL)
        fail_msg("%s: the problem should name %s and \"%s\": %s", workload->name, path,
                 inputs[kind].remedy, result.problem);
}

static void expect_refusals(const char *path)
{
    for (size_t i = 0; i < WORKLOADS; i++)
        for (enum input_kind kind = 0; kind < INPUT_KINDS; kind++)
            if ((workloads[i]->inputs & 1U << kind) != 0)
                expect_refusal(workloads[i], kind, path);
}

static void test_missing_input_is_named(void **state)
{
    (void)state;
    expect_refusals("/nowhere/no-such-file");
}

static void test_input_without_words_is_named(void **state)
{
    (void)state;
    char path[] = "/tmp/refbench-empty-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    close(file);
    expect_refusals(path);
    unlink(path);
}

/* A file that is no JSON: where, and why. */
static void test_damage_is_located(void **state)
{
    (void)state;
    char path[] = "/tmp/refbench-damaged-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    FILE *file = fdopen(descriptor, "w");
    assert_non_null(file);
    fputs("[1,\n 2", file);
    fclose(file);
    struct trial_plan plan = plan_of(&workload_json, DIVISOR);
    plan.paths[INPUT_ISO_CODES] = path;
    struct trial_result result = try(&plan, 1);
    unlink(path);
    char expected[256];
    snprintf(expected, sizeof(expected), "%s:2:3: expected ',' or ']' (%s)", path,
             inputs[INPUT_ISO_CODES].remedy);
    assert_int_equal(result.status, TRIAL_REFUSED);
    assert_string_equal(result.problem, expected);
}

static bool set_up_nothing(struct thread *T, struct workload_run *run)
{
    (void)T, (void)run;
    return true;
}

static uint64_t do_nothing(struct thread *T, struct workload_run *run, unsigned index)
{
    (void)T, (void)run;
    return index;
}

static uint64_t find_fault(struct thread *T, struct workload_run *run)
{
    (void)T;
    snprintf(run->problem, sizeof(run->problem), "2 and 2 is 5");
    return 0;
}

static void test_wrong_result_fails_the_trial(void **state)
{
    (void)state;
    static const struct workload workload = {
        .name = "wrong", .setup = set_up_nothing, .work = do_nothing, .teardown = find_fault};
    struct trial_plan plan = plan_of(&workload, 1);
    struct trial_result result = try(&plan, 1);
    assert_int_equal(result.status, TRIAL_FAILED);
    assert_string_equal(result.problem, "2 and 2 is 5");
}

static void test_folder_counts_each_real_file_once(void **state)
{
    (void)state;
    char folder[] = "/tmp/refbench-folder-XXXXXX";
    assert_non_null(mkdtemp(folder));
    char text[64];
    char link[64];
    snprintf(text, sizeof(text), "%s/text", folder);
    snprintf(link, sizeof(link), "%s/another-name", folder);
    FILE *file = fopen(text, "w");
    assert_non_null(file);
    fputs("Spam, spam; eggs!\n", file);
    fclose(file);
    assert_int_equal(symlink("text", link), 0);
    struct input_files files;
    assert_true(input_list(folder, &files));
    assert_int_equal(files.length, 1);
    input_list_free(&files);
    unlink(link);
    unlink(text);
    rmdir(folder);
}

/* What is dropped is the same with and without a collector: without one nothing of it goes, with one some of it does. */
static void test_garbage_is_counted(void **state)
{
    (void)state;
    if (!RC_FREES)
        skip();
    struct trial_plan plan = plan_of(&workload_cycle_churn, DIVISOR_OF_CYCLES);
    struct trial_result with = try_well(&plan, 1);
    struct trial_result without = try_in(&plan, 1, (struct circumstances){.no_collector = true});
    assert_int_equal(without.collected, 0);
    assert_int_equal(without.collections, 0);
    uint64_t dropped = without.peak_garbage;
    if (with.collected == 0 || with.collected > dropped ||
        dropped - with.collected > with.peak_garbage)
        fail_msg("%ju containers dropped, %ju collected, %ju at a time", (uintmax_t)dropped,
                 (uintmax_t)with.collected, (uintmax_t)with.peak_garbage);
}

static void test_pauses_are_of_the_work(void **state)
{
    (void)state;
    struct trial_plan plan = plan_of(&workload_cycle_churn, DIVISOR_OF_CYCLES);
    struct trial_result result = try_well(&plan, 1);
    assert_int_equal(result.pauses.all.count, result.collections);
    assert_int_equal(result.pauses.lost, 0);
    assert_true(result.pauses.all.total_us * 1e-6 <= result.seconds);
}

static void assert_share(double share, const char *of_what)
{
    if (!(share >= 0 && share <= 1))
        fail_msg("%s: expected a share from 0 to 1, is %f", of_what, share);
}

/* What all threads tell is what each does, and what they were left is a share. */
static void test_pauses_of_each_thread(void **state)
{
    (void)state;
    if (RC_MAX_THREADS < 2)
        skip();
    enum { SECOND = RC_MAX_THREADS > 1 };
    static struct pauses pauses;
    struct trial_plan plan = plan_of(&workload_cycle_churn, DIVISOR_OF_CYCLES);
    plan.pauses = &pauses;
    struct trial_result result = try_well(&plan, 2);
    assert_int_equal(pauses.threads, 2);
    assert_int_equal(pauses.summary.all.count, result.pauses.all.count);
    assert_int_equal(pauses.histogram.total, result.pauses.all.count);
    assert_int_equal(pauses.each[0].figures.count + pauses.each[SECOND].figures.count,
                     result.pauses.all.count);
    uint64_t collections = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        collections += result.pauses.collecting[i].count;
    assert_int_equal(collections, result.collections);
    assert_int_equal(result.pauses.phases[PHASE_MARK].count, result.collections);
    assert_share(result.left.lost, "lost");
    for (unsigned i = 0; i < PAUSES_WINDOWS; i++) {
        assert_share(result.left.least[i], "least");
        assert_true(result.left.least[i] <= pauses.each[0].left.least[i]);
        assert_true(result.left.least[i] <= pauses.each[SECOND].left.least[i]);
    }
}

/* The machine's pauses are no collector's, and are in the time that was watched. */
static void test_clock_logs_gaps(void **state)
{
    (void)state;
    struct trial_plan plan = plan_of(&workload_clock, DIVISOR);
    struct trial_result result = try_well(&plan, 1);
    assert_int_equal(result.collections, 0);
    assert_int_equal(result.pauses.stopped.count, 0);
    assert_true(result.pauses.all.count == 0 || result.pauses.all.p50_us >= 1);
    assert_true(result.pauses.all.total_us * 1e-6 <= result.seconds);
    assert_true((double)result.operations * 1e-6 <= result.seconds);
}

/* Fails one allocation after another, ever further apart, until a trial has none left to fail. */
static void expect_clean_failures(const struct workload *workload, unsigned threads)
{
    struct trial_plan plan = plan_of(workload, 5 * DIVISOR);
    uint64_t checksum = try_well(&plan, 1).checksum;
    bool pending = false;
    for (uint64_t n = 1; !pending; n *= STRIDE) {
        struct trial_result result = try_in(&plan, threads, (struct circumstances){.failing = n});
        pending = failure_is_pending();
        failure_at(0);
        bool clean = result.status == TRIAL_OK ? result.checksum == checksum
                                               : strstr(result.problem, "memory") != NULL;
        if (!clean || (pending && result.status != TRIAL_OK))
            fail_msg("%s, allocation %ju failing: status %d, %s", workload->name, (uintmax_t)n,
                     (int)result.status, result.problem);
    }
}

static void test_running_out_of_memory_is_clean(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip(); /* allocations fail by command in debug builds only */
    for (size_t i = 0; i < WORKLOADS; i++) {
        expect_clean_failures(workloads[i], 1);
        if (RC_MAX_THREADS >= 2)
            expect_clean_failures(workloads[i], 2);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_work_for_every_number_of_threads),
        cmocka_unit_test(test_each_says_what_it_is),
        cmocka_unit_test(test_settings_at_their_extremes),
        cmocka_unit_test(test_checksum_depends_on_the_work),
        cmocka_unit_test(test_missing_input_is_named),
        cmocka_unit_test(test_input_without_words_is_named),
        cmocka_unit_test(test_damage_is_located),
        cmocka_unit_test(test_wrong_result_fails_the_trial),
        cmocka_unit_test(test_folder_counts_each_real_file_once),
        cmocka_unit_test(test_garbage_is_counted),
        cmocka_unit_test(test_pauses_are_of_the_work),
        cmocka_unit_test(test_pauses_of_each_thread),
        cmocka_unit_test(test_clock_logs_gaps),
        cmocka_unit_test(test_running_out_of_memory_is_clean),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
