/* Finalizers of cyclic garbage: everything is intact when they run, and what they resurrect lives on. */
#include "tests/contract/finalizer_fixture.h"

static bool unlink_self(struct thread *T, rc_loc self)
{
    instance_set(T, self, LINK, RC_NULL_REF);
    return note(T, self);
}

/* The peer that `link` refers to still has its own link and a cargo. */
static bool look_at_peer(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 3);
    f[0] = instance_get(T, self, LINK);
    f[1] = instance_get(T, f[0], LINK);
    f[2] = instance_get(T, f[0], CARGO);
    seen.wrong |=
        loc_is_null(f[1]) || loc_is_null(f[2]) || strcmp(str_text(obj_get(f[2])), "cargo") != 0;
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type noting_type = NODE_TYPE(note);
static const struct type saving_type = NODE_TYPE(save);
static const struct type unlinking_type = NODE_TYPE(unlink_self);
static const struct type looking_type = NODE_TYPE(look_at_peer);

/* --- cyclic garbage ------------------------------------------------------------------------------------------------- */

static void once_in_a_cycle(void **state)
{
    struct thread *T = *state;
    drop_ring(T, &noting_type, 3);
    assert_runs(T, 0, 6);
    assert_int_equal(gc_collect(T, FULL), 3);
    assert_runs(T, 3, 0);
}

static void sees_peers_intact(void **state)
{
    struct thread *T = *state;
    drop_ring(T, &looking_type, 5);
    assert_runs(T, 0, 10);
    assert_int_equal(gc_collect(T, FULL), 5);
    assert_runs(T, 5, 0);
}

static void resurrected_by_a_collection(void **state)
{
    struct thread *T = *state;
    rc_release(T, loop_new(T, &saving_type));
    assert_runs(T, 0, 2);
    assert_int_equal(gc_collect(T, FULL), 0);
    assert_runs(T, 1, 2);
    assert_int_equal(gc_collect(T, FULL), 0);
    drop_saved(T);
    assert_runs(T, 1, 2);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_runs(T, 1, 0);
}

/* What the resurrected one refers to was garbage as well, and is as it was. */
static void resurrects_transitively(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, loop_new(T, &saving_type));
    f[1] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[1], cell_ref(T, f[1])));
    assert_true(list_append(T, f[1], text_ref(T, "deep")));
    instance_set(T, f[0], CARGO, cell_own(T, &f[1]));
    rc_clear(T, &f[0]);
    assert_runs(T, 0, 3);
    assert_int_equal(gc_collect(T, FULL), 0);
    assert_runs(T, 1, 3);
    f[0] = rc_load(T, NULL, &seen.saved);
    f[1] = instance_get(T, f[0], CARGO);
    assert_int_equal(list_length(T, f[1]), 2);
    assert_int_equal(references(T, f[1]), 3);
    f[2] = list_get(T, f[1], 1);
    assert_string_equal(str_text(obj_get(f[2])), "deep");
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    drop_saved(T);
    assert_int_equal(live_objects(T), 3);
    assert_int_equal(gc_collect(T, FULL), 2);
    assert_runs(T, 1, 0);
    RC_LEAVE(T, f);
}

static void resurrects_one_of_101(void **state)
{
    struct thread *T = *state;
    for (int i = 0; i < 100; i++)
        rc_release(T, loop_new(T, &noting_type));
    rc_release(T, loop_new(T, &saving_type));
    assert_runs(T, 0, 202);
    assert_int_equal(gc_collect(T, FULL), 100);
    assert_runs(T, 101, 2);
    drop_saved(T);
    assert_runs(T, 101, 2);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_runs(T, 101, 0);
}

static void breaks_its_own_cycle(void **state)
{
    struct thread *T = *state;
    rc_release(T, loop_new(T, &unlinking_type));
    drop_ring(T, &unlinking_type, 4);
    assert_runs(T, 0, 10);
    assert_int_equal(gc_collect(T, FULL), 5);
    assert_runs(T, 5, 0);
    assert_int_equal(gc_collect(T, FULL), 0);
}

/* Six loops, each of which also refers to the next; the third resurrects itself, and so keeps those behind it. */
static void mixed_chain(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int i = 6; i >= 1; i--) {
        f[0] = rc_move(T, loop_new(T, i == 3 ? &saving_type : &noting_type));
        instance_set(T, f[0], CARGO, cell_own(T, &f[1]));
        f[1] = rc_move(T, cell_own(T, &f[0]));
    }
    rc_clear(T, &f[1]);
    assert_runs(T, 0, 6);
    assert_int_equal(gc_collect(T, FULL), 2);
    assert_runs(T, 6, 4);
    f[0] = rc_load(T, NULL, &seen.saved);
    for (int i = 3; i <= 6; i++) {
        assert_false(loc_is_null(f[0]));
        f[1] = instance_get(T, f[0], LINK);
        assert_ptr_equal(rc_get(f[1]), rc_get(f[0]));
        rc_clear(T, &f[1]);
        f[1] = instance_get(T, f[0], CARGO);
        rc_clear(T, &f[0]);
        f[0] = rc_move(T, cell_own(T, &f[1]));
    }
    assert_true(loc_is_null(f[0]));
    drop_saved(T);
    assert_int_equal(live_objects(T), 4);
    assert_int_equal(gc_collect(T, FULL), 4);
    assert_runs(T, 6, 0);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FINALIZER_TEST(once_in_a_cycle),
        FINALIZER_TEST(sees_peers_intact),
        FINALIZER_TEST(resurrected_by_a_collection),
        FINALIZER_TEST(resurrects_transitively),
        FINALIZER_TEST(resurrects_one_of_101),
        FINALIZER_TEST(breaks_its_own_cycle),
        FINALIZER_TEST(mixed_chain),
    };
    return cmocka_run_group_tests_name("object finalizer cycle " RC_NAME, tests, NULL, NULL);
}
