/* The general-purpose interface: blocks freed by a thread that is not their owner's, at every state of their pool. */
#include "tests/unit/general_fixture.h"

#include "alloc/base/grace.h"

static void *free_block(void *block)
{
    general_free(block);
    return NULL;
}

/* One that has a heap, with a current pool of the same class. */
static void *free_block_as_owner_of_others(void *block)
{
    void *own = general_alloc(general_usable(block));
    general_free(block);
    general_free(own);
    return NULL;
}

static bool is_dry(const struct pool *pool) { return (load_relaxed(&pool->owner) & POOL_DRY) != 0; }

static bool is_current(const struct pool *pool)
{
    return heap_bin_of(general_heap(), pool)->current == pool;
}

/* Another thread frees the block: it is on its way until the owner looks. */
static void expect_remote(void *(*free_it)(void *), void *block, size_t count)
{
    struct pool *pool = arena_pool(block);
    uint32_t used = pool->used;
    on_thread(free_it, block);
    assert_int_equal(pool->state, POOL_OWNED);
    assert_ptr_equal(pool_owner(pool), general_heap());
    assert_int_equal(remote_blocks(pool), count);
    assert_int_equal(pool->used, used);
    assert_true(heap_is_valid(general_heap()));
}

static void foreign_free_into_current_pool(void **state)
{
    (void)state;
    void *first = general_alloc(BYTES);
    void *second = general_alloc(BYTES);
    assert_true(is_current(arena_pool(first)));
    expect_remote(free_block, first, 1);
    expect_remote(free_block_as_owner_of_others, second, 2);
    assert_int_equal(live_blocks(), 0);
    general_flush();
    assert_int_equal(heap_census().arenas, 0);
}

static void foreign_free_into_dry_pool(void **state)
{
    (void)state;
    make_many();
    struct pool *pool = arena_pool(blocks[0]);
    assert_true(is_dry(pool) && !is_current(pool));
    expect_remote(free_block, blocks[0], 1);
    assert_true(is_dry(pool));
    general_flush();
    assert_false(is_dry(pool));
    assert_int_equal(remote_blocks(pool), 0);
    free_all_but(0);
    general_flush();
    assert_int_equal(heap_census().pools, 0);
}

static void foreign_free_into_ready_pool(void **state)
{
    (void)state;
    make_many();
    struct pool *pool = arena_pool(blocks[0]);
    general_free(blocks[0]);
    assert_false(is_dry(pool));
    void *other = blocks[1];
    assert_ptr_equal(arena_pool(other), pool);
    expect_remote(free_block_as_owner_of_others, other, 1);
    for (unsigned i = 2; i < MANY; i++)
        general_free(blocks[i]);
    assert_int_equal(pool->state, POOL_OWNED);
    assert_int_equal(pool->used, 1);
    general_flush();
    assert_int_equal(heap_census().pools, 0);
}

/* Its only block in use comes back by another thread, before the pool was ever carved to its end. */
static void foreign_free_into_carving_pool(void **state)
{
    (void)state;
    void *block = general_alloc(16);
    struct pool *pool = arena_pool(block);
    general_flush();
    assert_false(is_current(pool));
    assert_ptr_equal(heap_bin_of(general_heap(), pool)->carving, pool);
    struct heap_bin *bin = heap_bin_of(general_heap(), pool);
    expect_remote(free_block, block, 1);
    general_flush();
    assert_null(bin->carving);
    assert_int_equal(bin->pools, 0);
    assert_int_equal(heap_census().pools, 0);
}

/* The owner has freed all others, so the pool is empty but for the block that is on its way. */
static void foreign_free_of_the_last_block(void **state)
{
    (void)state;
    make_many();
    struct pool *pool = arena_pool(blocks[0]);
    free_all_but(0);
    assert_int_equal(pool->used, 1);
    expect_remote(free_block, blocks[0], 1);
    void *next[2 * POOL_BYTES / BYTES];
    for (unsigned i = 0; i < sizeof next / sizeof *next; i++)
        next[i] = general_alloc(BYTES);
    for (unsigned i = 0; i < sizeof next / sizeof *next; i++)
        general_free(next[i]);
    general_flush();
    assert_int_equal(heap_census().pools, 0);
}

static void *take_and_free_objects(void *object)
{
    struct heap *heap = general_heap();
    void *own = take_block(heap, BLOCK_OBJECT, BYTES);
    CHECK(arena_pool(own) == arena_pool(object), "the pool that waits was not taken");
    give_block(heap, BLOCK_OBJECT, BYTES, own);
    return NULL;
}

static void *free_object(void *object)
{
    give_block(general_heap(), BLOCK_OBJECT, BYTES, object);
    return NULL;
}

/* A pool waits for late readers after another thread freed its last block; then another heap has it. */
static void foreign_free_into_pool_that_waited(void **state)
{
    (void)state;
    heap_set_late_readers(true);
    void *object = take_block(general_heap(), BLOCK_OBJECT, BYTES);
    struct pool *pool = arena_pool(object);
    on_thread(free_object, object);
    assert_int_equal(pool->state, POOL_OWNED);
    general_flush();
    assert_int_equal(pool->state, POOL_WAITING);
    on_thread(take_and_free_objects, object);
    assert_int_equal(pool->state, POOL_WAITING);
    void *again = take_block(general_heap(), BLOCK_OBJECT, BYTES);
    assert_ptr_equal(arena_pool(again), pool);
    on_thread(free_object, again);
    assert_int_equal(remote_blocks(pool), 1);
    general_flush();
    assert_int_equal(pool->state, POOL_WAITING);
    heap_set_late_readers(false);
    grace_all_quiescent();
    heap_reclaim();
}

static void large_block_is_freed_by_anybody(void **state)
{
    (void)state;
    void *block = general_alloc(100000);
    assert_int_equal(heap_census().large, 1);
    on_thread(free_block, block);
    assert_int_equal(heap_census().large, 0);
    void *other = general_alloc(100000);
    on_thread(free_block_as_owner_of_others, other);
    assert_int_equal(heap_census().large, 0);
}

static void *free_many(void *argument)
{
    (void)argument;
    free_all_but(MANY);
    return NULL;
}

static void foreign_frees_are_refilled_from(void **state)
{
    (void)state;
    make_many();
    size_t pools = heap_census().pools;
    for (unsigned round = 0; round < 20; round++) {
        on_thread(free_many, NULL);
        assert_int_equal(live_blocks(), 0);
        make_many();
        assert_in_range(heap_census().pools, pools, pools + 1);
    }
    free_all_but(MANY);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(foreign_free_into_current_pool, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_into_dry_pool, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_into_ready_pool, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_into_carving_pool, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_of_the_last_block, begin, end),
        cmocka_unit_test_setup_teardown(foreign_free_into_pool_that_waited, begin, end),
        cmocka_unit_test_setup_teardown(large_block_is_freed_by_anybody, begin, end),
        cmocka_unit_test_setup_teardown(foreign_frees_are_refilled_from, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
