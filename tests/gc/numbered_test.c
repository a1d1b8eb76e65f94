/*
 * What the search by number does apart from the other: counts beyond what a cell can tell, memory
 * that is refused, and containers that need not be tracked.
 */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { FULL = GC_GENERATIONS - 1, ROOM = 1000 };

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

static size_t collect(void) { return gc_collect(fake_heap.T, FULL); }

/* Two that refer to one another, and nobody else does. */
static struct fake_node *make_pair(void)
{
    struct fake_node *one = fake_new();
    struct fake_node *other = fake_new();
    fake_link(one, other);
    fake_link(other, one);
    fake_release(one);
    fake_release(other);
    return one;
}

/* One reference from inside and 2^31 from outside: to a cell they are none. */
static void references_that_no_cell_can_tell(void **state)
{
    (void)state;
    struct fake_node *kept = make_pair();
    make_pair();
    kept->count += (size_t)1 << 31;
    assert_int_equal(collect(), 2);
    assert_int_equal(fake_heap.live, 2);
    kept->count = 1;
    assert_int_equal(collect(), 2);
    assert_int_equal(fake_heap.live, 0);
}

/* The memory for cells, and then that for the stack. */
static void refused_memory_does_not_matter(void **state)
{
    (void)state;
    for (unsigned maps = 0; maps <= 2; maps++) {
        struct fake_node *kept = fake_new();
        fake_link(kept, make_pair());
        make_pair();
        fake_heap.maps_left = maps;
        assert_int_equal(collect(), 2);
        assert_int_equal(fake_heap.maps_left, maps);
        assert_int_equal(fake_heap.mapped, 0);
        assert_int_equal(fake_heap.live, 3);
        fake_release(kept);
        assert_int_equal(collect(), 2);
    }
}

static struct fake_node *cleared_by_now[ROOM];
static size_t cleared;

static void note_first_garbage(struct thread *T)
{
    (void)T;
    size_t i = 0;
    while (!gc_head_is_garbage(&fake_node(i)->head) || fake_node(i)->edge_count == 0)
        i++;
    cleared_by_now[cleared++] = fake_node(i);
}

/* Each is cleared when those before it in memory have been. */
static void garbage_is_cleared_in_the_order_of_memory(void **state)
{
    (void)state;
    enum { PAIRS = 20 };
    cleared = 0;
    for (int i = 0; i < PAIRS; i++) {
        make_pair();
        fake_new();
    }
    fake_heap.on_clear = note_first_garbage;
    assert_int_equal(collect(), 2 * PAIRS);
    fake_heap.on_clear = NULL;
    assert_int_equal(cleared, 2 * PAIRS);
    for (size_t i = 1; i < cleared; i++)
        assert_true(cleared_by_now[i - 1] < cleared_by_now[i]);
    for (size_t i = 0; i < fake_heap.length; i++)
        if (fake_is_alive(fake_node(i)))
            fake_release(fake_node(i));
}

static struct fake_node *make_tentative(struct fake_node *item)
{
    struct fake_node *node = fake_new();
    gc_head_init_tentative(&node->head);
    if (item != NULL)
        fake_link(node, item);
    return node;
}

static uint64_t flags_of(const struct fake_node *node)
{
    return load_relaxed(&node->head.word) & ~(uint64_t)GC_GENERATION;
}

static void tentative_survivors_are_decided(void **state)
{
    (void)state;
    struct fake_node *item = fake_new();
    struct fake_node *empty = make_tentative(NULL);
    struct fake_node *holder = make_tentative(item);
    assert_int_equal(collect(), 0);
    assert_int_equal(gc_statistics(FULL).survivors, 3);
    assert_int_equal(flags_of(empty), GC_ALIVE);
    assert_int_equal(flags_of(holder), GC_ALIVE | GC_TRACKED);
    assert_int_equal(collect(), 0);
    assert_int_equal(gc_statistics(FULL).survivors, 3 + 2);
    fake_release(empty);
    fake_release(holder);
    fake_release(item);
    assert_int_equal(fake_heap.live, 0);
}

/* What only garbage refers to is garbage, and counted, whether it will be tracked or not. */
static void tentative_garbage_is_found(void **state)
{
    (void)state;
    struct fake_node *empty = make_tentative(NULL);
    fake_link(make_pair(), empty);
    fake_release(empty);
    assert_int_equal(collect(), 3);
    assert_int_equal(fake_heap.live, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(references_that_no_cell_can_tell, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused_memory_does_not_matter, set_up, tear_down),
        cmocka_unit_test_setup_teardown(garbage_is_cleared_in_the_order_of_memory, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(tentative_survivors_are_decided, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tentative_garbage_is_found, set_up, tear_down),
    };
    return FAKE_RUN_BOTH("numbered", tests);
}
