/* Weak references in one thread: null with the death of the target, whatever that is and however many there are. */
#include "tests/contract/weakref_fixture.h"

#include "alloc/failure.h"

/* --- alive and dead ------------------------------------------------------------------------------------------------- */

static void gives_its_target(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weakref_new(T, f[0], NULL, text_ref(T, "argument")));
    assert_int_equal(references(T, f[0]), 1);
    f[2] = weakref_get(T, f[1]);
    assert_ptr_equal(rc_get(f[2]), rc_get(f[0]));
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[0]);
    deaths(T);
    assert_false(is_null(T, f[1]));
    rc_clear(T, &f[2]);
    f[2] = weakref_argument(T, f[1]);
    assert_string_equal(str_text(obj_get(f[2])), "argument");
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static rc_ref make_container(struct thread *T, enum obj_kind kind)
{
    switch (kind) {
    case OBJ_TUPLE:
        return tuple_new(T, 0, NULL);
    case OBJ_LIST:
        return list_new(T, 0);
    case OBJ_DICT:
        return dict_new(T);
    default:
        return box_new(T, RC_NULL_REF, RC_NULL_REF);
    }
}

static void names_any_container(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static const enum obj_kind kinds[] = {OBJ_TUPLE, OBJ_LIST, OBJ_DICT, OBJ_INSTANCE};
    RC_FRAME(T, f, 2);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        f[0] = rc_move(T, make_container(T, kinds[i]));
        f[1] = rc_move(T, weak(T, f[0], note));
        assert_false(is_null(T, f[1]));
        rc_clear(T, &f[0]);
        assert_calls(T, (unsigned)i + 1);
        assert_true(is_null(T, f[1]));
        rc_clear(T, &f[1]);
    }
    RC_LEAVE(T, f);
}

static void names_a_weak_reference(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], note));
    f[2] = rc_move(T, weak(T, f[1], note));
    rc_clear(T, &f[1]);
    assert_calls(T, 1);
    assert_ptr_equal(seen.last, rc_get(f[2]));
    rc_clear(T, &f[0]);
    assert_calls(T, 1);
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
}

/* Whatever comes to lie in the dead one's place is not named. */
static void not_what_comes_after(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int i = 0; i < 100; i++) {
        f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
        f[1] = rc_move(T, weak(T, f[0], NULL));
        rc_clear(T, &f[0]);
        deaths(T);
        f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
        assert_true(is_null(T, f[1]));
        rc_clear(T, &f[0]);
        rc_clear(T, &f[1]);
    }
    RC_LEAVE(T, f);
}

static void many_of_one_target(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { MANY = 20 * 1000 };
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, list_new(T, MANY));
    f[1] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    for (int i = 0; i < MANY; i++)
        assert_true(list_append(T, f[0], weak(T, f[1], note)));
    rc_clear(T, &f[1]);
    assert_calls(T, MANY);
    for (size_t i = 0; i < MANY; i++) {
        f[2] = list_get(T, f[0], i);
        assert_true(is_null(T, f[2]));
        rc_clear(T, &f[2]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Chains that grow with their number; were one longer than it should be, this would take minutes. */
static void many_targets(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const int many = ROUNDS(200 * 1000);
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, list_new(T, 0));
    f[1] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < many; i++) {
        f[2] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
        assert_true(list_append(T, f[1], weak(T, f[2], note)));
        assert_true(list_append(T, f[0], cell_own(T, &f[2])));
    }
    for (int i = 0; i < many / 2; i++)
        rc_release(T, list_pop(T, f[0]));
    assert_calls(T, (unsigned)many / 2);
    for (int i = 0; i < many; i++)
        rc_release(T, list_pop(T, f[1]));
    rc_clear(T, &f[0]);
    assert_calls(T, (unsigned)many / 2);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* --- without memory ------------------------------------------------------------------------------------------------- */

enum { NAMES = 40 };

/* Makes NAMES weak references to one box and ends it; how many could be made. */
static unsigned name_often(struct thread *T)
{
    unsigned made = 0;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, make_container(T, OBJ_LIST));
    for (int i = 0; i < NAMES; i++) {
        rc_ref weakref = weakref_new(T, f[0], note, text_ref(T, "argument"));
        if (!ref_is_null(weakref))
            made += list_append(T, f[1], weakref);
    }
    rc_clear(T, &f[0]);
    deaths(T);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    return made;
}

/* The argument, the weak reference and its place in the list may fail, and then one is missing; a table of chains that
 * cannot grow is none the worse. */
static void survives_each_failure(void **state)
{
    needs_frees();
    struct thread *T = *state;
    uint64_t n = 2; /* the box */
    bool pending = false;
    if (!REFBENCH_DEBUG)
        skip();
    while (!pending) {
        seen.calls = 0;
        failure_at(++n);
        const unsigned made = name_often(T);
        pending = failure_is_pending();
        failure_at(0);
        assert_in_range(made, NAMES - 1, NAMES);
        assert_int_equal(seen.calls, made);
        assert_int_equal(live_objects(T), 0);
    }
    assert_true(n > (uint64_t)2 * NAMES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WEAKREF_TEST(gives_its_target),       WEAKREF_TEST(names_any_container),
        WEAKREF_TEST(names_a_weak_reference), WEAKREF_TEST(not_what_comes_after),
        WEAKREF_TEST(many_of_one_target),     WEAKREF_TEST(many_targets),
        WEAKREF_TEST(survives_each_failure),
    };
    return cmocka_run_group_tests_name("object weakref " RC_NAME, tests, NULL, NULL);
}
