/* Minimum mutator utilisation: known cases, and against trying every window there is. */
#include "bench/trial/utilisation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void record(struct pause_log *log, uint64_t begin_ns, uint64_t end_ns)
{
    pause_record(log, (struct pause){.begin_ns = begin_ns, .total_ns = end_ns - begin_ns});
}

static void assert_least(const struct utilisation *u, uint64_t window_ns, double expected)
{
    double found = utilisation_least(u, window_ns);
    if (found < expected - 1e-9 || found > expected + 1e-9)
        fail_msg("a window of %ju: expected %f left of it, found %f", (uintmax_t)window_ns,
                 expected, found);
}

static void without_pauses_all_is_left(void **state)
{
    (void)state;
    struct pause_log log = {0};
    struct utilisation u = utilisation_create(&log, (struct span){1000, 2000});
    assert_int_equal(utilisation_lost_ns(&u), 0);
    assert_least(&u, 10, 1);
    assert_least(&u, 5000, 1);
    utilisation_destroy(&u);
    u = utilisation_create(&log, (struct span){1000, 1000});
    assert_least(&u, 10, 1);
    utilisation_destroy(&u);
}

/* Of a pause of 40 in 1000: nothing of a window within it, half of one twice as long. */
static void one_pause(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, 1100, 1140);
    struct utilisation u = utilisation_create(&log, (struct span){1000, 2000});
    assert_int_equal(utilisation_lost_ns(&u), 40);
    assert_least(&u, 20, 0);
    assert_least(&u, 40, 0);
    assert_least(&u, 80, 0.5);
    assert_least(&u, 1000, 0.96);
    assert_least(&u, 4000, 0.96);
    utilisation_destroy(&u);
    pause_fini(&log);
}

/* Two short ones close together are worse than a longer one, for a window that has room for both. */
static void pauses_in_a_row(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, 500, 530);
    record(&log, 540, 570);
    record(&log, 100, 140);
    struct utilisation u = utilisation_create(&log, (struct span){0, 1000});
    assert_int_equal(utilisation_lost_ns(&u), 100);
    assert_least(&u, 40, 0);
    assert_least(&u, 70, 10.0 / 70);
    assert_least(&u, 1000, 0.9);
    utilisation_destroy(&u);
    pause_fini(&log);
}

/* One within another, two that overlap, and those that begin before the work or end after it. */
static void nothing_is_lost_twice(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, 120, 130);
    record(&log, 100, 200);
    record(&log, 190, 250);
    record(&log, 0, 20);
    record(&log, 980, 1500);
    record(&log, 2000, 2100);
    struct utilisation u = utilisation_create(&log, (struct span){10, 1000});
    assert_int_equal(utilisation_lost_ns(&u), 10 + 150 + 20);
    assert_least(&u, 10, 0);
    assert_least(&u, 150, 0);
    assert_least(&u, 300, 140.0 / 300);
    utilisation_destroy(&u);
    pause_fini(&log);
}

enum { LENGTH = 300 };

static double least_of_every_window(const bool lost[LENGTH], unsigned window)
{
    unsigned most = 0;
    for (unsigned begin = 0; begin + window <= LENGTH; begin++) {
        unsigned sum = 0;
        for (unsigned i = begin; i < begin + window; i++)
            sum += lost[i];
        most = sum > most ? sum : most;
    }
    return 1.0 - (double)most / window;
}

static uint32_t next_random(uint32_t *random)
{
    *random = *random * 1664525 + 1013904223;
    return *random >> 16;
}

static void as_trying_every_window(void **state)
{
    (void)state;
    uint32_t random = 1;
    for (unsigned round = 0; round < 200; round++) {
        bool lost[LENGTH] = {false};
        struct pause_log log = {0};
        for (unsigned pauses = next_random(&random) % 12; pauses > 0; pauses--) {
            unsigned begin = next_random(&random) % LENGTH;
            unsigned end = begin + next_random(&random) % 40;
            record(&log, 5000 + begin, 5000 + end);
            for (unsigned i = begin; i < end && i < LENGTH; i++)
                lost[i] = true;
        }
        struct utilisation u = utilisation_create(&log, (struct span){5000, 5000 + LENGTH});
        for (unsigned window = 1; window <= LENGTH; window += 7)
            assert_least(&u, window, least_of_every_window(lost, window));
        utilisation_destroy(&u);
        pause_fini(&log);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_pauses_all_is_left),
        cmocka_unit_test(one_pause),
        cmocka_unit_test(pauses_in_a_row),
        cmocka_unit_test(nothing_is_lost_twice),
        cmocka_unit_test(as_trying_every_window),
    };
    return cmocka_run_group_tests_name("utilisation", tests, NULL, NULL);
}
