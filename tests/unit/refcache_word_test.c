/* Words of refcache: what was touched is told from what was not, however many periods have begun. */
#include "runtimes/rc/refcache_word.h"

#include "bench/trial/mix.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define HALF (UINT64_C(1) << 31)
#define ROUND (UINT64_C(1) << 32)

/* Numbers of periods around which a comparison may turn. */
static const uint64_t turns[] = {2,         HALF - 2,      HALF,         HALF + 2,  ROUND - 2,
                                 ROUND,     ROUND + 2,     ROUND + HALF, 3 * ROUND, INT64_MAX,
                                 HALF << 8, ROUND * 5 - 1, ROUND - 1};
enum { TURNS = sizeof turns / sizeof *turns, AROUND = 4, SPAN = 2 * AROUND };

static const uint64_t new_word = REFCACHE_ONE | REFCACHE_LIVE;

static uint64_t touched_in(uint64_t period) { return new_word | period << 32; }

/* Calls `check` with periods that have begun. */
static void around_each_turn(void (*check)(uint64_t begun))
{
    for (size_t i = 0; i < TURNS; i++)
        for (uint64_t n = 0; n <= SPAN; n++)
            if (turns[i] + n > SPAN)
                check(turns[i] + n - AROUND);
}

static void expect_recent_known(uint64_t begun)
{
    for (uint64_t period = begun - 2; period <= begun; period++)
        for (uint64_t touched = begun - AROUND; touched <= begun + 1; touched++)
            assert_int_equal(refcache_is_touched_since(touched_in(touched), period, begun),
                             touched >= period);
}

static void knows_recent_touches(void **state)
{
    (void)state;
    around_each_turn(expect_recent_known);
}

/* But for those that have the number of a recent one. */
static void expect_old_known(uint64_t begun)
{
    for (uint64_t age = AROUND; age < begun; age += 1 + age / 2)
        if (age % ROUND >= AROUND)
            assert_false(refcache_is_touched_since(touched_in(begun - age), begun - 2, begun));
}

static void knows_old_touches(void **state)
{
    (void)state;
    around_each_turn(expect_old_known);
}

/* What has never been touched has period 0, which a few periods in each round look like. */
static void expect_new_known(uint64_t begun)
{
    if ((begun + 1) % ROUND > AROUND)
        assert_false(refcache_is_touched_since(new_word, begun - 2, begun));
}

static void knows_new_objects(void **state)
{
    (void)state;
    around_each_turn(expect_new_known);
}

/* A thread that ends objects may have begun so long ago that it can say nothing of them. */
static void never_forgets_a_touch(void **state)
{
    (void)state;
    for (uint64_t i = 0; i < 100000; i++) {
        const uint64_t begun = mix64(i) >> i % 64;
        const uint64_t period = begun - (mix64(~i) >> i % 61) % (begun + 1);
        const uint64_t touched = period + mix64(i << 32) % (begun + 2 - period);
        assert_true(refcache_is_touched_since(touched_in(touched), period, begun));
    }
}

/* Whatever was there before: else what is reviewed once more would be so for ever. */
static void expect_touch_kept(uint64_t begun)
{
    for (size_t i = 0; i < TURNS; i++) {
        const uint64_t word = refcache_with_touch(touched_in(turns[i]), begun);
        assert_int_equal((uint32_t)word, (uint32_t)new_word);
        assert_true(refcache_is_touched_since(word, begun, begun));
        assert_false(refcache_is_touched_since(word, begun + 2, begun + 4));
    }
    const uint64_t later = touched_in(begun + 1); /* by who knew more */
    assert_int_equal(refcache_with_touch(later, begun), later);
}

static void touches(void **state)
{
    (void)state;
    around_each_turn(expect_touch_kept);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(knows_recent_touches),
        cmocka_unit_test(knows_old_touches),
        cmocka_unit_test(knows_new_objects),
        cmocka_unit_test(never_forgets_a_touch),
        cmocka_unit_test(touches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
