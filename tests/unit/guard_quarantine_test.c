/* Quarantine: freed blocks stay out of use for a bounded while, in order, and nobody counts them or waits for them. */
#include "tests/unit/guard_fixture.h"

#include "alloc/walk.h"

static int begin(void **state)
{
    quarantine_set_budget(QUARANTINE_BYTES);
    return guard_begin(state);
}

static void *replace(void *block)
{
    give_block(&heap, BLOCK_DATA, 256, block);
    return take_block(&heap, BLOCK_DATA, 256);
}

/* As many others are freed first as fit into the budget. */
static void freed_block_stays_out(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    const unsigned fit = QUARANTINE_BYTES / (unsigned)heap_block_bytes(256);
    const void *watched = take_block(&heap, BLOCK_DATA, 256);
    void *block = replace((void *)(uintptr_t)watched);
    for (unsigned i = 1; i < fit; i++) {
        assert_ptr_not_equal(block, watched);
        block = replace(block);
    }
    unsigned more = 0;
    while (block != watched && more++ < 2 * fit)
        block = replace(block);
    assert_in_range(more, 0, 2 * fit);
    give_block(&heap, BLOCK_DATA, 256, block);
}

static void ring_holds_so_many_blocks(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    quarantine_set_budget(SIZE_MAX);
    void *blocks[3 * QUARANTINE_BLOCKS];
    for (unsigned i = 0; i < 3 * QUARANTINE_BLOCKS; i++)
        blocks[i] = take_block(&heap, BLOCK_OBJECT, 40);
    for (unsigned i = 0; i < 3 * QUARANTINE_BLOCKS; i++) {
        give_block(&heap, BLOCK_OBJECT, 40, blocks[i]);
        assert_in_range(heap.quarantine.count, 1, QUARANTINE_BLOCKS);
    }
    assert_int_equal(heap.quarantine.count, QUARANTINE_BLOCKS);
    assert_int_equal(heap.quarantine.bytes, QUARANTINE_BLOCKS * heap_block_bytes(40));
    assert_true(heap_is_valid(&heap));
}

static void without_a_budget_blocks_are_free_at_once(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    quarantine_set_budget(0);
    void *block = take_block(&heap, BLOCK_DATA, 256);
    const struct pool *pool = arena_pool(block);
    const uint32_t used = pool->used;
    give_block(&heap, BLOCK_DATA, 256, block);
    assert_int_equal(pool->used, used - 1);
    assert_int_equal(heap.quarantine.count, 0);
}

static void census_does_not_count_it(void **state)
{
    (void)state;
    void *kept = take_block(&heap, BLOCK_CONTAINER, 64);
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    give_block(&heap, BLOCK_CONTAINER, 64, block);
    assert_int_equal(heap_census().live[BLOCK_CONTAINER], 1);
    assert_int_equal(heap_census().live_bytes, heap_block_bytes(64));
    give_block(&heap, BLOCK_CONTAINER, 64, kept);
    assert_int_equal(live_blocks(), 0);
}

static void count_visit(void *block, void *context)
{
    (void)block;
    ++*(unsigned *)context;
}

static void walk_does_not_find_it(void **state)
{
    (void)state;
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    set_collector_word(block, 1);
    unsigned found = 0;
    walk_containers(WALK_ALL, COLLECTOR, count_visit, &found);
    assert_int_equal(found, 1);
    give_block(&heap, BLOCK_CONTAINER, 64, block);
    found = 0;
    walk_containers(WALK_ALL, COLLECTOR, count_visit, &found);
    assert_int_equal(found, 0);
}

static void flush_empties_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        give_block(&heap, BLOCK_OBJECT, 24 + i, take_block(&heap, BLOCK_OBJECT, 24 + i));
    heap_flush(&heap);
    assert_true(quarantine_is_empty(&heap.quarantine));
    assert_nothing_left();
}

/* It comes home when the heap that freed it is flushed, and the owner after that. */
static void foreign_block_comes_home_late(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    size_t before = heap_census().foreign_frees;
    give_block(&other, BLOCK_OBJECT, 64, block);
    heap_flush(&heap);
    assert_int_equal(live_blocks(), 0);
    assert_int_equal(heap_census().pools, 1);
    assert_int_equal(heap_census().foreign_frees, before);
    heap_flush(&other);
    assert_int_equal(heap_census().foreign_frees, before + 1);
    heap_flush(&heap);
    assert_int_equal(heap_census().pools, 0);
}

static bool needs_an_arena(const struct heap_bin *bin)
{
    return bin->free == NULL && bin->carving == NULL && bin->ready.first == NULL &&
           !arena_has_room(heap.node);
}

/* Before a second arena is mapped, what was just freed is used. */
static void arena_is_mapped_only_if_quarantine_does_not_help(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    void *chain = NULL;
    void *block = NULL;
    do {
        block = take_block(&heap, BLOCK_DATA, 480);
        memcpy(block, &chain, sizeof chain);
        chain = block;
    } while (!needs_an_arena(heap_bin_of(&heap, arena_pool(block))));
    assert_int_equal(heap_census().arenas, 1);
    memcpy(&chain, block, sizeof chain);
    give_block(&heap, BLOCK_DATA, 480, block);
    assert_ptr_equal(take_block(&heap, BLOCK_DATA, 480), block);
    assert_int_equal(heap_census().arenas, 1);
    give_block(&heap, BLOCK_DATA, 480, block);
    while (chain != NULL) {
        block = chain;
        memcpy(&chain, block, sizeof chain);
        give_block(&heap, BLOCK_DATA, 480, block);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(freed_block_stays_out, begin, guard_end),
        cmocka_unit_test_setup_teardown(ring_holds_so_many_blocks, begin, guard_end),
        cmocka_unit_test_setup_teardown(without_a_budget_blocks_are_free_at_once, begin, guard_end),
        cmocka_unit_test_setup_teardown(census_does_not_count_it, begin, guard_end),
        cmocka_unit_test_setup_teardown(walk_does_not_find_it, begin, guard_end),
        cmocka_unit_test_setup_teardown(flush_empties_it, begin, guard_end),
        cmocka_unit_test_setup_teardown(foreign_block_comes_home_late, begin, guard_end),
        cmocka_unit_test_setup_teardown(arena_is_mapped_only_if_quarantine_does_not_help, begin,
                                        guard_end),
    };
    return cmocka_run_group_tests_name("quarantine", tests, NULL, NULL);
}
