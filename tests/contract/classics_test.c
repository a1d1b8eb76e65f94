/*
 * Classic workloads against what is published of them, by numbers of this test's own.
 *
 * A trial's checksum is made of the results; here it is made again, of the published ones.  What a workload judges
 * by itself, at any size, is tested with all others (workload_test.c).
 */
#include "bench/trial/mix.h"
#include "bench/trial/trial.h"
#include "bench/workloads/all.h"
#include "runtimes/runtime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#define CHECKSUM_MASK ((UINT64_C(1) << 48) - 1)

static struct trial_result try(const struct workload *workload, unsigned divisor,
                               const char *setting)
{
    uint64_t values[SETTINGS_MAX] = {0};
    char problem[256];
    settings_reset(workload->settings, values);
    if (setting != NULL)
        assert_true(setting_parse(workload->settings, setting, values, problem, sizeof(problem)));
    struct trial_plan plan = {.workload = workload, .divisor = divisor, .settings = values};
    struct thread *T = runtime_start();
    assert_non_null(T);
    struct team *team = team_create(T, 1, PIN_NEAR);
    assert_non_null(team);
    struct trial_result result = trial_run(team, &plan);
    team_destroy(team);
    runtime_stop(T);
    if (result.status != TRIAL_OK)
        fail_msg("%s: %s", workload->name, result.problem);
    return result;
}

/* Octane: a count of 1000 queues 2322 packets and holds 928 tasks.  `divisor` is one for which the count is 1000. */
static void test_richards(void **state)
{
    (void)state;
    struct trial_result result = try(&workload_richards, 20, NULL);
    assert_int_equal(result.operations % 2322, 0);
    uint64_t repetitions = result.operations / 2322;
    assert_true(repetitions > 0);
    assert_int_equal(result.checksum, (repetitions * (mix64(2322) ^ 928)) & CHECKSUM_MASK);
}

/* The original of 1994: 7 items have checksum 228 and 16 reversals at most; the Benchmarks Game has it as an example. */
static void test_fannkuch(void **state)
{
    (void)state;
    struct trial_result result = try(&workload_fannkuch, 1, "n=7");
    assert_int_equal(result.operations % 5040, 0);
    assert_int_equal(result.checksum, result.operations / 5040 * 228 + 16);
}

/* OEIS A000170. */
static void test_nqueens(void **state)
{
    (void)state;
    static const uint64_t solutions[] = {2, 10, 4, 40, 92};
    for (unsigned n = 4; n <= 8; n++) {
        char setting[] = "n=0";
        setting[2] = (char)('0' + n);
        struct trial_result one = try(&workload_nqueens, 1000000, setting);
        assert_int_equal(one.operations, solutions[n - 4]);
    }
}

/* The Benchmarks Game's outputs have "1024 trees of depth 4, check: 31744", 31 nodes each; one tree of each depth here. */
static void test_binary_trees(void **state)
{
    (void)state;
    struct trial_result result = try(&workload_binary_trees, 32768, NULL);
    const uint64_t nodes[] = {31, 127, 511, 2047, 8191, 32767};
    uint64_t checksum = 65535;
    for (unsigned i = 0; i < 6; i++)
        checksum += nodes[i] * (4 + 2 * i);
    assert_int_equal(result.checksum, checksum);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_richards),
        cmocka_unit_test(test_fannkuch),
        cmocka_unit_test(test_nqueens),
        cmocka_unit_test(test_binary_trees),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
