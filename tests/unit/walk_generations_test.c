/* Of the younger generations the walk finds only what is of them, wherever it lies. */
#include "tests/unit/walk_fixture.h"

/* --- one by one ------------------------------------------------------------------------------------------------------- */

static void new_containers_are_young(void **state)
{
    (void)state;
    void *block = new_container(64);
    assert_true(walk_finds(WALK_YOUNG, block));
    assert_true(walk_finds(WALK_MIDDLE, block));
    assert_true(walk_finds(WALK_ALL, block));
    give_block(&heap, BLOCK_CONTAINER, 64, block);
}

static void promoted_block_is_left_out_even_beside_a_young_one(void **state)
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
    assert_false(walk_finds(WALK_YOUNG, old));
    assert_true(is_found(beside));
    assert_true(walk_finds(WALK_MIDDLE, old));
    give_block(&heap, BLOCK_CONTAINER, 64, old);
    give_block(&heap, BLOCK_CONTAINER, 64, beside);
    give_block(&heap, BLOCK_CONTAINER, 80, elsewhere);
}

static void listed_block_is_young_when_it_is_handed_out(void **state)
{
    (void)state;
    void *old = new_container(64);
    walk_promoted(WALK_YOUNG);
    void *young = new_container(64); /* without a refill */
    assert_true(walk_finds(WALK_YOUNG, young));
    assert_false(is_found(old));
    walk_promoted(WALK_MIDDLE);
    void *younger = new_container(64);
    assert_int_equal(walk(WALK_MIDDLE), 1);
    assert_ptr_equal(found.blocks[0], younger);
    give_block(&heap, BLOCK_CONTAINER, 64, younger);
    give_block(&heap, BLOCK_CONTAINER, 64, old);
    give_block(&heap, BLOCK_CONTAINER, 64, young);
}

/* Near the head of the bin's list, which an old block may come to lie in (alloc/heap.h). */
static void block_that_is_reused_at_once_is_young(void **state)
{
    (void)state;
    void *old = new_container(64);
    walk_promoted(WALK_ALL);
    set_collector_word(old, 0);
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, old);
    void *young = heap_alloc(&heap, BLOCK_CONTAINER, LINK, 64);
    set_collector_word(young, 3);
    assert_true(walk_finds(WALK_YOUNG, young));
    give_block(&heap, BLOCK_CONTAINER, 64, young);
}

/* Two begin in one unit. */
static void smallest_containers_are_all_young(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static void *blocks[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        blocks[i] = new_container(24);
    assert_int_equal(walk(WALK_YOUNG), COUNT);
    for (unsigned i = 0; i < COUNT; i++)
        assert_true(is_found(blocks[i]));
    for (unsigned i = 0; i < COUNT; i++)
        give_block(&heap, BLOCK_CONTAINER, 24, blocks[i]);
}

/* What is absent (alloc/trim.h) is not read, and young again when it is back. */
static void absent_blocks_are_left_out_until_they_are_back(void **state)
{
    (void)state;
    enum { COUNT = 2000 };
    static void *blocks[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        blocks[i] = new_container(64);
    for (unsigned i = 0; i < COUNT; i++)
        if (i % 100 != 0)
            give_block(&heap, BLOCK_CONTAINER, 64, blocks[i]);
    assert_true(heap_trim(&heap) > 0);
    size_t resident = census_resident_bytes();
    assert_int_equal(walk(WALK_YOUNG), COUNT / 100);
    assert_int_equal(census_resident_bytes(), resident);
    walk_promoted(WALK_ALL);
    for (unsigned i = 0; i < COUNT; i++)
        if (i % 100 != 0)
            blocks[i] = new_container(64);
    assert_int_equal(walk(WALK_YOUNG), COUNT - COUNT / 100);
    for (unsigned i = 0; i < COUNT; i++)
        give_block(&heap, BLOCK_CONTAINER, 64, blocks[i]);
}

/* --- against a model ----------------------------------------------------------------------------------------------------- */

enum { AGED = 6000, YOUNGEST = 0 };

struct aged {
    void *block;
    size_t size;
    unsigned generation;
};

static size_t count_aged(const struct aged *aged, unsigned oldest)
{
    size_t count = 0;
    for (unsigned i = 0; i < AGED; i++)
        count += aged[i].block != NULL && aged[i].generation <= oldest;
    return count;
}

static int by_place(const void *a, const void *b)
{
    uintptr_t x = (uintptr_t) * (void *const *)a;
    uintptr_t y = (uintptr_t) * (void *const *)b;
    return (x > y) - (x < y);
}

/* Each generation's walk finds what is of it or younger, once, and nothing else. */
static void assert_generations(const struct aged *aged)
{
    for (unsigned set = WALK_YOUNG; set <= WALK_ALL; set++) {
        size_t length = walk(set);
        assert_int_equal(length, count_aged(aged, set));
        qsort(found.blocks, length, sizeof found.blocks[0], by_place);
        for (unsigned i = 0; i < AGED; i++)
            if (aged[i].block != NULL && aged[i].generation <= set)
                assert_non_null(bsearch(&aged[i].block, found.blocks, length,
                                        sizeof found.blocks[0], by_place));
    }
}

static void promote_aged(struct aged *aged, enum walk_set set)
{
    unsigned above = set == WALK_YOUNG ? WALK_MIDDLE : WALK_ALL;
    walk_promoted(set);
    for (unsigned i = 0; i < AGED; i++)
        if (aged[i].generation <= set)
            aged[i].generation = above;
}

/* As constants, so that blocks are reused at once where the heap would do that. */
static void replace(struct aged *one, uint64_t random)
{
    if (one->block != NULL) {
        set_collector_word(one->block, 0);
        if (one->size == 48)
            heap_free(&heap, BLOCK_CONTAINER, LINK, 48, one->block);
        else
            heap_free(&heap, BLOCK_CONTAINER, LINK, one->size, one->block);
        one->block = NULL;
        return;
    }
    one->size = random % 3 != 0 ? 48 : 32 + random / 4 % 400;
    one->block = new_container(one->size);
    one->generation = YOUNGEST;
}

static void generations_are_found_exactly(void **state)
{
    (void)state;
    enum { STEPS = 60000, BETWEEN = 1500 };
    static struct aged aged[AGED];
    uint64_t random = 7;
    for (unsigned step = 1; step <= STEPS; step++) {
        uint64_t drawn = next_random(&random);
        replace(&aged[drawn % AGED], drawn / AGED);
        if (step % BETWEEN != 0)
            continue;
        assert_generations(aged);
        promote_aged(aged, drawn / 64 % 8 < 6 ? WALK_YOUNG : drawn / 64 % 8 - 5);
        if (step % (10 * BETWEEN) == 0)
            heap_trim(&heap);
        assert_true(heap_is_valid(&heap));
        assert_generations(aged);
    }
    for (unsigned i = 0; i < AGED; i++)
        if (aged[i].block != NULL)
            replace(&aged[i], 0);
}

/* --- the middle and the old ---------------------------------------------------------------------------------------------- */

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
        cmocka_unit_test_setup_teardown(new_containers_are_young, begin, end),
        cmocka_unit_test_setup_teardown(promoted_block_is_left_out_even_beside_a_young_one, begin,
                                        end),
        cmocka_unit_test_setup_teardown(listed_block_is_young_when_it_is_handed_out, begin, end),
        cmocka_unit_test_setup_teardown(block_that_is_reused_at_once_is_young, begin, end),
        cmocka_unit_test_setup_teardown(smallest_containers_are_all_young, begin, end),
        cmocka_unit_test_setup_teardown(absent_blocks_are_left_out_until_they_are_back, begin, end),
        cmocka_unit_test_setup_teardown(generations_are_found_exactly, begin, end),
        cmocka_unit_test_setup_teardown(promotion_of_the_middle_makes_old, begin, end),
        cmocka_unit_test_setup_teardown(full_promotion_makes_old, begin, end),
        cmocka_unit_test_setup_teardown(pool_that_changed_its_kind_is_not_walked, begin, end),
        cmocka_unit_test_setup_teardown(large_containers_are_always_found, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
