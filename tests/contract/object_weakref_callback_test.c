/* Callbacks of weak references: once, with the target null, and never from the trash. */
#include "tests/contract/weakref_fixture.h"

/* The argument is another weak reference. */
static void note_other(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    note(T, weakref);
    f[0] = weakref_argument(T, weakref);
    seen.others_were_there |= !is_null(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- callbacks ------------------------------------------------------------------------------------------------------ */

static void callback_live(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    assert_calls(T, 0);
    rc_clear(T, &f[0]);
    assert_calls(T, 1);
    assert_ptr_equal(seen.last, rc_get(f[1]));
    assert_int_equal(references(T, f[1]), 1);
    rc_clear(T, &f[1]);
    assert_calls(T, 1);
    RC_LEAVE(T, f);
}

static void callback_live_in_a_cycle(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    rc_clear(T, &f[0]);
    assert_calls(T, 0);
    assert_false(is_null(T, f[1]));
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_calls(T, 1);
    assert_ptr_equal(seen.last, rc_get(f[1]));
    assert_int_equal(references(T, f[1]), 1);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void no_callback_of_a_dead_one(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    rc_clear(T, &f[1]);
    deaths(T);
    rc_clear(T, &f[0]);
    assert_calls(T, 0);
    RC_LEAVE(T, f);
}

static void callback_in_trash(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    instance_set(T, f[0], BOX_RIGHT, weak(T, f[0], note));
    f[1] = rc_move(T, loop_new(T, weak(T, f[0], note)));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    deaths(T);
    assert_int_equal(gc_collect(T, FULL), 4);
    assert_calls(T, 0);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void save_target(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    note(T, weakref);
    f[0] = weakref_get(T, weakref);
    rc_store(T, NULL, &seen.saved, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
}

static void callback_cannot_resurrect(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], save_target));
    f[2] = rc_move(T, box_new(T, RC_NULL_REF, weak(T, f[0], save_target)));
    rc_clear(T, &f[0]);
    deaths(T);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_calls(T, 2);
    assert_null(rc_peek(&seen.saved));
    assert_int_equal(live_objects(T), 3);
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* A weak reference older than the generation that is collected calls back, and finds the one in the trash null. */
static void old_generation_callback(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    f[1] = rc_move(T, list_new(T, 0));
    f[2] = rc_move(T, weak(T, f[0], note)); /* to be the argument: alive, of the young target */
    rc_ref old = weakref_new(T, f[0], note_other, cell_own(T, &f[2]));
    assert_true(list_append(T, f[1], old));
    deaths(T);
    gc_collect(T, 0);
    instance_set(T, f[0], BOX_RIGHT, weak(T, f[0], note)); /* in the trash */
    rc_clear(T, &f[0]);
    deaths(T);
    assert_int_equal(gc_collect(T, 0), 0);
    assert_calls(T, 0);
    assert_int_equal(gc_collect(T, 1), 2);
    assert_calls(T, 2);
    rc_clear(T, &f[1]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* The trash is a young loop with a weak reference; its target is old, no garbage, and dies of the clearing. */
static void untraversed_trash(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    deaths(T);
    gc_collect(T, 0);
    f[1] = rc_move(T, loop_new(T, RC_NULL_REF));
    rc_ref trash = weakref_new(T, f[0], note, cell_ref(T, f[1]));
    rc_store(T, NULL, &seen.saved, trash);
    instance_set(T, f[1], BOX_RIGHT, cell_own(T, &f[0]));
    f[0] = rc_load(T, NULL, &seen.saved);
    instance_set(T, f[1], BOX_LEFT, cell_own(T, &f[0])); /* loop -> weak reference -> loop */
    rc_store(T, NULL, &seen.saved, RC_NULL_REF);
    rc_clear(T, &f[1]);
    deaths(T);
    assert_int_equal(gc_collect(T, 0), 2);
    assert_calls(T, 0);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* What a weak reference owns is traversed. */
static void cycle_through_the_argument(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[1], weakref_new(T, f[0], note, cell_ref(T, f[1]))));
    rc_clear(T, &f[1]);
    deaths(T);
    assert_int_equal(gc_collect(T, FULL), 2);
    assert_int_equal(live_objects(T), 1);
    rc_clear(T, &f[0]);
    assert_calls(T, 0);
    RC_LEAVE(T, f);
}

/* A callback that ends objects and makes others, weak references to them too. */
static void make_and_drop(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 2);
    note(T, weakref);
    rc_store(T, NULL, &seen.saved, RC_NULL_REF);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    rc_clear(T, &f[0]);
    rc_store(T, NULL, &seen.saved, cell_own(T, &f[1]));
    gc_collect(T, FULL);
    RC_LEAVE(T, f);
}

static void callback_does_what_it_likes(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], make_and_drop));
    rc_store(T, NULL, &seen.saved, box_new(T, RC_NULL_REF, weak(T, f[0], note)));
    rc_clear(T, &f[0]);
    deaths(T);
    assert_int_equal(gc_collect(T, FULL), 1);
    deaths(T);
    assert_int_equal(seen.calls, 3);
    assert_false(seen.target_was_there);
    assert_int_equal(live_objects(T), 2);
    rc_store(T, NULL, &seen.saved, RC_NULL_REF);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* --- the collector -------------------------------------------------------------------------------------------------- */

/* What was promoted from a weak reference just before a collection survives it, and the next one takes it. */
static void promoted_before_a_collection(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop_new(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    rc_clear(T, &f[0]);
    deaths(T);
    f[0] = weakref_get(T, f[1]);
    assert_int_equal(gc_collect(T, FULL), 0);
    assert_calls(T, 0);
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[0]);
    deaths(T);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_calls(T, 1);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WEAKREF_TEST(callback_live),
        WEAKREF_TEST(callback_live_in_a_cycle),
        WEAKREF_TEST(no_callback_of_a_dead_one),
        WEAKREF_TEST(callback_in_trash),
        WEAKREF_TEST(callback_cannot_resurrect),
        WEAKREF_TEST(old_generation_callback),
        WEAKREF_TEST(untraversed_trash),
        WEAKREF_TEST(cycle_through_the_argument),
        WEAKREF_TEST(callback_does_what_it_likes),
        WEAKREF_TEST(promoted_before_a_collection),
    };
    return cmocka_run_group_tests_name("object weakref callback " RC_NAME, tests, NULL, NULL);
}
