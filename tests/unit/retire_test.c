/* Retired tables: freed after a grace period, not before; sealed when enough has come together. */
#include "tests/unit/blocks.h"

#include "alloc/base/grace.h"

static struct heap heap;

static int begin(void **state)
{
    (void)state;
    heap_init(&heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    grace_all_quiescent();
    heap_flush(&heap);
    heap_flush(&heap); /* what the first one sealed */
    assert_nothing_left();
    return 0;
}

static void retire_block(size_t size)
{
    void *block = heap_alloc(&heap, BLOCK_DATA, 0, size);
    assert_non_null(block);
    retire(&heap, block, size);
}

static size_t live(void) { return heap_census().live[BLOCK_DATA]; }

/* A reader that was there when the tables were retired. */
static void stay_until_the_reader_is_quiescent(void **state)
{
    (void)state;
    _Atomic uint32_t request = 0;
    struct grace_reader reader = {.request = &request, .request_bit = 1};
    grace_online(&reader);
    retire_block(48);
    retire_block(512);
    retire_block(600); /* large */
    retire_reclaim(&heap);
    assert_true(retire_is_waiting(&heap.retired));
    retire_reclaim(&heap);
    assert_int_equal(live(), 3);
    assert_int_equal(load_relaxed(&request), 1);
    grace_quiescent(&reader);
    retire_reclaim(&heap);
    assert_int_equal(live(), 0);
    assert_false(retire_is_waiting(&heap.retired));
    grace_offline(&reader);
}

static void budget_seals(void **state)
{
    (void)state;
    const size_t few = RETIRE_BUDGET / 512;
    for (size_t i = 0; i < few; i++)
        retire_block(512);
    assert_false(retire_is_waiting(&heap.retired));
    retire_block(512);
    assert_true(retire_is_waiting(&heap.retired));
    assert_int_equal(heap.retired.bytes, 0);
    grace_all_quiescent();
    retire_reclaim(&heap);
    assert_int_equal(live(), 0);
}

/* What is retired while a sealed list waits, waits for the next period. */
static void later_ones_wait_longer(void **state)
{
    (void)state;
    retire_block(64);
    retire_reclaim(&heap);
    retire_block(64);
    grace_all_quiescent();
    retire_reclaim(&heap);
    assert_int_equal(live(), 1);
    assert_true(retire_is_waiting(&heap.retired));
    grace_all_quiescent();
    retire_reclaim(&heap);
    assert_int_equal(live(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(stay_until_the_reader_is_quiescent, begin, end),
        cmocka_unit_test_setup_teardown(budget_seals, begin, end),
        cmocka_unit_test_setup_teardown(later_ones_wait_longer, begin, end),
    };
    return cmocka_run_group_tests_name("retire", tests, NULL, NULL);
}
