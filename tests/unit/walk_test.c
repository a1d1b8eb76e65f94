/* The walk finds exactly the containers in use, in order, and skips pools that no young container can be in. */
#include "tests/unit/blocks.h"

#include "alloc/walk.h"

#include <stdlib.h>

static struct heap heap;

/* What a walk found, in its order. */
enum { MOST = 40000 };
static struct found {
    size_t length;
    void *blocks[MOST];
} found;

static void note(void *block, void *context)
{
    struct found *into = context;
    assert_true(into->length < MOST);
    into->blocks[into->length++] = block;
}

static size_t walk(enum walk_set set)
{
    found.length = 0;
    walk_containers(set, COLLECTOR, note, &found);
    return found.length;
}

static bool is_found(const void *block)
{
    for (size_t i = 0; i < found.length; i++)
        if (found.blocks[i] == block)
            return true;
    return false;
}

static bool walk_finds(enum walk_set set, const void *block)
{
    walk(set);
    return is_found(block);
}

static void *new_container(size_t size)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, size);
    assert_non_null(block);
    set_collector_word(block, 3);
    return block;
}

static int begin(void **state)
{
    (void)state;
    heap_init(&heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    heap_flush(&heap);
    assert_int_equal(walk(WALK_ALL), 0);
    assert_nothing_left();
    return 0;
}

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

/* --- generations ------------------------------------------------------------------------------------------------------- */

static void new_containers_are_young(void **state)
{
    (void)state;
    void *block = new_container(64);
    assert_true(walk_finds(WALK_YOUNG, block));
    assert_true(walk_finds(WALK_MIDDLE, block));
    assert_true(walk_finds(WALK_ALL, block));
    give_block(&heap, BLOCK_CONTAINER, 64, block);
}

static void promoted_pool_is_left_out_until_it_is_used_again(void **state)
{
    (void)state;
    void *old = new_container(64);
    heap_flush(&heap);
    walk_promoted(WALK_YOUNG);
    assert_false(walk_finds(WALK_YOUNG, old));
    assert_true(walk_finds(WALK_MIDDLE, old));
    void *elsewhere = new_container(80);
    assert_int_equal(walk(WALK_YOUNG), 1);
    assert_ptr_equal(found.blocks[0], elsewhere);
    assert_int_equal(walk(WALK_MIDDLE), 2);
    void *beside = new_container(64);
    assert_ptr_equal(arena_pool(beside), arena_pool(old));
    assert_true(walk_finds(WALK_YOUNG, old));
    assert_true(walk_finds(WALK_YOUNG, beside));
    give_block(&heap, BLOCK_CONTAINER, 64, old);
    give_block(&heap, BLOCK_CONTAINER, 64, beside);
    give_block(&heap, BLOCK_CONTAINER, 80, elsewhere);
}

static void pool_in_use_stays_young(void **state)
{
    (void)state;
    void *old = new_container(64);
    walk_promoted(WALK_YOUNG);
    void *young = new_container(64); /* without a refill */
    assert_true(walk_finds(WALK_YOUNG, young));
    walk_promoted(WALK_MIDDLE);
    assert_true(walk_finds(WALK_YOUNG, young));
    give_block(&heap, BLOCK_CONTAINER, 64, old);
    give_block(&heap, BLOCK_CONTAINER, 64, young);
}

static void promotion_of_the_middle_makes_old(void **state)
{
    (void)state;
    void *block = new_container(64);
    heap_flush(&heap);
    walk_promoted(WALK_YOUNG);
    walk_promoted(WALK_YOUNG);
    assert_true(walk_finds(WALK_MIDDLE, block));
    walk_promoted(WALK_MIDDLE);
    assert_false(walk_finds(WALK_MIDDLE, block));
    assert_true(walk_finds(WALK_ALL, block));
    give_block(&heap, BLOCK_CONTAINER, 64, block);
}

static void full_promotion_makes_old(void **state)
{
    (void)state;
    void *block = new_container(64);
    heap_flush(&heap);
    walk_promoted(WALK_ALL);
    assert_int_equal(walk(WALK_MIDDLE), 0);
    assert_true(walk_finds(WALK_ALL, block));
    give_block(&heap, BLOCK_CONTAINER, 64, block);
}

/* A pool that was young or middle and now holds something else is not looked at. */
static void pool_that_changed_its_kind_is_not_walked(void **state)
{
    (void)state;
    void *block = new_container(64);
    const struct pool *pool = arena_pool(block);
    void *keeper = take_block(&heap, BLOCK_DATA, 512);
    heap_flush(&heap);
    walk_promoted(WALK_YOUNG);
    void *again = new_container(64);
    give_block(&heap, BLOCK_CONTAINER, 64, again);
    give_block(&heap, BLOCK_CONTAINER, 64, block);
    heap_flush(&heap);
    void *data = take_block(&heap, BLOCK_DATA, 64);
    assert_ptr_equal(arena_pool(data), pool);
    memset(data, 0xEE, 64);
    for (unsigned set = WALK_YOUNG; set <= WALK_ALL; set++)
        assert_int_equal(walk(set), 0);
    give_block(&heap, BLOCK_DATA, 64, data);
    give_block(&heap, BLOCK_DATA, 512, keeper);
}

static void large_containers_are_always_found(void **state)
{
    (void)state;
    void *large = new_container(5000);
    walk_promoted(WALK_ALL);
    for (unsigned set = WALK_YOUNG; set <= WALK_ALL; set++)
        assert_true(walk_finds(set, large));
    give_block(&heap, BLOCK_CONTAINER, 5000, large);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(finds_exactly_the_living_in_order, begin, end),
        cmocka_unit_test_setup_teardown(arenas_are_walked_in_address_order, begin, end),
        cmocka_unit_test_setup_teardown(container_not_yet_alive_is_skipped, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_is_not_found, begin, end),
        cmocka_unit_test_setup_teardown(new_containers_are_young, begin, end),
        cmocka_unit_test_setup_teardown(promoted_pool_is_left_out_until_it_is_used_again, begin,
                                        end),
        cmocka_unit_test_setup_teardown(pool_in_use_stays_young, begin, end),
        cmocka_unit_test_setup_teardown(promotion_of_the_middle_makes_old, begin, end),
        cmocka_unit_test_setup_teardown(full_promotion_makes_old, begin, end),
        cmocka_unit_test_setup_teardown(pool_that_changed_its_kind_is_not_walked, begin, end),
        cmocka_unit_test_setup_teardown(large_containers_are_always_found, begin, end),
    };
    quarantine_set_budget(0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
