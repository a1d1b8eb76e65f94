/* Sets of any size are searched alike, whichever finder is the one for it. */
#include "gc/young.h"
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { RING = 3, MOST_RINGS = YOUNG_MOST, YOUNG = 0, MIDDLE = 1 };

static int begin(void **state)
{
    (void)state;
    fake_start((size_t)RING * MOST_RINGS);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

static bool is_held(size_t ring) { return ring % 2 == 0; }

/* Every other one is held by its first node. */
static void make_ring(size_t ring)
{
    struct fake_node *nodes[RING];
    for (size_t i = 0; i < RING; i++)
        nodes[i] = fake_new_at(ring * RING + i);
    for (size_t i = 0; i < RING; i++)
        fake_link(nodes[i], nodes[(i + 1) % RING]);
    for (size_t i = is_held(ring); i < RING; i++)
        fake_release(nodes[i]);
}

static void expect_survivor(size_t index, unsigned generation)
{
    const struct gc_head *head = &fake_node(index)->head;
    assert_true(fake_is_alive(fake_node(index)));
    assert_int_equal(load_relaxed(&head->word),
                     GC_ALIVE | GC_TRACKED | generation << GC_GENERATION_SHIFT);
}

static void expect_held_rings(size_t rings, unsigned generation)
{
    for (size_t i = 0; i < rings * RING; i++)
        if (is_held(i / RING))
            expect_survivor(i, generation);
}

static void rings_are_found(size_t rings)
{
    const size_t held = (rings + 1) / 2;
    for (size_t ring = 0; ring < rings; ring++)
        make_ring(ring);
    assert_int_equal(gc_collect(fake_heap.T, YOUNG), (rings - held) * RING);
    assert_int_equal(fake_heap.live, held * RING);
    expect_held_rings(rings, MIDDLE);
    for (size_t ring = 0; ring < rings; ring++)
        if (is_held(ring))
            fake_release(fake_node(ring * RING));
    assert_int_equal(gc_collect(fake_heap.T, YOUNG), 0);
    assert_int_equal(gc_collect(fake_heap.T, MIDDLE), held * RING);
    assert_int_equal(fake_heap.live, 0);
}

static void small_and_large_sets_are_searched_alike(void **state)
{
    (void)state;
    const size_t most = YOUNG_MOST / RING; /* that make a small set */
    const size_t sizes[] = {1, 2, 100, most, most + 1, MOST_RINGS};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        rings_are_found(sizes[i]);
}

/* Each keeps the one before it, so that marking from the last finds all others behind it. */
static void chain_is_kept_by_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < YOUNG_MOST; i++) {
        struct fake_node *node = fake_new_at(i);
        if (i == 0)
            continue;
        fake_link(node, fake_node(i - 1));
        fake_release(fake_node(i - 1));
    }
    assert_int_equal(gc_collect(fake_heap.T, YOUNG), 0);
    for (size_t i = 0; i < YOUNG_MOST; i++)
        expect_survivor(i, MIDDLE);
    fake_release(fake_node(YOUNG_MOST - 1));
    assert_int_equal(fake_heap.live, 0);
}

/* A borrowed reference is no count: without it both would be garbage. */
static void borrowed_node_keeps_its_ring(void **state)
{
    (void)state;
    struct fake_node *borrowed = fake_node(RING);
    make_ring(0);
    make_ring(1);
    fake_heap.borrowed = &borrowed;
    fake_heap.borrowed_count = 1;
    assert_int_equal(gc_collect(fake_heap.T, YOUNG), 0);
    for (size_t i = 0; i < RING; i++)
        expect_survivor(RING + i, MIDDLE);
    fake_heap.borrowed_count = 0;
    fake_release(fake_node(0));
    assert_int_equal(gc_collect(fake_heap.T, MIDDLE), 2 * RING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(small_and_large_sets_are_searched_alike, begin, end),
        cmocka_unit_test_setup_teardown(chain_is_kept_by_its_end, begin, end),
        cmocka_unit_test_setup_teardown(borrowed_node_keeps_its_ring, begin, end),
    };
    return cmocka_run_group_tests_name("young", tests, NULL, NULL);
}
