/* Verdicts: right results are counted, missing ones are found, and the first wrong one is told. */
#include "bench/trial/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void begin(struct workload_run *run)
{
    memset(run, 0, sizeof(*run));
    assert_true(verdict_create(run, 2));
    assert_int_equal(verdict_known(run)[0], 0);
    assert_int_equal(verdict_known(run)[1], 0);
}

static void test_all_right(void **state)
{
    (void)state;
    struct workload_run run;
    begin(&run);
    verdict_known(&run)[1] = 7;
    verdict_judge(&run, true, "not told");
    verdict_right(&run, 2);
    verdict_close(&run, 3);
    assert_string_equal(run.problem, "");
    assert_null(run.input);
}

static void test_first_wrong_one_is_told(void **state)
{
    (void)state;
    struct workload_run run;
    begin(&run);
    verdict_right(&run, 2);
    verdict_judge(&run, false, "found %d, expected %d", 5, 4);
    verdict_wrong(&run, "found %d", 6);
    verdict_close(&run, 4);
    assert_string_equal(run.problem, "found 5, expected 4 (2 of 4 wrong)");
}

static void test_missing_ones_are_found(void **state)
{
    (void)state;
    struct workload_run run;
    begin(&run);
    verdict_right(&run, 2);
    verdict_close(&run, 3);
    assert_string_equal(run.problem, "3 results were expected, 2 came out");
}

/* A run that failed for another reason is not judged, and one that never began has no verdict. */
static void test_failed_run_is_not_judged(void **state)
{
    (void)state;
    struct workload_run run;
    begin(&run);
    workload_out_of_memory(&run);
    verdict_close(&run, 3);
    assert_string_equal(run.problem, "");
    verdict_close(&run, 3);
    assert_string_equal(run.problem, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_right),
        cmocka_unit_test(test_first_wrong_one_is_told),
        cmocka_unit_test(test_missing_ones_are_found),
        cmocka_unit_test(test_failed_run_is_not_judged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
