/* The permanent set: what goes in, what collections make of it, what comes out. */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 64, FULL = GC_GENERATIONS - 1 };

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_heap.live, 0);
    assert_false(fake_heap.stopped);
    fake_stop();
    return 0;
}

static size_t collect(unsigned generation) { return gc_collect(fake_heap.T, generation); }
static void freeze(void) { gc_freeze(fake_heap.T); }
static void unfreeze(void) { gc_unfreeze(fake_heap.T); }
static size_t frozen(void) { return gc_freeze_count(fake_heap.T); }

static struct fake_node *make_loop(void)
{
    struct fake_node *node = fake_new();
    fake_link(node, node);
    fake_release(node);
    return node;
}

static void nothing_is_frozen_at_first(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    assert_int_equal(frozen(), 0);
    unfreeze();
    assert_int_equal(gc_head_generation(&node->head), 0);
    fake_release(node);
}

static void frozen_garbage_is_kept(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    freeze();
    assert_int_equal(frozen(), 1);
    assert_true(gc_head_is_frozen(&loop->head));
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(gc_statistics(FULL).visited, 0);
    unfreeze();
    assert_int_equal(frozen(), 0);
    assert_int_equal(gc_head_generation(&loop->head), FULL);
    assert_int_equal(collect(1), 0);
    assert_int_equal(collect(FULL), 1);
}

static void all_generations_freeze(void **state)
{
    (void)state;
    struct fake_node *nodes[GC_GENERATIONS];
    for (int i = GC_GENERATIONS - 1; i >= 0; i--) {
        nodes[i] = fake_new();
        fetch_or_relaxed(&nodes[i]->head.word, (uint64_t)i << GC_GENERATION_SHIFT);
    }
    freeze();
    assert_int_equal(frozen(), GC_GENERATIONS);
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        collect(i);
    assert_int_equal(frozen(), GC_GENERATIONS);
    unfreeze();
    for (int i = 0; i < GC_GENERATIONS; i++) {
        assert_int_equal(load_relaxed(&nodes[i]->head.word), GC_ALIVE | GC_TRACKED | GC_OLDEST);
        fake_release(nodes[i]);
    }
}

static void later_ones_are_not_frozen(void **state)
{
    (void)state;
    struct fake_node *before = fake_new();
    freeze();
    make_loop();
    assert_int_equal(frozen(), 1);
    assert_int_equal(collect(0), 1);
    fake_release(before);
    assert_int_equal(frozen(), 0);
}

/* What the permanent set refers to is reachable, though what refers to it is garbage. */
static void frozen_references_keep(void **state)
{
    (void)state;
    struct fake_node *holder = make_loop();
    freeze();
    struct fake_node *held = make_loop();
    fake_link(holder, held);
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 2);
    assert_int_equal(gc_head_generation(&held->head), FULL);
    unfreeze();
    assert_int_equal(collect(FULL), 2);
}

static void frozen_dies_by_counting(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    freeze();
    fake_release(node);
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(frozen(), 0);
}

static void untracked_is_not_frozen(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    fetch_and_relaxed(&node->head.word, ~(uint64_t)GC_TRACKED);
    freeze();
    assert_int_equal(frozen(), 0);
    assert_int_equal(load_relaxed(&node->head.word), GC_ALIVE);
    fake_release(node);
}

static void counts_begin_anew(void **state)
{
    (void)state;
    gc_enable(true);
    for (int i = 0; i < 500; i++)
        assert_false(gc_will_allocate(&fake_heap.T->gc, FAKE_BYTES));
    collect(1);
    for (int i = 0; i < 500; i++)
        assert_false(gc_will_allocate(&fake_heap.T->gc, FAKE_BYTES));
    collect(0);
    for (int i = 0; i < 500; i++)
        assert_false(gc_will_allocate(&fake_heap.T->gc, FAKE_BYTES));
    freeze();
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        assert_int_equal(gc_count(&fake_heap.T->gc, i), 0);
}

static void freeze_in_a_finalizer(struct thread *T, struct fake_node *self)
{
    (void)self;
    gc_freeze(T);
}

/* The garbage whose finalizer freezes the rest is none of it. */
static void garbage_does_not_freeze(void **state)
{
    (void)state;
    make_loop()->finalize = freeze_in_a_finalizer;
    struct fake_node *node = fake_new();
    assert_int_equal(collect(FULL), 1);
    assert_int_equal(frozen(), 1);
    fake_release(node);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_frozen_at_first), TEST(frozen_garbage_is_kept),
        TEST(all_generations_freeze),     TEST(later_ones_are_not_frozen),
        TEST(frozen_references_keep),     TEST(frozen_dies_by_counting),
        TEST(untracked_is_not_frozen),    TEST(counts_begin_anew),
        TEST(garbage_does_not_freeze),
    };
    return FAKE_RUN_BOTH("freeze", tests);
}
