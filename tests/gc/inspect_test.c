/* Looking at what the collector looks at: sets of nodes, exactly; and what SAVEALL keeps. */
#include "gc/inspect.h"

#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 4096, FULL = GC_GENERATIONS - 1 };

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    gc_set_debug(0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(fake_heap.allocated, 0);
    assert_false(fake_heap.stopped);
    fake_stop();
    return 0;
}

static struct fake_node *make_loop(void)
{
    struct fake_node *node = fake_new();
    fake_link(node, node);
    fake_release(node);
    return node;
}

static bool has(const struct gc_found *found, const struct fake_node *node)
{
    bool is_in = false;
    for (size_t i = 0; i < found->length; i++)
        is_in |= found->objects[i] == node;
    return is_in;
}

static void assert_generation(int generation, size_t length, const struct fake_node *node)
{
    struct gc_found found;
    assert_true(gc_get_objects(fake_heap.T, generation, &found));
    assert_int_equal(found.length, length);
    assert_true(node == NULL || has(&found, node));
    gc_found_drop(fake_heap.T, &found);
    assert_int_equal(found.length, 0);
}

/* --- objects -------------------------------------------------------------------------------------- */

static void generations_are_told_apart(void **state)
{
    (void)state;
    struct fake_node *nodes[GC_GENERATIONS];
    for (int i = FULL; i >= 0; i--) {
        nodes[i] = fake_new();
        fetch_or_relaxed(&nodes[i]->head.word, (uint64_t)i << GC_GENERATION_SHIFT);
    }
    for (int i = 0; i < GC_GENERATIONS; i++)
        assert_generation(i, 1, nodes[i]);
    assert_generation(GC_ALL, GC_GENERATIONS, nodes[0]);
    for (int i = 0; i < GC_GENERATIONS; i++)
        fake_release(nodes[i]);
    assert_generation(GC_ALL, 0, NULL);
}

static void what_is_found_lives_until_it_is_dropped(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    struct gc_found found;
    assert_true(gc_get_objects(fake_heap.T, 0, &found));
    assert_int_equal(node->count, 2);
    fake_release(node);
    assert_int_equal(fake_heap.live, 1);
    gc_found_drop(fake_heap.T, &found);
    assert_int_equal(fake_heap.live, 0);
}

static void untracked_and_frozen_are_not_shown(void **state)
{
    (void)state;
    struct fake_node *frozen = fake_new();
    gc_freeze(fake_heap.T);
    struct fake_node *untracked = fake_new();
    fetch_and_relaxed(&untracked->head.word, ~(uint64_t)GC_TRACKED);
    struct fake_node *shown = fake_new();
    assert_generation(GC_ALL, 1, shown);
    fake_release(frozen);
    fake_release(untracked);
    fake_release(shown);
}

/* More than there is room for at first, so that it is looked for again. */
static void many_are_all_found(void **state)
{
    (void)state;
    struct gc_found found;
    for (size_t i = 0; i < ROOM; i++)
        fake_new();
    assert_true(gc_get_objects(fake_heap.T, GC_ALL, &found));
    assert_int_equal(fake_heap.stops, 2);
    assert_int_equal(found.length, ROOM);
    for (size_t i = 0; i < ROOM; i++) {
        assert_ptr_equal(found.objects[i], fake_node(i));
        assert_int_equal(fake_node(i)->count, 2);
    }
    gc_found_drop(fake_heap.T, &found);
    for (size_t i = 0; i < ROOM; i++)
        fake_release(fake_node(i));
}

static void garbage_is_not_shown_to_what_dies_of_it(struct thread *T)
{
    struct gc_found found;
    assert_true(gc_get_objects(T, GC_ALL, &found));
    assert_int_equal(found.length, 0);
    gc_found_drop(T, &found);
    fake_heap.on_clear = NULL;
}

static void garbage_is_not_shown(void **state)
{
    (void)state;
    fake_heap.on_clear = garbage_is_not_shown_to_what_dies_of_it;
    make_loop();
    assert_generation(GC_ALL, 1, NULL);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
    assert_null(fake_heap.on_clear);
}

static void without_memory_nothing_is_found(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    struct gc_found found;
    fake_heap.no_memory = true;
    assert_false(gc_get_objects(fake_heap.T, GC_ALL, &found));
    assert_int_equal(found.length, 0);
    assert_null(found.objects);
    assert_int_equal(node->count, 1);
    fake_release(node);
}

/* --- references ----------------------------------------------------------------------------------- */

static void referrers_are_exact(void **state)
{
    (void)state;
    struct fake_node *a = fake_new(), *b = fake_new(), *both = fake_new(), *twice = fake_new();
    struct fake_node *none = fake_new();
    struct gc_found found;
    fake_link(both, a);
    fake_link(both, b);
    fake_link(twice, a);
    fake_link(twice, a);
    fake_link(a, a);
    assert_true(gc_get_referrers(fake_heap.T, 1, (void *[]){a}, &found));
    assert_int_equal(found.length, 3);
    assert_true(has(&found, both) && has(&found, twice) && has(&found, a));
    gc_found_drop(fake_heap.T, &found);
    assert_true(gc_get_referrers(fake_heap.T, 2, (void *[]){none, b}, &found));
    assert_int_equal(found.length, 1);
    assert_true(has(&found, both));
    gc_found_drop(fake_heap.T, &found);
    assert_true(gc_get_referrers(fake_heap.T, 0, NULL, &found));
    assert_int_equal(found.length, 0);
    gc_found_drop(fake_heap.T, &found);
    struct fake_node *all[] = {a, b, both, twice, none};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        fake_release(all[i]);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
}

static void referents_come_in_order(void **state)
{
    (void)state;
    struct fake_node *a = fake_new(), *b = fake_new(), *from = fake_new();
    struct gc_found found;
    fake_link(from, b);
    fake_link(from, a);
    fake_link(from, b);
    assert_true(gc_get_referents(fake_heap.T, 2, (void *[]){a, from}, &found));
    assert_int_equal(found.length, 3);
    assert_ptr_equal(found.objects[0], b);
    assert_ptr_equal(found.objects[1], a);
    assert_ptr_equal(found.objects[2], b);
    assert_int_equal(b->count, 5);
    gc_found_drop(fake_heap.T, &found);
    fake_release(from);
    fake_release(a);
    fake_release(b);
}

/* --- saveall -------------------------------------------------------------------------------------- */

static void end_saved(void)
{
    gc_set_debug(0);
    while (fake_heap.saved_count > 0)
        fake_release(fake_heap.saved[--fake_heap.saved_count]);
}

static void garbage_is_saved_whole(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    struct fake_node *tail = fake_new();
    fake_link(loop, tail);
    fake_release(tail);
    gc_set_debug(GC_SAVEALL);
    assert_int_equal(gc_debug(), GC_SAVEALL);
    uint64_t before = gc_statistics(0).collected;
    assert_int_equal(gc_collect(fake_heap.T, 0), 2);
    assert_int_equal(gc_statistics(0).collected - before, 2);
    assert_int_equal(fake_heap.saved_count, 2);
    assert_int_equal(loop->edge_count, 2);
    assert_int_equal(load_relaxed(&loop->head.word),
                     GC_ALIVE | GC_TRACKED | 1U << GC_GENERATION_SHIFT);
    assert_int_equal(loop->count, 2);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 0); /* the saved are referred to */
    end_saved();
    assert_int_equal(gc_collect(fake_heap.T, FULL), 2);
}

static bool resurrects;
static struct fake_node *resurrected;

static void resurrect(struct thread *T, struct fake_node *self)
{
    (void)T;
    if (resurrects) {
        self->count++;
        resurrected = self;
    }
}

static void finalizers_run_before_saving(void **state)
{
    (void)state;
    struct fake_node *saved = make_loop();
    struct fake_node *risen = make_loop();
    saved->finalize = risen->finalize = resurrect;
    resurrects = true;
    gc_head_set_finalized(&saved->head);
    gc_set_debug(GC_SAVEALL);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
    assert_ptr_equal(resurrected, risen);
    assert_int_equal(fake_heap.saved_count, 1);
    assert_ptr_equal(fake_heap.saved[0], saved);
    assert_int_equal(risen->count, 2);
    end_saved();
    fake_release(risen);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 2);
}

static void without_memory_it_is_kept_for_later(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    gc_set_debug(GC_SAVEALL);
    fake_heap.no_memory = true;
    assert_int_equal(gc_collect(fake_heap.T, FULL), 0);
    assert_int_equal(gc_statistics(FULL).uncollectable, 1);
    assert_int_equal(loop->count, 1);
    assert_true(gc_head_is_tracked(&loop->head));
    fake_heap.no_memory = false;
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
    assert_int_equal(fake_heap.saved_count, 1);
    end_saved();
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
}

#define INSPECT_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSPECT_TEST(generations_are_told_apart),
        INSPECT_TEST(what_is_found_lives_until_it_is_dropped),
        INSPECT_TEST(untracked_and_frozen_are_not_shown),
        INSPECT_TEST(many_are_all_found),
        INSPECT_TEST(garbage_is_not_shown),
        INSPECT_TEST(without_memory_nothing_is_found),
        INSPECT_TEST(referrers_are_exact),
        INSPECT_TEST(referents_come_in_order),
        INSPECT_TEST(garbage_is_saved_whole),
        INSPECT_TEST(finalizers_run_before_saving),
        INSPECT_TEST(without_memory_it_is_kept_for_later),
    };
    return cmocka_run_group_tests_name("inspect", tests, NULL, NULL);
}
