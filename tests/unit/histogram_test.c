/* Buckets: no value is lost, none is told wrong by more than a step. */
#include "bench/trial/histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void small_values_are_exact(void **state)
{
    (void)state;
    for (uint64_t ns = 0; ns < 256; ns++)
        assert_int_equal(histogram_low(histogram_bucket(ns)), ns);
}

static void buckets_follow_one_another(void **state)
{
    (void)state;
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
        assert_int_equal(histogram_bucket(histogram_low(i)), i);
        uint64_t last = i + 1 < HISTOGRAM_BUCKETS ? histogram_low(i + 1) - 1 : UINT64_MAX;
        assert_int_equal(histogram_bucket(last), i);
        assert_true(last - histogram_low(i) <= histogram_low(i) / HISTOGRAM_STEPS);
    }
}

static void counts_and_keeps_the_highest(void **state)
{
    (void)state;
    static struct histogram histogram;
    histogram_clear(&histogram);
    histogram_add(&histogram, 1000003);
    histogram_add(&histogram, 1000001);
    histogram_add(&histogram, 7);
    assert_int_equal(histogram.total, 3);
    assert_int_equal(histogram.most, 1000003);
    assert_int_equal(histogram.counts[7], 1);
    assert_int_equal(histogram.counts[histogram_bucket(1000000)], 2);
    histogram_clear(&histogram);
    assert_int_equal(histogram.total + histogram.most + histogram.counts[7], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_values_are_exact),
        cmocka_unit_test(buckets_follow_one_another),
        cmocka_unit_test(counts_and_keeps_the_highest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
