/* One heap and one thread: sizes, contents, reuse, and that everything returns. */
#include "tests/unit/one_heap.h"

#include <stdlib.h>
#include <sys/mman.h>

static void give_all(enum block_kind kind, size_t size, void **blocks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        give_block(&heap, kind, size, blocks[i]);
}

static void **take_all(enum block_kind kind, size_t size, size_t count)
{
    void **blocks = calloc(count, sizeof *blocks);
    assert_non_null(blocks);
    for (size_t i = 0; i < count; i++)
        assert_non_null(blocks[i] = take_block(&heap, kind, size));
    return blocks;
}

static void blocks_are_aligned_and_apart(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    for (size_t size = SMALLEST; size <= 1400; size += 8) {
        enum block_kind kind = size / 8 % BLOCK_KINDS;
        void **blocks = take_all(kind, size, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            assert_int_equal((uintptr_t)blocks[i] % BLOCK_ALIGN, 0);
            memset(blocks[i], (int)i, size);
        }
        for (size_t i = 0; i < COUNT; i++) {
            const unsigned char *bytes = blocks[i];
            for (size_t j = 0; j < size; j++)
                assert_int_equal(bytes[j], i);
        }
        give_all(kind, size, blocks, COUNT);
        free(blocks);
    }
}

static void size_takes_whole_units(void **state)
{
    (void)state;
    assert_int_equal(heap_block_bytes(1), 16);
    assert_int_equal(heap_block_bytes(16), 16);
    assert_int_equal(heap_block_bytes(17), 24);
    assert_int_equal(heap_block_bytes(24), 24);
    assert_int_equal(heap_block_bytes(25), 32);
    assert_int_equal(heap_block_bytes(512), 512);
    assert_true(heap_block_bytes(513) >= 528);
    void *block = take_block(&heap, BLOCK_DATA, 40);
    assert_int_equal(heap_census().live_bytes, heap_block_bytes(40));
    void *large = take_block(&heap, BLOCK_DATA, 4000);
    assert_int_equal(heap_census().live_bytes, heap_block_bytes(40) + heap_block_bytes(4000));
    give_block(&heap, BLOCK_DATA, 40, block);
    give_block(&heap, BLOCK_DATA, 4000, large);
}

/* The promise of heap.h, on fresh memory, on reused blocks, and on memory that held something else before. */
static void header_and_collector_word_are_zero(void **state)
{
    (void)state;
    enum { COUNT = 3000 };
    for (unsigned round = 0; round < 12; round++) {
        enum block_kind kind = round % BLOCK_KINDS;
        size_t size = 32 + 48 * (round * 5 % 11);
        void **blocks = take_all(kind, size, COUNT);
        for (size_t i = 0; i < COUNT; i++) {
            if (kind != BLOCK_DATA)
                assert_int_equal(word_at(blocks[i], 0), 0);
            if (kind == BLOCK_CONTAINER)
                assert_int_equal(word_at(blocks[i], COLLECTOR), 0);
            memset(blocks[i], 0xEE, size);
        }
        give_all(kind, size, blocks, COUNT);
        free(blocks);
        if (round % 2 == 0)
            heap_flush(&heap);
    }
}

static void large_header_is_zero(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 50; round++) {
        void *block = take_block(&heap, BLOCK_CONTAINER, 600 + round);
        assert_int_equal(word_at(block, 0), 0);
        assert_int_equal(word_at(block, COLLECTOR), 0);
        memset(block, 0xEE, 600 + round);
        give_block(&heap, BLOCK_CONTAINER, 600 + round, block);
    }
}

static void freed_block_serves_its_size_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        void *block = take_block(&heap, BLOCK_OBJECT, 48);
        give_block(&heap, BLOCK_OBJECT, 48, block);
    }
    assert_int_equal(heap_census().pools, 1);
    assert_int_equal(heap_census().arenas, 1);
}

/* A heap keeps one empty pool of a class at most: the current one. */
static void empty_pool_is_kept_only_while_current(void **state)
{
    (void)state;
    enum { MOST = 2 * POOL_BYTES / 512 };
    void *blocks[MOST];
    size_t count = 0;
    do
        blocks[count++] = take_block(&heap, BLOCK_DATA, 512);
    while (count < MOST && (arena_pool(blocks[count - 1]) == arena_pool(blocks[0]) ||
                            pool_has_uncarved(arena_pool(blocks[count - 1])) ||
                            heap.bins[BLOCK_DATA][32].free != NULL));
    struct pool *first = arena_pool(blocks[0]);
    struct pool *second = arena_pool(blocks[count - 1]);
    give_block(&heap, BLOCK_DATA, 512, blocks[0]);
    for (size_t i = 1; i < count; i++)
        if (arena_pool(blocks[i]) == second)
            give_block(&heap, BLOCK_DATA, 512, blocks[i]);
    assert_int_equal(second->state, POOL_OWNED);
    blocks[0] = take_block(&heap, BLOCK_DATA, 512);
    assert_ptr_equal(arena_pool(blocks[0]), first); /* ready for longer, and current from now on */
    assert_int_equal(second->state, POOL_UNUSED);
    give_block(&heap, BLOCK_DATA, 512, blocks[0]);
    for (size_t i = 1; i < count && arena_pool(blocks[i]) == first; i++)
        give_block(&heap, BLOCK_DATA, 512, blocks[i]);
}

static void memory_nobody_needs_is_not_touched(void **state)
{
    (void)state;
    void *block = take_block(&heap, BLOCK_DATA, 16);
    const struct pool *pool = arena_pool(block);
    assert_in_range(pool->carved, 1, 4096 / 16);
    assert_true(pool->capacity > 4096 / 16);
    give_block(&heap, BLOCK_DATA, 16, block);
}

static bool is_mapped(const void *page)
{
    unsigned char resident;
    return mincore((void *)((uintptr_t)page & ~(uintptr_t)4095), 1, &resident) == 0;
}

/* Without any call but the frees: all but a spare arena, and the arena of the last pool, are unmapped. */
static void arenas_return_at_once(void **state)
{
    (void)state;
    enum { COUNT = 80000 };
    void **blocks = take_all(BLOCK_OBJECT, 64, COUNT);
    size_t most = heap_census().arenas;
    assert_in_range(most, 5, 6);
    for (size_t i = 0; i < COUNT; i += 2)
        give_block(&heap, BLOCK_OBJECT, 64, blocks[i]);
    assert_int_equal(heap_census().arenas, most);
    for (size_t i = 1; i < COUNT; i += 2)
        give_block(&heap, BLOCK_OBJECT, 64, blocks[i]);
    assert_in_range(heap_census().arenas, 1, 2);
    assert_int_equal(heap_census().pools, 1);
    size_t mapped = 0;
    for (size_t i = 0; i < COUNT; i++)
        mapped += is_mapped(blocks[i]);
    assert_in_range(mapped, 1, 2 * ARENA_BYTES / 64);
    heap_trim(&heap);
    assert_int_equal(heap_census().arenas, 0);
    free(blocks);
}

static void empty_pools_serve_other_classes(void **state)
{
    (void)state;
    enum { COUNT = 15000 };
    void **blocks = take_all(BLOCK_CONTAINER, 64, COUNT);
    give_all(BLOCK_CONTAINER, 64, blocks, COUNT);
    free(blocks);
    blocks = take_all(BLOCK_DATA, 128, COUNT / 2);
    assert_in_range(heap_census().arenas, 1, 2);
    give_all(BLOCK_DATA, 128, blocks, COUNT / 2);
    free(blocks);
}

/* Gives back the blocks that lie in the first pools of the arena; returns how many these were. */
static size_t give_in_arena(const struct arena *arena, void **blocks, size_t count, size_t pools)
{
    size_t given = 0;
    for (size_t i = 0; i < count; i++) {
        if (blocks[i] == NULL || arena_of(blocks[i]) != arena ||
            arena_index(arena_pool(blocks[i])) >= pools)
            continue;
        give_block(&heap, BLOCK_DATA, 512, blocks[i]);
        blocks[i] = NULL;
        given++;
    }
    return given;
}

static void pools_come_from_the_fullest_arena(void **state)
{
    (void)state;
    enum { COUNT = 3900 }; /* two arenas, the second not quite full */
    void **blocks = take_all(BLOCK_DATA, 512, COUNT);
    struct arena *first = arena_of(blocks[0]);
    struct arena *second = arena_of(blocks[COUNT - 1]);
    assert_ptr_not_equal(first, second);
    assert_true(give_in_arena(first, blocks, COUNT, 40) > 0);
    assert_true(give_in_arena(second, blocks, COUNT, 20) > 0);
    void *block = take_block(&heap, BLOCK_OBJECT, 32);
    assert_ptr_equal(arena_of(block), second);
    give_block(&heap, BLOCK_OBJECT, 32, block);
    for (size_t i = 0; i < COUNT; i++)
        if (blocks[i] != NULL)
            give_block(&heap, BLOCK_DATA, 512, blocks[i]);
    free(blocks);
}

/* Random work against a simple model: who lives, with which contents; and the census agrees. */
struct model_block {
    unsigned char *block;
    size_t size;
    enum block_kind kind;
    unsigned char mark;
};

static void model_take(struct model_block *m, uint64_t random)
{
    m->size = SMALLEST + random % 600;
    m->kind = random / 1024 % BLOCK_KINDS;
    m->mark = (unsigned char)(random >> 40);
    m->block = take_block(&heap, m->kind, m->size);
    assert_non_null(m->block);
    memset(m->block, m->mark, m->size);
}

static void model_give(struct model_block *m)
{
    for (size_t i = 0; i < m->size; i++)
        assert_int_equal(m->block[i], m->mark);
    give_block(&heap, m->kind, m->size, m->block);
    m->block = NULL;
}

static void assert_census_is(const struct model_block *model, size_t count)
{
    struct heap_census expected = {0};
    for (size_t i = 0; i < count; i++) {
        if (model[i].block == NULL)
            continue;
        expected.live[model[i].kind]++;
        expected.live_bytes += heap_block_bytes(model[i].size);
        expected.large += model[i].size > BLOCK_MAX;
    }
    struct heap_census census = heap_census();
    assert_memory_equal(census.live, expected.live, sizeof census.live);
    assert_int_equal(census.live_bytes, expected.live_bytes);
    assert_int_equal(census.large, expected.large);
    assert_true(heap_is_valid(&heap));
}

static void census_counts_what_lives(void **state)
{
    (void)state;
    enum { COUNT = 2000, STEPS = 60000 };
    static struct model_block model[COUNT];
    uint64_t random = 88172645463325252U;
    for (unsigned step = 1; step <= STEPS; step++) {
        struct model_block *m = &model[next_random(&random) % COUNT];
        if (m->block == NULL)
            model_take(m, next_random(&random));
        else
            model_give(m);
        if (step % 10000 == 0)
            assert_census_is(model, COUNT);
    }
    for (size_t i = 0; i < COUNT; i++)
        if (model[i].block != NULL)
            model_give(&model[i]);
    assert_census_is(model, COUNT);
}

/* As many frees as allocations, at random: some blocks are kept free for speed, but few. */
static void replacing_costs_little_memory(void **state)
{
    (void)state;
    enum { COUNT = 60000, STEPS = 300000, PER_POOL = POOL_BYTES / 64 };
    void **blocks = take_all(BLOCK_OBJECT, 64, COUNT);
    uint64_t random = 7;
    for (unsigned step = 0; step < STEPS; step++) {
        void **block = &blocks[next_random(&random) % COUNT];
        give_block(&heap, BLOCK_OBJECT, 64, *block);
        *block = take_block(&heap, BLOCK_OBJECT, 64);
    }
    assert_in_range(heap_census().pools, COUNT / PER_POOL, COUNT / PER_POOL * 9 / 8);
    give_all(BLOCK_OBJECT, 64, blocks, COUNT);
    free(blocks);
}

/* Slack is for heaps so large that it is little. */
static void small_heap_uses_its_last_free_block(void **state)
{
    (void)state;
    enum { MOST = 2 * POOL_BYTES / 64, CLASS = 64 / BLOCK_UNIT };
    void *blocks[MOST];
    size_t count = 0;
    do
        assert_non_null(blocks[count++] = take_block(&heap, BLOCK_OBJECT, 64));
    while (heap.bins[BLOCK_OBJECT][CLASS].free != NULL ||
           heap.bins[BLOCK_OBJECT][CLASS].carving != NULL);
    assert_int_equal(heap_census().pools, 1);
    give_block(&heap, BLOCK_OBJECT, 64, blocks[7]);
    assert_ptr_equal(take_block(&heap, BLOCK_OBJECT, 64), blocks[7]);
    assert_int_equal(heap_census().pools, 1);
    give_all(BLOCK_OBJECT, 64, blocks, count);
}

/* Pools with a block or two do not hide those behind them that have many. */
static void pools_with_room_are_found(void **state)
{
    (void)state;
    enum { PER_POOL = POOL_BYTES / 64, COUNT = 100 * PER_POOL, SCARCE = 40 * PER_POOL };
    void **blocks = take_all(BLOCK_OBJECT, 64, COUNT);
    size_t pools = heap_census().pools;
    for (size_t i = 0; i < COUNT; i++) {
        if (i < SCARCE ? i % PER_POOL == 0 : i % 8 != 0) {
            give_block(&heap, BLOCK_OBJECT, 64, blocks[i]);
            blocks[i] = NULL;
        }
    }
    for (size_t i = SCARCE; i < COUNT - 4 * PER_POOL; i++)
        if (blocks[i] == NULL)
            assert_non_null(blocks[i] = take_block(&heap, BLOCK_OBJECT, 64));
    assert_in_range(heap_census().pools, pools, pools + 4);
    for (size_t i = 0; i < COUNT; i++)
        if (blocks[i] != NULL)
            give_block(&heap, BLOCK_OBJECT, 64, blocks[i]);
    free(blocks);
}

/* A pool that was emptied in whatever order hands out its blocks in the order of their addresses when it is taken again. */
static void emptied_pool_begins_anew_in_order(void **state)
{
    (void)state;
    enum { PER_POOL = POOL_BYTES / 64, APART = 7 };
    void **blocks = take_all(BLOCK_OBJECT, 64, PER_POOL);
    void *other = take_block(&heap, BLOCK_DATA, 64);
    for (size_t i = 0; i < PER_POOL; i++)
        give_block(&heap, BLOCK_OBJECT, 64, blocks[i * APART % PER_POOL]);
    heap_flush(&heap);
    free(blocks);
    blocks = take_all(BLOCK_OBJECT, 64, PER_POOL);
    for (size_t i = 0; i < PER_POOL; i++)
        assert_true(block_is_clear(BLOCK_OBJECT, LINK, blocks[i]));
    for (size_t i = 1; i < PER_POOL; i++)
        if (arena_pool(blocks[i]) == arena_pool(blocks[i - 1]))
            assert_true(blocks[i] > blocks[i - 1]);
    give_all(BLOCK_OBJECT, 64, blocks, PER_POOL);
    give_block(&heap, BLOCK_DATA, 64, other);
    free(blocks);
}

static void flush_keeps_what_is_in_use(void **state)
{
    (void)state;
    char *kept = take_block(&heap, BLOCK_OBJECT, 64);
    memset(kept, 0x42, 64);
    void *freed = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, freed);
    heap_flush(&heap);
    assert_int_equal(heap_census().live[BLOCK_OBJECT], 1);
    assert_int_equal(heap_census().pools, 1);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(kept[i], 0x42);
    freed = take_block(&heap, BLOCK_OBJECT, 64);
    assert_ptr_equal(arena_pool(freed), arena_pool(kept));
    give_block(&heap, BLOCK_OBJECT, 64, freed);
    give_block(&heap, BLOCK_OBJECT, 64, kept);
}

/* Few live blocks lie in many pools, and are replaced in turn, with a flush every few: allocation goes on in the pool where it was,
 * so the other pools run empty. */
static void flushes_leave_live_blocks_close_together(void **state)
{
    (void)state;
    enum { POOLS = 20, PER_POOL = POOL_BYTES / 64, COUNT = POOLS * PER_POOL, LIVE = 2 * PER_POOL };
    void **blocks = take_all(BLOCK_OBJECT, 64, COUNT);
    void *live[LIVE];
    for (size_t i = 0; i < COUNT; i++)
        if (i % (COUNT / LIVE) == 0)
            live[i / (COUNT / LIVE)] = blocks[i];
        else
            give_block(&heap, BLOCK_OBJECT, 64, blocks[i]);
    free(blocks);
    heap_flush(&heap);
    assert_true(heap_census().pools >= POOLS);
    for (size_t i = 0; i < 2 * LIVE; i++) {
        give_block(&heap, BLOCK_OBJECT, 64, live[i % LIVE]);
        live[i % LIVE] = take_block(&heap, BLOCK_OBJECT, 64);
        if (i % 5 == 0)
            heap_flush(&heap);
    }
    assert_in_range(heap_census().pools, 2, 6);
    give_all(BLOCK_OBJECT, 64, live, LIVE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(blocks_are_aligned_and_apart, begin, end),
        cmocka_unit_test_setup_teardown(size_takes_whole_units, begin, end),
        cmocka_unit_test_setup_teardown(header_and_collector_word_are_zero, begin, end),
        cmocka_unit_test_setup_teardown(large_header_is_zero, begin, end),
        cmocka_unit_test_setup_teardown(freed_block_serves_its_size_again, begin, end),
        cmocka_unit_test_setup_teardown(empty_pool_is_kept_only_while_current, begin, end),
        cmocka_unit_test_setup_teardown(memory_nobody_needs_is_not_touched, begin, end),
        cmocka_unit_test_setup_teardown(arenas_return_at_once, begin, end),
        cmocka_unit_test_setup_teardown(empty_pools_serve_other_classes, begin, end),
        cmocka_unit_test_setup_teardown(pools_come_from_the_fullest_arena, begin, end),
        cmocka_unit_test_setup_teardown(census_counts_what_lives, begin, end),
        cmocka_unit_test_setup_teardown(replacing_costs_little_memory, begin, end),
        cmocka_unit_test_setup_teardown(small_heap_uses_its_last_free_block, begin, end),
        cmocka_unit_test_setup_teardown(pools_with_room_are_found, begin, end),
        cmocka_unit_test_setup_teardown(emptied_pool_begins_anew_in_order, begin, end),
        cmocka_unit_test_setup_teardown(flush_keeps_what_is_in_use, begin, end),
        cmocka_unit_test_setup_teardown(flushes_leave_live_blocks_close_together, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
