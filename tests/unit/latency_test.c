/* Latencies: a stop is one late request if those who came meanwhile are not asked, and all of them if they are. */
#include "bench/trial/latency.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { REQUESTS = 1000, US = 1000, STOP_US = 100000, STEP = 128 };

/* To within a step of a histogram. */
static void assert_about(double us, double expected)
{
    if (us < expected * (1 - 1.0 / STEP) || us > expected * (1 + 1.0 / STEP))
        fail_msg("expected about %f us, is %f", expected, us);
}

/* A request after another, each of 1 us, but for number `late`, which takes 100 ms. */
static void note_all(struct latency *latency, unsigned index, size_t late)
{
    uint64_t now = 5000000;
    for (size_t i = 0; i < REQUESTS; i++) {
        uint64_t begin = now;
        now += i == late ? STOP_US * US : US;
        latency_note(latency, index, begin, now);
    }
}

static void a_steady_server_has_one_latency(void **state)
{
    (void)state;
    struct latency *latency = latency_create(1, REQUESTS);
    note_all(latency, 0, REQUESTS);
    struct latency_summary summary = latency_summarise(latency);
    assert_int_equal(summary.simple.count, REQUESTS);
    assert_int_equal(summary.metered.count, REQUESTS);
    assert_about(summary.simple.p50_us, 1);
    assert_about(summary.metered.p999_us, 1);
    assert_about(summary.metered.max_us, 1);
    latency_destroy(latency);
}

/* Of 100 requests of 1 to 100 us the p50 is the 50th. */
static void a_percentile_is_the_last_of_its_share(void **state)
{
    (void)state;
    enum { LENGTH = 100 };
    struct latency *latency = latency_create(1, LENGTH);
    for (uint64_t i = LENGTH; i > 0; i--)
        latency_note(latency, 0, 0, i * US);
    struct latency_figures simple = latency_summarise(latency).simple;
    assert_about(simple.p50_us, 50);
    assert_about(simple.p90_us, 90);
    assert_about(simple.p99_us, 99);
    assert_about(simple.p999_us, 100);
    latency_destroy(latency);
}

static void a_stop_is_seen_by_those_who_waited(void **state)
{
    (void)state;
    struct latency *latency = latency_create(1, REQUESTS);
    note_all(latency, 0, REQUESTS / 2);
    struct latency_summary summary = latency_summarise(latency);
    assert_about(summary.simple.p99_us, 1);
    assert_about(summary.simple.max_us, STOP_US);
    /* Even arrivals: before the stop a request comes before it is due; those after it were due up to half of it earlier. */
    assert_about(summary.metered.max_us, STOP_US);
    assert_true(summary.metered.p90_us > STOP_US / 3.0);
    latency_destroy(latency);
}

static void threads_are_metered_apart(void **state)
{
    (void)state;
    struct latency *latency = latency_create(2, REQUESTS);
    note_all(latency, 0, REQUESTS);
    note_all(latency, 1, REQUESTS / 2);
    struct latency_summary summary = latency_summarise(latency);
    assert_int_equal(summary.simple.count, 2 * REQUESTS);
    assert_about(summary.metered.p50_us, 1);
    assert_about(summary.metered.max_us, STOP_US);
    latency_destroy(latency);
}

static void nothing_noted_is_nothing(void **state)
{
    (void)state;
    assert_int_equal(latency_summarise(NULL).simple.count, 0);
    struct latency *latency = latency_create(3, 0);
    assert_int_equal(latency_summarise(latency).metered.count, 0);
    latency_destroy(latency);
    latency_destroy(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_steady_server_has_one_latency),
        cmocka_unit_test(a_percentile_is_the_last_of_its_share),
        cmocka_unit_test(a_stop_is_seen_by_those_who_waited),
        cmocka_unit_test(threads_are_metered_apart),
        cmocka_unit_test(nothing_noted_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
