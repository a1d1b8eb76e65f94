/*
 * Cyclic garbage of real objects, besides the cycles of tests/conformance: how much of it a
 * collection finds, and what it leaves alone.  Automatic collections are off unless a test is about
 * them.
 */
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1 };

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

/* A key refers back to its dict. */
static void dict_key(void **state)
{
    needs_frees();
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

static void garbage_takes_its_leaves_along(void **state)
{
    needs_frees();
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

/* --- what survives ---------------------------------------------------------------------------- */

/* The only reference is one that was loaded into a cell before its slot was overwritten. */
static void loaded_reference_keeps_a_cycle(void **state)
{
    needs_frees();
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

/* --- automatic -------------------------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        COLLECT_TEST(dict_key),
        COLLECT_TEST(garbage_takes_its_leaves_along),
        COLLECT_TEST(loaded_reference_keeps_a_cycle),
    };
    return cmocka_run_group_tests_name("collect " RC_NAME, tests, NULL, NULL);
}
