/* The walk finds exactly the containers in use, in order. */
#include "tests/unit/walk_fixture.h"

/* --- the live set ------------------------------------------------------------------------------------------------------ */

struct resident {
    void *block;
    size_t size;
    enum block_kind kind;
};

static int by_address(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t)((const struct resident *)a)->block;
    uintptr_t y = (uintptr_t)((const struct resident *)b)->block;
    return (x > y) - (x < y);
}

static void assert_walk_is(struct resident *residents, size_t count)
{
    qsort(residents, count, sizeof *residents, by_address);
    size_t length = walk(WALK_ALL);
    size_t next = 0;
    size_t large = 0;
    for (size_t i = 0; i < count; i++) {
        if (residents[i].block == NULL || residents[i].kind != BLOCK_CONTAINER)
            continue;
        if (residents[i].size > BLOCK_MAX) {
            assert_true(is_found(residents[i].block));
            large++;
        } else {
            assert_ptr_equal(found.blocks[next++], residents[i].block);
        }
    }
    assert_int_equal(next + large, length);
}

static void finds_exactly_the_living_in_order(void **state)
{
    (void)state;
    enum { COUNT = 8000, STEPS = 40000 };
    static struct resident residents[COUNT];
    uint64_t random = 42;
    for (unsigned step = 1; step <= STEPS; step++) {
        struct resident *r = &residents[next_random(&random) % COUNT];
        if (r->block != NULL) {
            give_block(&heap, r->kind, r->size, r->block);
            r->block = NULL;
        } else {
            r->size = SMALLEST + random % 520;
            r->kind = random / 1024 % BLOCK_KINDS;
            r->block = r->kind == BLOCK_CONTAINER ? new_container(r->size)
                                                  : take_block(&heap, r->kind, r->size);
        }
        if (step % 10000 == 0)
            assert_walk_is(residents, COUNT);
    }
    for (size_t i = 0; i < COUNT; i++)
        if (residents[i].block != NULL)
            give_block(&heap, residents[i].kind, residents[i].size, residents[i].block);
}

/* New arenas fill the gaps that others have left, not in the order in which they are made. */
static void arenas_are_walked_in_address_order(void **state)
{
    (void)state;
    enum { COUNT = 20000, HALF = COUNT / 2 };
    static void *blocks[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        blocks[i] = new_container(512);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < HALF; i++)
            give_block(&heap, BLOCK_CONTAINER, 512, blocks[i]);
        heap_trim(&heap);
        for (unsigned i = 0; i < HALF; i++)
            blocks[i] = new_container(512);
        assert_int_equal(walk(WALK_ALL), COUNT);
        for (unsigned i = 1; i < COUNT; i++)
            assert_true((uintptr_t)found.blocks[i - 1] < (uintptr_t)found.blocks[i]);
    }
    for (unsigned i = 0; i < COUNT; i++)
        give_block(&heap, BLOCK_CONTAINER, 512, blocks[i]);
}

static void container_not_yet_alive_is_skipped(void **state)
{
    (void)state;
    void *block = take_block(&heap, BLOCK_CONTAINER, 40);
    void *large = take_block(&heap, BLOCK_CONTAINER, 4000);
    assert_int_equal(walk(WALK_ALL), 0);
    set_collector_word(block, 1);
    set_collector_word(large, 1);
    assert_int_equal(walk(WALK_ALL), 2);
    assert_ptr_equal(found.blocks[1], large);
    give_block(&heap, BLOCK_CONTAINER, 40, block);
    give_block(&heap, BLOCK_CONTAINER, 4000, large);
}

static void foreign_free_is_not_found(void **state)
{
    (void)state;
    static struct heap other;
    heap_init(&other);
    void *kept = new_container(40);
    void *freed = new_container(40);
    give_block(&other, BLOCK_CONTAINER, 40, freed);
    assert_int_equal(walk(WALK_ALL), 1);
    assert_ptr_equal(found.blocks[0], kept);
    give_block(&heap, BLOCK_CONTAINER, 40, kept);
    heap_flush(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_exactly_the_living_in_order, begin, end),
        cmocka_unit_test_setup_teardown(arenas_are_walked_in_address_order, begin, end),
        cmocka_unit_test_setup_teardown(container_not_yet_alive_is_skipped, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_is_not_found, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
