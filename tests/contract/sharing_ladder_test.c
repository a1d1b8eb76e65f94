/* The ladder has one checksum, whatever is shared and whatever becomes of the counts. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/trial.h"
#include "bench/workloads/all.h"

enum { RUNG, HOT, RUNGS = 6, WAYS = 3, DIVISOR = 3000 };

static uint64_t checksum_of(uint64_t rung, uint64_t hot, unsigned threads)
{
    uint64_t values[SETTINGS_MAX] = {0};
    values[RUNG] = rung;
    values[HOT] = hot;
    struct trial_plan plan = {
        .workload = &workload_sharing_ladder, .divisor = DIVISOR, .settings = values};
    struct thread *T = runtime_start();
    assert_non_null(T);
    struct team *team = team_create(T, threads, PIN_NEAR);
    assert_non_null(team);
    struct trial_result result = trial_run(team, &plan);
    team_destroy(team);
    struct runtime_census left = runtime_stop(T);
    assert_int_equal(left.objects + left.blocks + left.pools + left.arenas, 0);
    if (result.status != TRIAL_OK)
        fail_msg("rung %ju, hot %ju, %u threads: %s", (uintmax_t)rung, (uintmax_t)hot, threads,
                 result.problem);
    return result.checksum;
}

static void every_rung_and_way_has_one_checksum(void **state)
{
    (void)state;
    const uint64_t expected = checksum_of(0, 0, 1);
    for (uint64_t rung = 0; rung < RUNGS; rung++)
        for (uint64_t hot = 0; hot < WAYS; hot++)
            for (unsigned threads = 1; threads <= 3 && threads <= RC_MAX_THREADS; threads++)
                if (checksum_of(rung, hot, threads) != expected)
                    fail_msg("rung %ju, hot %ju, %u threads: another checksum", (uintmax_t)rung,
                             (uintmax_t)hot, threads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_rung_and_way_has_one_checksum),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
