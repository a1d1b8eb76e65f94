/* Weak references and finalizers: null inside, and those made inside null afterwards. */
#include "tests/contract/weakref_fixture.h"

#include "runtimes/object/finalize.h"

/* --- finalizers ----------------------------------------------------------------------------------------------------- */

static struct {
    unsigned runs;
    bool was_there;
} finalized;

/* The cargo is a weak reference to self: null in it. */
static bool look_at_self(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, self, BOX_RIGHT);
    finalized.runs++;
    finalized.was_there |= !is_null(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

static const struct type looking_type =
    INSTANCE_TYPE_FINALIZED("Looking", box_fields, look_at_self);

static rc_ref finalized_new(struct thread *T, const struct type *type, bool in_cycle)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, instance_new(T, type, (rc_ref[]){RC_NULL_REF, RC_NULL_REF}));
    assert_false(loc_is_null(f[0]));
    if (in_cycle)
        instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[0]));
    rc_ref object = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    memset(&finalized, 0, sizeof finalized);
    return object;
}

static void null_inside_a_finalizer(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int in_cycle = 0; in_cycle < 2; in_cycle++) {
        f[0] = rc_move(T, finalized_new(T, &looking_type, in_cycle != 0));
        f[1] = rc_move(T, weak(T, f[0], note));
        instance_set(T, f[0], BOX_RIGHT, cell_ref(T, f[1]));
        rc_clear(T, &f[0]);
        deaths(T);
        assert_int_equal(gc_collect(T, FULL), in_cycle);
        deaths(T);
        assert_int_equal(finalized.runs, 1);
        assert_false(finalized.was_there);
        assert_calls(T, (unsigned)in_cycle + 1);
        rc_clear(T, &f[1]);
        assert_int_equal(live_objects(T), 0);
    }
    RC_LEAVE(T, f);
}

/* Makes one weak reference that lives on, and one that does not. */
static bool make_weak(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    rc_store(T, NULL, &seen.saved, weakref_new(T, self, note, RC_NULL_REF));
    instance_set(T, self, BOX_RIGHT, weakref_new(T, self, NULL, RC_NULL_REF));
    f[0] = rc_load(T, NULL, &seen.saved);
    finalized.runs++;
    finalized.was_there |= !is_null(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

static const struct type weak_making_type =
    INSTANCE_TYPE_FINALIZED("WeakMaking", box_fields, make_weak);

static void made_in_a_finalizer(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (int in_cycle = 0; in_cycle < 2; in_cycle++) {
        rc_release(T, finalized_new(T, &weak_making_type, in_cycle != 0));
        deaths(T);
        assert_int_equal(gc_collect(T, FULL), in_cycle);
        deaths(T);
        assert_int_equal(finalized.runs, 1);
        assert_true(finalized.was_there);
        assert_calls(T, (unsigned)in_cycle + 1);
        f[0] = rc_load(T, NULL, &seen.saved);
        assert_true(is_null(T, f[0]));
        assert_ptr_equal(seen.last, rc_get(f[0]));
        rc_clear(T, &f[0]);
        assert_int_equal(live_objects(T), 1);
        rc_store(T, NULL, &seen.saved, RC_NULL_REF);
    }
    RC_LEAVE(T, f);
}

static bool save_self(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &seen.saved, cell_ref(T, self));
    finalized.runs++;
    return true;
}

static const struct type saving_type = INSTANCE_TYPE_FINALIZED("Saving", box_fields, save_self);

/* The weak references to a resurrected object stay null; it can be named anew. */
static void null_after_a_resurrection(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    for (int in_cycle = 0; in_cycle < 2; in_cycle++) {
        f[0] = rc_move(T, finalized_new(T, &saving_type, in_cycle != 0));
        f[1] = rc_move(T, weak(T, f[0], note));
        rc_clear(T, &f[0]);
        deaths(T);
        assert_int_equal(gc_collect(T, FULL), 0);
        deaths(T);
        assert_int_equal(finalized.runs, 1);
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
        WEAKREF_TEST(null_inside_a_finalizer),
        WEAKREF_TEST(made_in_a_finalizer),
        WEAKREF_TEST(null_after_a_resurrection),
    };
    return cmocka_run_group_tests_name("object weakref finalizer " RC_NAME, tests, NULL, NULL);
}
