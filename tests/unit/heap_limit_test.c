/*
 * The limit itself: what counts, to the byte; what is refused; and that nothing counts where nothing is held.
 */
#include "alloc/limit.h"
#include "tests/unit/one_heap.h"

#include <pthread.h>
#include <stdlib.h>

enum { LIMIT = 4 * ARENA_BYTES, LARGE = ARENA_BYTES / 4 };

static void *take(size_t size) { return heap_alloc(&heap, BLOCK_DATA, 0, size); }
static void give(size_t size, void *block) { heap_free(&heap, BLOCK_DATA, 0, size, block); }

static int begin_limited(void **state)
{
    heap_limit_set(LIMIT);
    return begin(state);
}

static int end_limited(void **state)
{
    end(state);
    assert_int_equal(heap_limit_held(), 0);
    heap_limit_set(0);
    return 0;
}

static void test_no_limit_counts_nothing(void **state)
{
    (void)state;
    void *small = take(64);
    void *large = take(LARGE);
    assert_int_equal(heap_limit(), 0);
    assert_int_equal(heap_limit_held(), 0);
    give(64, small);
    give(LARGE, large);
    assert_int_equal(heap_limit_freed(), 0);
}

static void test_what_counts(void **state)
{
    (void)state;
    void *small = take(64);
    assert_int_equal(heap_limit_held(), ARENA_BYTES);
    void *large = take(LARGE);
    assert_int_equal(heap_limit_held(), ARENA_BYTES + large_bytes(LARGE));
    give(LARGE, large);
    assert_int_equal(heap_limit_held(), ARENA_BYTES);
    assert_int_equal(heap_limit_freed(), large_bytes(LARGE));
    give(64, small);
    heap_flush(&heap);
    assert_int_equal(heap_limit_held(), 0);
    assert_int_equal(heap_limit_freed(), large_bytes(LARGE) + POOL_BYTES + ARENA_BYTES);
    assert_int_equal(heap_limit_peak(), ARENA_BYTES + large_bytes(LARGE));
    heap_limit_forget_peak();
    assert_int_equal(heap_limit_peak(), 0);
}

static void test_to_the_byte(void **state)
{
    (void)state;
    const size_t most = LIMIT - large_bytes(0);
    assert_null(take(most + 1));
    assert_int_equal(heap_limit_held(), 0);
    void *all = take(most);
    assert_non_null(all);
    assert_int_equal(heap_limit_held(), LIMIT);
    assert_null(take(64));
    assert_null(take(LARGE));
    assert_null(take(SIZE_MAX / 4));
    give(most, all);
    assert_int_equal(heap_limit_held(), 0);
}

/* As many as there is memory for, linked through their first words. */
static void **fill(size_t size, size_t *count)
{
    void **first = NULL;
    void **block;
    *count = 0;
    while ((block = take(size)) != NULL) {
        *block = (void *)first;
        first = block;
        (*count)++;
    }
    return first;
}

static void empty(size_t size, void **first)
{
    while (first != NULL) {
        void **next = *first;
        give(size, (void *)first);
        first = next;
    }
}

static void test_small_blocks_stop_at_the_limit(void **state)
{
    (void)state;
    size_t count;
    void **blocks = fill(512 - BLOCK_ZONE, &count);
    assert_int_equal(heap_limit_held(), LIMIT);
    assert_true(count * 512 > LIMIT / 8 * 7 && count * 512 < LIMIT);
    empty(512 - BLOCK_ZONE, blocks);
}

/* A large block is refused for want of no arena that nobody uses. */
static void test_spares_make_room(void **state)
{
    (void)state;
    size_t count;
    void *used = take(64);
    void **blocks = fill(512 - BLOCK_ZONE, &count);
    empty(512 - BLOCK_ZONE, blocks);
    heap_flush(&heap);
    assert_int_equal(heap_limit_held(), 2 * ARENA_BYTES); /* one is a spare */
    const size_t most = LIMIT - ARENA_BYTES - large_bytes(0);
    void *large = take(most);
    assert_non_null(large);
    assert_int_equal(heap_limit_held(), LIMIT);
    give(most, large);
    give(64, used);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

enum { TAKERS = 4, TAKES = 100000, UNIT = LIMIT / (TAKERS - 1) };

static _Atomic uint64_t refused;
static _Atomic uint64_t taken;

static void *take_and_give(void *unused)
{
    (void)unused;
    for (unsigned i = 0; i < TAKES; i++) {
        if (!limit_take(UNIT)) {
            fetch_add_relaxed(&refused, 1);
            continue;
        }
        fetch_add_relaxed(&taken, 1);
        if (heap_limit_held() > LIMIT)
            abort();
        limit_give(UNIT);
    }
    return NULL;
}

static void test_threads_never_hold_more(void **state)
{
    (void)state;
    pthread_t threads[TAKERS];
    for (unsigned i = 0; i < TAKERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, NULL), 0);
    for (unsigned i = 0; i < TAKERS; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(load_relaxed(&taken) + load_relaxed(&refused), TAKERS * TAKES);
    assert_int_equal(heap_limit_freed(), load_relaxed(&taken) * UNIT);
    assert_true(heap_limit_peak() <= LIMIT);
}

#define LIMITED_TEST(test) cmocka_unit_test_setup_teardown(test, begin_limited, end_limited)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_no_limit_counts_nothing, begin, end),
        LIMITED_TEST(test_what_counts),
        LIMITED_TEST(test_to_the_byte),
        LIMITED_TEST(test_small_blocks_stop_at_the_limit),
        LIMITED_TEST(test_spares_make_room),
        LIMITED_TEST(test_threads_never_hold_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
