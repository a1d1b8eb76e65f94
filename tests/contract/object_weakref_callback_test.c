/* Callbacks of weak references, besides what tests/conformance says of them, and resurrected targets. */
#include "tests/contract/weakref_fixture.h"

#include "runtimes/object/finalize.h"

/* --- callbacks ------------------------------------------------------------------------------------------------------ */

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

/* Both end with the list that held them, in either order; in one the weak reference waits for its end as its target ends. */
static void no_callback_of_a_dying_one(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int target_is_last = 0; target_is_last < 2; target_is_last++) {
        f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
        f[1] = rc_move(T, list_new(T, 2));
        const rc_ref weakref = weak(T, f[0], note);
        const rc_ref target = cell_own(T, &f[0]);
        assert_true(list_append(T, f[1], target_is_last ? weakref : target));
        assert_true(list_append(T, f[1], target_is_last ? target : weakref));
        rc_clear(T, &f[1]);
        assert_calls(T, 0);
        assert_int_equal(live_objects(T), 0);
    }
    RC_LEAVE(T, f);
}

/* What a weak reference owns is traversed. */
static void cycle_through_the_argument(void **state)
{
    needs_frees();
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
    needs_frees();
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

/* --- finalizers ----------------------------------------------------------------------------------------------------- */

static unsigned finalized;

static bool save_self(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &seen.saved, cell_ref(T, self));
    finalized++;
    return true;
}

static const struct type saving_type = INSTANCE_TYPE_FINALIZED("Saving", box_fields, save_self);

static rc_ref saving_new(struct thread *T, bool in_cycle)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, instance_new(T, &saving_type, (rc_ref[]){RC_NULL_REF, RC_NULL_REF}));
    assert_false(loc_is_null(f[0]));
    if (in_cycle)
        instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[0]));
    rc_ref object = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return object;
}

/* The weak references to a resurrected object stay null; it can be named anew. */
static void null_after_a_resurrection(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    for (int in_cycle = 0; in_cycle < 2; in_cycle++) {
        f[0] = rc_move(T, saving_new(T, in_cycle != 0));
        f[1] = rc_move(T, weak(T, f[0], note));
        rc_clear(T, &f[0]);
        deaths(T);
        assert_int_equal(gc_collect(T, FULL), 0);
        deaths(T);
        assert_int_equal(finalized, in_cycle + 1);
        assert_calls(T, (unsigned)in_cycle * 2 + 1);
        assert_true(is_null(T, f[1]));
        f[0] = rc_load(T, NULL, &seen.saved);
        f[2] = rc_move(T, weak(T, f[0], note));
        assert_false(is_null(T, f[2]));
        rc_clear(T, &f[0]);
        rc_store(T, NULL, &seen.saved, RC_NULL_REF);
        deaths(T);
        assert_int_equal(gc_collect(T, FULL), in_cycle);
        assert_calls(T, (unsigned)in_cycle * 2 + 2);
        assert_true(is_null(T, f[2]));
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
        assert_int_equal(live_objects(T), 0);
    }
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WEAKREF_TEST(no_callback_of_a_dead_one),  WEAKREF_TEST(no_callback_of_a_dying_one),
        WEAKREF_TEST(cycle_through_the_argument), WEAKREF_TEST(callback_does_what_it_likes),
        WEAKREF_TEST(null_after_a_resurrection),
    };
    return cmocka_run_group_tests_name("object weakref callback " RC_NAME, tests, NULL, NULL);
}
