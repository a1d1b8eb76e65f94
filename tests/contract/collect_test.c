/*
 * Cyclic garbage of real objects: how much of it a collection finds, and what it leaves alone.  The
 * numbers are the same for every counting strategy.  Automatic collections are off unless a test is
 * about them.
 */
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1, RING = 100 * 1000 };

static int manual_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    return result;
}

#define COLLECT_TEST(test) cmocka_unit_test_setup_teardown(test, manual_start, fixture_stop)

/* What is found after the deaths that are due; all that is garbage is gone afterwards. */
static void assert_collects(struct thread *T, size_t expected, size_t left)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(gc_collect(T, FULL), expected);
    assert_int_equal(live_objects(T), left);
    assert_int_equal(gc_collect(T, FULL), 0);
}

static void append(struct thread *T, rc_loc list, rc_ref item)
{
    assert_true(list_append(T, list, item));
}

/* --- what is found ---------------------------------------------------------------------------- */

static void self_list(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    append(T, f[0], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    assert_collects(T, 1, 0);
    RC_LEAVE(T, f);
}

static void self_list_three_times(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 3; i++)
        append(T, f[0], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    assert_collects(T, 1, 0);
    RC_LEAVE(T, f);
}

static void self_dict(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, int_new(T, 1));
    assert_true(dict_set(T, f[0], f[1], cell_ref(T, f[0])));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    assert_collects(T, 1, 0);
    RC_LEAVE(T, f);
}

/* A key refers back to its dict. */
static void dict_key(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    assert_true(dict_set(T, f[0], f[1], none_ref(T)));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

static void self_instance(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    instance_set(T, f[0], BOX_RIGHT, cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    assert_collects(T, 1, 0);
    RC_LEAVE(T, f);
}

static void tuple_and_list(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    rc_ref item = cell_ref(T, f[0]);
    append(T, f[0], tuple_new(T, 1, &item));
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

/* a.left = {1: b}, b.left = a */
static void pair_through_a_dict(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, box_new(T, dict_new(T), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    f[2] = rc_move(T, int_new(T, 1));
    assert_true(dict_set(T, f[1], f[2], box_new(T, cell_ref(T, f[0]), RC_NULL_REF)));
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    assert_collects(T, 3, 0);
    RC_LEAVE(T, f);
}

/* Leaves a ring of boxes that nothing else refers to, or the first box of it. */
static rc_ref ring_of_boxes(struct thread *T, unsigned n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_dup(T, f[0]);
    for (unsigned i = 1; i < n; i++) {
        rc_ref box = box_new(T, cell_ref(T, f[1]), RC_NULL_REF);
        rc_clear(T, &f[1]);
        f[1] = rc_move(T, box);
    }
    instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[1]));
    rc_clear(T, &f[1]);
    rc_ref first = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return first;
}

static void long_ring(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_of_boxes(T, RING));
    assert_collects(T, 0, RING);
    rc_clear(T, &f[0]);
    assert_collects(T, RING, 0);
    RC_LEAVE(T, f);
}

/* Blocks over 512 bytes do not lie in pools. */
static void large_tuple(void **state)
{
    struct thread *T = *state;
    enum { ITEMS = 600 };
    RC_FRAME(T, f, 1);
    rc_ref items[ITEMS];
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < ITEMS; i++)
        items[i] = i % 2 == 0 ? int_new(T, 1000 + i) : cell_ref(T, f[0]);
    append(T, f[0], tuple_new(T, ITEMS, items));
    assert_collects(T, 0, 2 + ITEMS / 2);
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

static void garbage_takes_its_leaves_along(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    append(T, f[0], cell_ref(T, f[0]));
    append(T, f[0], text_ref(T, "leaf"));
    append(T, f[0], numbered_box(T, 12345));
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

static void only_the_dropped_component(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, ring_of_boxes(T, 3));
    f[1] = rc_move(T, ring_of_boxes(T, 2));
    instance_set(T, f[0], BOX_RIGHT, cell_ref(T, f[1]));
    rc_clear(T, &f[0]);
    assert_collects(T, 3, 2);
    rc_clear(T, &f[1]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

/* --- what survives ---------------------------------------------------------------------------- */

static void acyclic_is_freed_without_a_collection(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 10; i++)
        append(T, f[0], numbered_box(T, 1000 + i));
    rc_clear(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    assert_collects(T, 0, 0);
    RC_LEAVE(T, f);
}

static void cycle_with_a_root_is_intact(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, list_new(T, 0));
    append(T, f[0], text_ref(T, "cargo"));
    append(T, f[0], box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        assert_int_equal(gc_collect(T, generation), 0);
    assert_int_equal(list_length(T, f[0]), 2);
    f[1] = list_get(T, f[0], 0);
    assert_string_equal(str_text(obj_get(f[1])), "cargo");
    rc_clear(T, &f[1]);
    f[1] = list_get(T, f[0], 1);
    f[2] = instance_get(T, f[1], BOX_LEFT);
    assert_ptr_equal(rc_get(f[2]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 3);
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

/* The only reference is an owned one in no frame, as native code would keep it. */
static void owned_reference_keeps_a_cycle(void **state)
{
    struct thread *T = *state;
    rc_ref ring = ring_of_boxes(T, 3);
    assert_collects(T, 0, 3);
    rc_release(T, ring);
    assert_collects(T, 3, 0);
}

/* The only reference is in a slot of no object. */
static void global_slot_keeps_a_cycle(void **state)
{
    struct thread *T = *state;
    rc_slot global;
    rc_init_slot(T, &global, ring_of_boxes(T, 3));
    assert_collects(T, 0, 3);
    rc_store(T, NULL, &global, RC_NULL_REF);
    assert_collects(T, 3, 0);
}

/* The only reference is one that was loaded into a cell before its slot was overwritten. */
static void loaded_reference_keeps_a_cycle(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, ring_of_boxes(T, 3), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    thread_safepoint(T);
    assert_collects(T, 0, 4);
    assert_int_equal(references(T, f[1]), 2);
    rc_clear(T, &f[1]);
    assert_collects(T, 3, 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void old_keeps_young(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    gc_collect(T, 0);
    gc_collect(T, 1);
    append(T, f[0], ring_of_boxes(T, 2));
    assert_int_equal(gc_collect(T, 0), 0);
    assert_int_equal(list_length(T, f[0]), 1);
    assert_int_equal(live_objects(T), 3);
    rc_clear(T, &f[0]);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

static void cycle_across_generations(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    gc_collect(T, 0);
    gc_collect(T, 1);
    append(T, f[0], box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    rc_clear(T, &f[0]);
    assert_int_equal(gc_collect(T, 0), 0);
    assert_int_equal(gc_collect(T, 1), 0);
    assert_int_equal(live_objects(T), 2);
    assert_collects(T, 2, 0);
    RC_LEAVE(T, f);
}

static void atoms_are_never_looked_at(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    append(T, f[0], int_new(T, 123456));
    append(T, f[0], text_ref(T, "text"));
    append(T, f[0], float_new(T, 0.5));
    append(T, f[0], none_ref(T));
    append(T, f[0], bool_ref(T, true));
    append(T, f[0], list_new(T, 0));
    uint64_t before = gc_statistics(FULL).visited;
    assert_int_equal(gc_collect(T, FULL), 0);
    assert_int_equal(gc_statistics(FULL).visited - before, 2);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- automatic -------------------------------------------------------------------------------- */

static void allocation_701_collects(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    rc_release(T, ring_of_boxes(T, 5));
    gc_collect(T, 0);
    gc_enable(true);
    uint64_t before = gc_statistics(0).collections;
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 1; i < 700; i++)
        append(T, f[0], list_new(T, 0));
    assert_int_equal(gc_count(&T->gc, 0), 700);
    assert_int_equal(gc_statistics(0).collections, before);
    append(T, f[0], list_new(T, 0));
    assert_int_equal(gc_statistics(0).collections, before + 1);
    assert_int_equal(gc_count(&T->gc, 0), 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void garbage_stays_bounded(void **state)
{
    struct thread *T = *state;
    enum { RINGS = 50 * 1000 };
    gc_enable(true);
    size_t most = 0;
    for (int i = 0; i < RINGS; i++) {
        rc_release(T, ring_of_boxes(T, 4));
        if (i % 1000 == 0 && runtime_census().objects > most)
            most = runtime_census().objects;
    }
    assert_in_range(most, 0, 10 * 1000);
    gc_enable(false);
    gc_collect(T, FULL);
    assert_int_equal(live_objects(T), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COLLECT_TEST(self_list),
        COLLECT_TEST(self_list_three_times),
        COLLECT_TEST(self_dict),
        COLLECT_TEST(dict_key),
        COLLECT_TEST(self_instance),
        COLLECT_TEST(tuple_and_list),
        COLLECT_TEST(pair_through_a_dict),
        COLLECT_TEST(long_ring),
        COLLECT_TEST(large_tuple),
        COLLECT_TEST(garbage_takes_its_leaves_along),
        COLLECT_TEST(only_the_dropped_component),
        COLLECT_TEST(acyclic_is_freed_without_a_collection),
        COLLECT_TEST(cycle_with_a_root_is_intact),
        COLLECT_TEST(owned_reference_keeps_a_cycle),
        COLLECT_TEST(global_slot_keeps_a_cycle),
        COLLECT_TEST(loaded_reference_keeps_a_cycle),
        COLLECT_TEST(old_keeps_young),
        COLLECT_TEST(cycle_across_generations),
        COLLECT_TEST(atoms_are_never_looked_at),
        COLLECT_TEST(allocation_701_collects),
        COLLECT_TEST(garbage_stays_bounded),
    };
    return cmocka_run_group_tests_name("collect " RC_NAME, tests, NULL, NULL);
}
