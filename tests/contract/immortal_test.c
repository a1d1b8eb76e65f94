/* Immortal objects in places of their own behave as objects, are never counted, and leave nothing behind. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/immortal.h"

static struct {
    struct dict_obj dict;
    struct list_obj list;
    struct int_obj one, two;
    struct immortal_str text;
    struct immortal_tuple tuple;
    struct immortal_instance instance;
} places;

static const char *const fields[] = {"left", "right"};
static const struct type pair_type = INSTANCE_TYPE("Pair", fields);

static void expect_number(struct thread *T, rc_loc loc, int64_t number)
{
    assert_false(loc_is_null(loc));
    assert_int_equal(int_value(obj_get(loc)), number);
    rc_drop(T, loc);
}

static void they_are_objects(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    rc_ref one = immortal_int(T, &places.one, 1001);
    rc_ref two = immortal_int(T, &places.two, 1002);
    f[0] = rc_move(T, immortal_tuple(T, &places.tuple, 2, (rc_ref[]){one, two}));
    f[1] = rc_move(T, immortal_instance(T, &places.instance, &pair_type, (rc_ref[]){two, one}));
    assert_int_equal(tuple_length(obj_get(f[0])), 2);
    expect_number(T, tuple_get(T, f[0], 1), 1002);
    expect_number(T, instance_get(T, f[1], 1), 1001);
    f[2] = rc_move(T, immortal_str(T, &places.text, "spam", 4));
    assert_string_equal(str_text(obj_get(f[2])), "spam");
    assert_int_equal(str_length(obj_get(f[2])), 4);
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static void containers_are_filled_and_cleared(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 4);
    for (int round = 0; round < 2; round++) { /* in the same places again */
        rc_ref one = immortal_int(T, &places.one, 1001);
        f[0] = rc_move(T, immortal_list(T, &places.list));
        f[1] = rc_move(T, immortal_dict(T, &places.dict));
        f[2] = rc_move(T, immortal_str(T, &places.text, "spam", 4));
        f[3] = rc_move(T, str_new(T, "spam", 4));
        assert_int_equal(list_length(T, f[0]), 0);
        assert_int_equal(dict_length(T, f[1]), 0);
        assert_true(list_append(T, f[0], one));
        assert_true(dict_set(T, f[1], f[2], one));
        expect_number(T, list_get(T, f[0], 0), 1001);
        expect_number(T, dict_get(T, f[1], f[3]), 1001);
        immortal_clear_list(T, &places.list);
        immortal_clear_dict(T, &places.dict);
        for (int i = 0; i < 4; i++)
            cell_drop(T, &f[i]);
    }
    RC_LEAVE(T, f);
}

static void they_outlive_their_references(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, immortal_int(T, &places.one, 1001));
    const size_t before = obj_refcount(T, f[0]);
    f[1] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 100; i++)
        assert_true(list_append(T, f[1], rc_own(T, rc_dup(T, f[0]))));
    assert_int_equal(obj_refcount(T, f[0]), before);
    cell_drop(T, &f[1]);
    gc_collect(T, GC_GENERATIONS - 1);
    runtime_settle(T);
    assert_int_equal(obj_refcount(T, f[0]), before);
    assert_int_equal(int_value(obj_get(f[0])), 1001);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* What they hold in the heap is reachable, and what holds them is collected. */
static void the_collector_passes_through(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, immortal_list(T, &places.list));
    f[1] = rc_move(T, list_new(T, 2));
    assert_true(list_append(T, f[1], rc_own(T, rc_dup(T, f[1]))));
    assert_true(list_append(T, f[1], rc_own(T, rc_dup(T, f[0]))));
    assert_true(list_append(T, f[0], rc_own(T, rc_dup(T, f[1]))));
    cell_drop(T, &f[1]);
    assert_int_equal(gc_collect(T, GC_GENERATIONS - 1), 0);
    immortal_clear_list(T, &places.list);
    runtime_settle(T);
    assert_int_equal(gc_collect(T, GC_GENERATIONS - 1), 1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(they_are_objects),
        OBJECT_TEST(containers_are_filled_and_cleared),
        OBJECT_TEST(they_outlive_their_references),
        OBJECT_TEST(the_collector_passes_through),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
