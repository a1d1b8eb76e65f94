/* Each verb of the contract by itself, on one thread: what it does to the count, what it consumes,
 * what null does. */
#include "tests/contract/rc_fixture.h"

static void a_new_object_has_one_reference(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, 12345));
    assert_int_equal(references(T, f[0]), 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void dup_adds_one_and_drop_ends_one(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, int_new(T, 12345));
    f[1] = rc_dup(T, f[0]);
    assert_ptr_equal(rc_get(f[1]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 2);
    f[2] = rc_dup(T, f[1]);
    assert_int_equal(references(T, f[0]), 3);
    rc_clear(T, &f[1]);
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[0]);
    assert_int_equal(references(T, f[2]), 1);
    assert_int_equal(int_value(obj_get(f[2])), 12345);
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
}

static void own_and_move_change_no_count(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 12345));
    f[1] = rc_dup(T, f[0]);
    rc_ref owned = cell_own(T, &f[1]);
    assert_ptr_equal(owned.p, rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 2);
    f[1] = rc_move(T, owned);
    assert_ptr_equal(rc_get(f[1]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void release_ends_one(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, 12345));
    rc_ref second = cell_ref(T, f[0]);
    assert_int_equal(references(T, f[0]), 2);
    rc_release(T, second);
    assert_int_equal(references(T, f[0]), 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void init_slot_consumes_and_load_adds_one(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 12345));
    rc_init_slot(T, &slot, cell_ref(T, f[0]));
    assert_ptr_equal(rc_peek(&slot), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 2);
    f[1] = rc_load(T, NULL, &slot);
    assert_ptr_equal(rc_get(f[1]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 3);
    rc_clear(T, &f[1]);
    assert_int_equal(references(T, f[0]), 2);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    assert_null(rc_peek(&slot));
    assert_int_equal(references(T, f[0]), 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void store_consumes_and_releases_what_was_there(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 1000));
    f[1] = rc_move(T, int_new(T, 2000));
    rc_init_slot(T, &slot, cell_ref(T, f[0]));
    rc_store(T, NULL, &slot, cell_ref(T, f[1]));
    assert_int_equal(references(T, f[0]), 1);
    assert_int_equal(references(T, f[1]), 2);
    rc_store(T, NULL, &slot, cell_ref(T, f[1])); /* by itself */
    assert_int_equal(references(T, f[1]), 2);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    assert_int_equal(references(T, f[1]), 1);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void xchg_consumes_one_and_returns_one(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 1000));
    f[1] = rc_move(T, int_new(T, 2000));
    rc_init_slot(T, &slot, cell_ref(T, f[0]));
    rc_ref old = rc_xchg(T, NULL, &slot, cell_ref(T, f[1]));
    assert_ptr_equal(old.p, rc_get(f[0]));
    assert_ptr_equal(rc_peek(&slot), rc_get(f[1]));
    assert_int_equal(references(T, f[0]), 2);
    assert_int_equal(references(T, f[1]), 2);
    rc_release(T, old);
    assert_int_equal(references(T, f[0]), 1);
    rc_release(T, rc_xchg(T, NULL, &slot, RC_NULL_REF));
    assert_int_equal(references(T, f[1]), 1);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void locked_verbs_do_the_same_inside_the_lock(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, box_new(T, int_new(T, 1000), int_new(T, 2000)));
    struct instance_obj *box = box_of(f[0]);
    struct rc_header *host = &box->container.obj.rc;
    rc_lock(T, host);
    f[1] = rc_load_locked(T, host, &box->fields[BOX_LEFT]);
    rc_ref right = rc_xchg_locked(T, host, &box->fields[BOX_RIGHT], RC_NULL_REF);
    rc_unlock(T, host);
    assert_int_equal(int_value(obj_get(f[1])), 1000);
    assert_int_equal(references(T, f[1]), 2);
    assert_int_equal(int_value(obj_of(right.p)), 2000);
    assert_int_equal(references_to(T, right.p), 1);
    rc_lock(T, host);
    rc_ref left = rc_xchg_locked(T, host, &box->fields[BOX_LEFT], right);
    rc_unlock(T, host);
    rc_release(T, left);
    assert_int_equal(references(T, f[1]), 1);
    f[2] = rc_load(T, host, &box->fields[BOX_LEFT]);
    assert_int_equal(int_value(obj_get(f[2])), 2000);
    assert_int_equal(references(T, f[2]), 2);
    assert_int_equal(references(T, f[0]), 1);
    for (unsigned i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

static void take_empties_a_slot_and_passes_its_reference_on(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, 12345));
    rc_init_slot(T, &slot, cell_ref(T, f[0]));
    rc_ref taken = rc_take(T, &slot);
    assert_ptr_equal(taken.p, rc_get(f[0]));
    assert_null(rc_peek(&slot));
    assert_int_equal(references(T, f[0]), 2);
    rc_release(T, taken);
    assert_int_equal(references(T, f[0]), 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void constant_slots_count_alike(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, int_new(T, 12345));
    f[1] = rc_move(T, tuple_new(T, 1, (rc_ref[]){cell_ref(T, f[0])}));
    struct tuple_obj *tuple = (struct tuple_obj *)obj_get(f[1]);
    assert_int_equal(references(T, f[0]), 2);
    assert_ptr_equal(rc_cpeek(&tuple->items[0]), rc_get(f[0]));
    f[2] = rc_cload(T, rc_get(f[1]), &tuple->items[0]);
    assert_ptr_equal(rc_get(f[2]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 3);
    rc_clear(T, &f[2]);
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[1]);
    (void)live_objects(T); /* the tuple is dead now */
    assert_int_equal(references(T, f[0]), 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void ctake_empties_a_constant_slot(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_cslot slot;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, 12345));
    rc_init_cslot(T, &slot, cell_ref(T, f[0]));
    rc_ref taken = rc_ctake(T, &slot);
    assert_ptr_equal(taken.p, rc_get(f[0]));
    assert_null(rc_cpeek(&slot));
    assert_int_equal(references(T, f[0]), 2);
    rc_release(T, taken);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void every_verb_takes_the_null_reference(void **state)
{
    struct thread *T = *state;
    rc_slot slot;
    rc_cslot constant;
    assert_null(rc_get(RC_NULL_LOC));
    assert_null(rc_get(rc_dup(T, RC_NULL_LOC)));
    rc_drop(T, RC_NULL_LOC);
    assert_null(rc_own(T, RC_NULL_LOC).p);
    assert_null(rc_get(rc_move(T, RC_NULL_REF)));
    rc_release(T, RC_NULL_REF);
    rc_init_slot(T, &slot, RC_NULL_REF);
    assert_null(rc_peek(&slot));
    assert_null(rc_get(rc_load(T, NULL, &slot)));
    rc_store(T, NULL, &slot, RC_NULL_REF);
    assert_null(rc_xchg(T, NULL, &slot, RC_NULL_REF).p);
    assert_null(rc_take(T, &slot).p);
    rc_init_cslot(T, &constant, RC_NULL_REF);
    assert_null(rc_cpeek(&constant));
    assert_null(rc_get(rc_cload(T, NULL, &constant)));
    assert_null(rc_ctake(T, &constant).p);
    thread_safepoint(T);
    rc_flush(T);
}

static void locked_verbs_take_the_null_reference(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    struct instance_obj *box = box_of(f[0]);
    struct rc_header *host = &box->container.obj.rc;
    rc_lock(T, host);
    f[1] = rc_load_locked(T, host, &box->fields[BOX_LEFT]);
    rc_ref old = rc_xchg_locked(T, host, &box->fields[BOX_LEFT], RC_NULL_REF);
    rc_unlock(T, host);
    assert_null(rc_get(f[1]));
    assert_null(old.p);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void unique_means_alone(void **state)
{
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 12345));
    f[1] = rc_dup(T, f[0]);
    assert_false(rc_is_unique(T, rc_get(f[0])));
    rc_init_slot(T, &slot, cell_own(T, &f[1]));
    assert_false(rc_is_unique(T, rc_get(f[0])));
    rc_clear(T, &f[0]);
    f[0] = rc_load(T, NULL, &slot);
    assert_false(rc_is_unique(T, rc_get(f[0])));
    rc_clear(T, &f[0]);
    f[0] = rc_move(T, none_ref(T));
    assert_false(rc_is_unique(T, rc_get(f[0])));
    rc_clear(T, &f[0]);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    RC_LEAVE(T, f);
}

static void immortals_never_change(void **state)
{
    struct thread *T = *state;
    rc_slot slot;
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, none_ref(T));
    f[1] = rc_move(T, bool_ref(T, true));
    f[2] = rc_move(T, bool_ref(T, false));
    for (unsigned i = 0; i < 3; i++) {
        struct rc_header *o = rc_get(f[i]);
        size_t before = rc_count(o);
        rc_init_slot(T, &slot, cell_ref(T, f[i]));
        f[3] = rc_load(T, NULL, &slot);
        assert_ptr_equal(rc_get(f[3]), o);
        assert_true(rc_count(o) == before);
        rc_clear(T, &f[3]);
        rc_store(T, NULL, &slot, RC_NULL_REF);
        rc_clear(T, &f[i]);
        rc_flush(T);
        assert_true(rc_count(o) == before);
    }
    RC_LEAVE(T, f);
}

static void death_is_prompt_or_comes_with_a_flush(void **state)
{
    needs_frees();
    struct thread *T = *state;
    size_t before = runtime_census().objects;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, box_new(T, int_new(T, 1000), int_new(T, 2000)));
    assert_int_equal(runtime_census().objects, before + 3);
    rc_clear(T, &f[0]);
    if (RC_PROMPT_DEATH)
        assert_int_equal(runtime_census().objects, before);
    runtime_settle(T);
    assert_int_equal(runtime_census().objects, before);
    RC_LEAVE(T, f);
}

static void deferred_drops_end_by_themselves(void **state)
{
    needs_frees();
    struct thread *T = *state;
    size_t before = runtime_census().objects;
    for (unsigned i = 0; i < 100000; i++) {
        rc_release(T, int_new(T, 1000 + i));
        thread_safepoint(T);
    }
    assert_in_range(runtime_census().objects, before, before + 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(a_new_object_has_one_reference),
        OBJECT_TEST(dup_adds_one_and_drop_ends_one),
        OBJECT_TEST(own_and_move_change_no_count),
        OBJECT_TEST(release_ends_one),
        OBJECT_TEST(init_slot_consumes_and_load_adds_one),
        OBJECT_TEST(store_consumes_and_releases_what_was_there),
        OBJECT_TEST(xchg_consumes_one_and_returns_one),
        OBJECT_TEST(locked_verbs_do_the_same_inside_the_lock),
        OBJECT_TEST(take_empties_a_slot_and_passes_its_reference_on),
        OBJECT_TEST(constant_slots_count_alike),
        OBJECT_TEST(ctake_empties_a_constant_slot),
        OBJECT_TEST(every_verb_takes_the_null_reference),
        OBJECT_TEST(locked_verbs_take_the_null_reference),
        OBJECT_TEST(unique_means_alone),
        OBJECT_TEST(immortals_never_change),
        OBJECT_TEST(death_is_prompt_or_comes_with_a_flush),
        OBJECT_TEST(deferred_drops_end_by_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
