/* Arenas by node, on a machine of four that the test makes up: which node each new arena asks for. */
#include "tests/unit/blocks.h"

#include "alloc/base/grace.h"
#include "alloc/base/topology.h"

#include <sys/resource.h>

enum { NODES = 4, MOST_ARENAS = 16, FULL = 2200 /* blocks of 512 bytes: more than an arena has */ };

static struct topology *machine;
static unsigned runs_on;            /* the processor that the test claims to run on */
static unsigned asked[MOST_ARENAS]; /* the node of each arena, in the order they were bound */
static unsigned asks;
static bool can_bind;

static unsigned pretend_here(void) { return topology_processor(machine, runs_on)->node; }

static bool pretend_prefer(void *start, size_t size, unsigned node)
{
    assert_int_equal((uintptr_t)start % ARENA_BYTES, 0);
    assert_int_equal(size, ARENA_BYTES);
    assert_true(asks < MOST_ARENAS);
    asked[asks++] = node;
    return can_bind;
}

static int begin(void **state)
{
    (void)state;
    machine = topology_synthetic("pack:2 numa:2 core:2 pu:1", NULL);
    node_source = (struct node_source){topology_nodes(machine), pretend_here, pretend_prefer};
    asks = 0;
    can_bind = true;
    return node_count() == NODES ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    assert_nothing_left();
    node_source = (struct node_source){.count = 1};
    topology_destroy(machine);
    return 0;
}

/* A heap whose thread begins on that processor. */
static void start_on(struct heap *heap, unsigned processor)
{
    runs_on = processor;
    heap_init(heap);
    heap_settle(heap);
}

static void take_many(struct heap *heap, void *blocks[FULL])
{
    for (size_t i = 0; i < FULL; i++)
        assert_non_null(blocks[i] = take_block(heap, BLOCK_DATA, 512));
}

static void give_many(struct heap *heap, void *blocks[FULL])
{
    for (size_t i = 0; i < FULL; i++)
        give_block(heap, BLOCK_DATA, 512, blocks[i]);
}

static unsigned node_of(const void *block) { return arena_of(block)->node; }

static void arenas_are_asked_of_the_heaps_node(void **state)
{
    (void)state;
    static struct heap heaps[NODES];
    void *blocks[NODES];
    for (unsigned i = 0; i < NODES; i++) {
        start_on(&heaps[i], 2 * i + 1);
        assert_non_null(blocks[i] = take_block(&heaps[i], BLOCK_CONTAINER, 64));
        assert_int_equal(asks, i + 1);
        assert_int_equal(asked[i], i);
        assert_int_equal(node_of(blocks[i]), i);
    }
    struct heap_census census = heap_census();
    for (unsigned i = 0; i < NODES; i++) {
        assert_int_equal(census.node_arenas[i], 1);
        give_block(&heaps[i], BLOCK_CONTAINER, 64, blocks[i]);
        heap_flush(&heaps[i]);
    }
}

static void a_heap_fills_its_own_node(void **state)
{
    (void)state;
    static struct heap near, far;
    static void *blocks[FULL];
    start_on(&far, 0);
    void *other = take_block(&far, BLOCK_DATA, 512); /* whose arena has much room */
    start_on(&near, 7);
    take_many(&near, blocks);
    for (size_t i = 0; i < FULL; i++)
        assert_int_equal(node_of(blocks[i]), 3);
    assert_int_equal(asks, 3);
    assert_int_equal(asked[1], 3);
    assert_int_equal(asked[2], 3);
    give_many(&near, blocks);
    give_block(&far, BLOCK_DATA, 512, other);
    heap_flush(&near);
    heap_flush(&far);
}

static void a_heap_that_moves_asks_elsewhere(void **state)
{
    (void)state;
    static struct heap heap;
    start_on(&heap, 2);
    void *before = take_block(&heap, BLOCK_DATA, 512);
    runs_on = 4;
    heap_settle(&heap);
    void *after = take_block(&heap, BLOCK_OBJECT, 64);
    assert_int_equal(node_of(before), 1);
    assert_int_equal(node_of(after), 2);
    give_block(&heap, BLOCK_DATA, 512, before);
    give_block(&heap, BLOCK_OBJECT, 64, after);
    heap_flush(&heap);
}

static void waiting_pools_stay_on_their_node(void **state)
{
    (void)state;
    static struct heap near, far;
    heap_set_late_readers(true);
    start_on(&near, 0);
    start_on(&far, 6);
    void *block = take_block(&near, BLOCK_OBJECT, 64);
    const struct pool *pool = arena_pool(block);
    give_block(&near, BLOCK_OBJECT, 64, block);
    heap_flush(&near);
    void *distant = take_block(&far, BLOCK_OBJECT, 64);
    void *again = take_block(&near, BLOCK_OBJECT, 64);
    assert_int_equal(node_of(distant), 3);
    assert_ptr_equal(arena_pool(again), pool);
    give_block(&far, BLOCK_OBJECT, 64, distant);
    give_block(&near, BLOCK_OBJECT, 64, again);
    heap_flush(&far);
    heap_flush(&near);
    grace_all_quiescent();
    heap_reclaim();
    heap_set_late_readers(false);
}

static void what_cannot_be_bound_is_used_all_the_same(void **state)
{
    (void)state;
    static struct heap heap;
    can_bind = false;
    start_on(&heap, 3);
    void *block = take_block(&heap, BLOCK_DATA, 64);
    assert_non_null(block);
    assert_int_equal(asks, 1);
    give_block(&heap, BLOCK_DATA, 64, block);
    heap_flush(&heap);
}

/* No address space is left for an arena on the own node, but on another there is a free slot. */
static void far_memory_is_better_than_none(void **state)
{
    (void)state;
    static struct heap near, far;
    start_on(&far, 0);
    void *other = take_block(&far, BLOCK_DATA, 512);
    start_on(&near, 7);
    struct rlimit before;
    getrlimit(RLIMIT_AS, &before);
    struct rlimit none = {1 << 20, before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_AS, &none), 0);
    void *block = take_block(&near, BLOCK_DATA, 64);
    setrlimit(RLIMIT_AS, &before);
    assert_non_null(block);
    assert_int_equal(node_of(block), 0);
    assert_int_equal(asks, 1);
    give_block(&near, BLOCK_DATA, 64, block);
    give_block(&far, BLOCK_DATA, 512, other);
    heap_flush(&near);
    heap_flush(&far);
}

/* One spare is kept for each node, and none when nothing is in use. */
static void spares_are_kept_by_node(void **state)
{
    (void)state;
    static struct heap low, high;
    static void *blocks[FULL];
    start_on(&low, 0);
    start_on(&high, 7);
    void *kept = take_block(&low, BLOCK_DATA, 512);
    take_many(&high, blocks);
    give_many(&high, blocks);
    heap_flush(&high);
    struct heap_census census = heap_census();
    assert_int_equal(census.node_arenas[0], 1);
    assert_int_equal(census.node_arenas[3], 1);
    heap_trim(&high);
    assert_int_equal(heap_census().node_arenas[3], 0);
    give_block(&low, BLOCK_DATA, 512, kept);
    heap_flush(&low);
}

static void one_node_is_never_asked_about(void **state)
{
    (void)state;
    static struct heap heap;
    node_source.count = 1;
    start_on(&heap, 7);
    void *block = take_block(&heap, BLOCK_DATA, 64);
    assert_int_equal(heap.node, 0);
    assert_int_equal(asks, 0);
    give_block(&heap, BLOCK_DATA, 64, block);
    heap_flush(&heap);
}

#define NODE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        NODE_TEST(arenas_are_asked_of_the_heaps_node),
        NODE_TEST(a_heap_fills_its_own_node),
        NODE_TEST(a_heap_that_moves_asks_elsewhere),
        NODE_TEST(waiting_pools_stay_on_their_node),
        NODE_TEST(what_cannot_be_bound_is_used_all_the_same),
        NODE_TEST(far_memory_is_better_than_none),
        NODE_TEST(spares_are_kept_by_node),
        NODE_TEST(one_node_is_never_asked_about),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
