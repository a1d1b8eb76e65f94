/* Zipf's law: frequencies are what it says, for uniform to steep laws, and traces are permuted ranks. */
#include "bench/trial/zipf.h"

#include "bench/trial/mix.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ITEMS = 1000, DRAWN = 2000000 };

static uint32_t seen[ITEMS];

static void draw(double theta)
{
    struct zipf zipf = zipf_create(ITEMS, theta);
    memset(seen, 0, sizeof(seen));
    for (uint64_t i = 0; i < DRAWN; i++) {
        uint32_t rank = zipf_rank(&zipf, mix64(i));
        assert_in_range(rank, 0, ITEMS - 1);
        seen[rank]++;
    }
}

/* How often ranks below `limit` are to be drawn, by the law itself. */
static double expected_below(double theta, uint32_t limit)
{
    double part = 0;
    double zeta = 0;
    for (uint32_t i = 1; i <= ITEMS; i++) {
        zeta += pow(i, -theta);
        part += i <= limit ? pow(i, -theta) : 0;
    }
    return part / zeta * DRAWN;
}

static void assert_law(double theta, uint32_t limit, double tolerance)
{
    double expected = expected_below(theta, limit);
    double found = 0;
    for (uint32_t i = 0; i < limit; i++)
        found += seen[i];
    if (fabs(found - expected) > tolerance * expected)
        fail_msg("theta %.2f: ranks below %u expected %.0f times, found %.0f", theta, limit,
                 expected, found);
}

/* The first two are exact but for chance; the closed form of the others errs by a few per cent. */
static void frequencies_follow_the_law(void **state)
{
    (void)state;
    const double thetas[] = {0, 0.5, 0.9, 0.99};
    for (size_t i = 0; i < sizeof(thetas) / sizeof(thetas[0]); i++) {
        draw(thetas[i]);
        assert_law(thetas[i], 1, thetas[i] < 0.6 ? 0.1 : 0.01);
        assert_law(thetas[i], 2, thetas[i] < 0.6 ? 0.1 : 0.01);
        assert_law(thetas[i], 10, 0.06);
        assert_law(thetas[i], 100, 0.04);
        assert_law(thetas[i], 500, 0.02);
    }
}

static void the_last_word_has_a_rank(void **state)
{
    (void)state;
    for (uint32_t items = 1; items < 50; items++) {
        for (unsigned percent = 0; percent < 100; percent++) {
            struct zipf zipf = zipf_create(items, percent * 0.01);
            assert_int_equal(zipf_rank(&zipf, 0), 0);
            assert_int_equal(zipf_rank(&zipf, UINT64_MAX), items - 1);
        }
    }
}

static int by_count(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left < right) - (left > right);
}

/* As often as the ranks were, but not in their order. */
static void traces_are_scattered_ranks(void **state)
{
    (void)state;
    struct zipf zipf = zipf_create(ITEMS, 0.99);
    uint32_t *trace = zipf_trace(&zipf, 0, DRAWN);
    assert_non_null(trace);
    uint32_t counts[ITEMS] = {0};
    for (size_t i = 0; i < DRAWN; i++)
        counts[trace[i]]++;
    free(trace);
    draw(0.99);
    assert_memory_not_equal(counts, seen, sizeof(counts));
    qsort(counts, ITEMS, sizeof(counts[0]), by_count);
    qsort(seen, ITEMS, sizeof(seen[0]), by_count);
    assert_memory_equal(counts, seen, sizeof(counts));
}

static void longer_traces_begin_with_shorter_ones(void **state)
{
    (void)state;
    struct zipf zipf = zipf_create(ITEMS, 0.5);
    uint32_t *shorter = zipf_trace(&zipf, 7, 100);
    uint32_t *longer = zipf_trace(&zipf, 7, 1000);
    uint32_t *other = zipf_trace(&zipf, 8, 100);
    assert_memory_equal(shorter, longer, 100 * sizeof(shorter[0]));
    assert_memory_not_equal(shorter, other, 100 * sizeof(shorter[0]));
    free(shorter);
    free(longer);
    free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frequencies_follow_the_law),
        cmocka_unit_test(the_last_word_has_a_rank),
        cmocka_unit_test(traces_are_scattered_ranks),
        cmocka_unit_test(longer_traces_begin_with_shorter_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
