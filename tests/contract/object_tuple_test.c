/* Tuples: items, equality and hash by value, references taken and given up. */
#include "tests/contract/object_fixture.h"

static rc_ref pair(struct thread *T, rc_ref first, rc_ref second)
{
    return tuple_new(T, 2, (rc_ref[]){first, second});
}

static void holds_its_items(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { ITEMS = 100 };
    rc_ref items[ITEMS];
    for (int i = 0; i < ITEMS; i++)
        items[i] = int_new(T, 1000 + i);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, tuple_new(T, ITEMS, items));
    assert_int_equal(tuple_length(obj_get(f[0])), ITEMS);
    for (size_t i = 0; i < ITEMS; i++) {
        f[1] = tuple_get(T, f[0], i);
        assert_ptr_equal(rc_get(f[1]), items[i].p);
        assert_int_equal(int_value(obj_get(f[1])), 1000 + i);
        cell_drop(T, &f[1]);
    }
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void may_be_empty(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, tuple_new(T, 0, NULL));
    f[1] = rc_move(T, tuple_new(T, 0, NULL));
    assert_int_equal(tuple_length(obj_get(f[0])), 0);
    assert_true(obj_equals(obj_get(f[0]), obj_get(f[1])));
    assert_int_equal(obj_hash(obj_get(f[0])), obj_hash(obj_get(f[1])));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

/* An item read out of a tuple outlives it. */
static void item_survives_its_tuple(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, pair(T, text_ref(T, "left"), text_ref(T, "right")));
    f[1] = tuple_get(T, f[0], 1);
    cell_drop(T, &f[0]);
    thread_safepoint(T);
    assert_string_equal(str_text(obj_get(f[1])), "right");
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void assert_tuples(struct thread *T, rc_ref a, rc_ref b, bool expected)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, a);
    f[1] = rc_move(T, b);
    assert_int_equal(obj_equals(obj_get(f[0]), obj_get(f[1])), expected);
    assert_int_equal(obj_hash(obj_get(f[0])) == obj_hash(obj_get(f[1])), expected);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void equality_and_hash_are_by_value(void **state)
{
    struct thread *T = *state;
    assert_tuples(T, pair(T, int_new(T, 1000), text_ref(T, "a")),
                  pair(T, int_new(T, 1000), text_ref(T, "a")), true);
    assert_tuples(T, pair(T, int_new(T, 1), none_ref(T)), pair(T, float_new(T, 1.0), none_ref(T)),
                  true);
    assert_tuples(T, pair(T, int_new(T, 1), int_new(T, 2)), pair(T, int_new(T, 2), int_new(T, 1)),
                  false);
    assert_tuples(T, pair(T, int_new(T, 1), int_new(T, 2)),
                  tuple_new(T, 1, (rc_ref[]){int_new(T, 1)}), false);
    assert_tuples(T, tuple_new(T, 0, NULL), tuple_new(T, 1, (rc_ref[]){none_ref(T)}), false);
    assert_tuples(T, tuple_new(T, 0, NULL), none_ref(T), false);
}

static void equality_looks_into_nested_tuples(void **state)
{
    struct thread *T = *state;
    rc_ref a = pair(T, int_new(T, 1), pair(T, int_new(T, 2), text_ref(T, "x")));
    rc_ref b = pair(T, int_new(T, 1), pair(T, int_new(T, 2), text_ref(T, "x")));
    rc_ref c = pair(T, int_new(T, 1), pair(T, int_new(T, 2), text_ref(T, "y")));
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, a);
    assert_tuples(T, cell_ref(T, f[0]), b, true);
    assert_tuples(T, cell_ref(T, f[0]), c, false);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Mutable items have no value that could be compared: they are equal to themselves only. */
static void mutable_items_are_compared_by_identity(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    assert_tuples(T, pair(T, cell_ref(T, f[0]), none_ref(T)),
                  pair(T, cell_ref(T, f[0]), none_ref(T)), true);
    assert_tuples(T, pair(T, cell_ref(T, f[0]), none_ref(T)), pair(T, list_new(T, 0), none_ref(T)),
                  false);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void counts_what_it_holds(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (RC_BORROWS)
        skip();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, text_ref(T, "item"));
    f[1] = rc_move(T, pair(T, cell_ref(T, f[0]), cell_ref(T, f[0])));
    assert_int_equal(count_of(T, f[0]), 3);
    f[2] = tuple_get(T, f[1], 0);
    assert_int_equal(count_of(T, f[0]), 4);
    cell_drop(T, &f[1]);
    (void)live_objects(T); /* the tuple is dead now */
    assert_int_equal(count_of(T, f[0]), 2);
    cell_drop(T, &f[2]);
    assert_int_equal(count_of(T, f[0]), 1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void size_is_head_and_items(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (size_t length = 0; length < 100; length += 9) {
        rc_ref items[100];
        for (size_t i = 0; i < length; i++)
            items[i] = none_ref(T);
        f[0] = rc_move(T, tuple_new(T, length, items));
        const size_t size = obj_size(obj_get(f[0]));
        assert_int_equal(size, sizeof(struct tuple_obj) + length * sizeof(rc_cslot));
        if (sizeof(rc_cslot) == 8)
            assert_in_range(size, 0,
                            32 + sizeof(struct rc_header) + LINKS +
                                8 * length); /* 40 + 8 n with a header of 8 */
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static bool is_tracked(rc_loc loc)
{
    return gc_head_is_tracked(&((struct container *)obj_get(loc))->gc);
}

/* Cells 0 and 1: a tuple of an int, and one of that; 2: a tuple of a list. */
static void make_nested(struct thread *T, rc_loc *cells)
{
    cells[0] = rc_move(T, tuple_new(T, 1, (rc_ref[]){int_new(T, 1000)}));
    cells[1] = rc_move(T, pair(T, cell_ref(T, cells[0]), none_ref(T)));
    cells[2] = rc_move(T, pair(T, none_ref(T), list_new(T, 0)));
}

static void tracked_if_it_can_be_in_a_cycle(struct thread *T, size_t number_from)
{
    RC_FRAME(T, f, 3);
    gc_number_from(number_from);
    make_nested(T, f);
    for (size_t i = 0; i < 3; i++)
        assert_true(is_tracked(f[i]));
    for (int i = 0; i < 2; i++)
        gc_collect(T, GC_GENERATIONS - 1);
    assert_false(is_tracked(f[0]));
    assert_false(is_tracked(f[1]));
    assert_true(is_tracked(f[2]));
    for (size_t i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    gc_number_from(GC_NUMBER_FROM);
    RC_LEAVE(T, f);
}

/* Larger than what pools have, and held by a list alone. */
static void large_one_survives(struct thread *T, size_t number_from)
{
    enum { LENGTH = 100 };
    RC_FRAME(T, f, 2);
    rc_ref items[LENGTH];
    for (int i = 0; i < LENGTH; i++)
        items[i] = int_new(T, 1000 + i);
    gc_number_from(number_from);
    f[0] = rc_move(T, list_new(T, 1));
    assert_true(list_append(T, f[0], tuple_new(T, LENGTH, items)));
    for (int i = 0; i < 2; i++) {
        assert_int_equal(gc_collect(T, GC_GENERATIONS - 1), 0);
        f[1] = list_get(T, f[0], 0);
        assert_false(is_tracked(f[1]));
        assert_non_null(rc_cpeek(&((struct tuple_obj *)obj_get(f[1]))->items[LENGTH - 1]));
        cell_drop(T, &f[1]);
    }
    cell_drop(T, &f[0]);
    gc_number_from(GC_NUMBER_FROM);
    RC_LEAVE(T, f);
}

static void large_one_survives_by_number(void **state) { large_one_survives(*state, 0); }
static void large_one_survives_in_words(void **state) { large_one_survives(*state, SIZE_MAX); }

static void tracking_by_number(void **state) { tracked_if_it_can_be_in_a_cycle(*state, 0); }
static void tracking_in_words(void **state) { tracked_if_it_can_be_in_a_cycle(*state, SIZE_MAX); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(holds_its_items),
        OBJECT_TEST(may_be_empty),
        OBJECT_TEST(item_survives_its_tuple),
        OBJECT_TEST(equality_and_hash_are_by_value),
        OBJECT_TEST(equality_looks_into_nested_tuples),
        OBJECT_TEST(mutable_items_are_compared_by_identity),
        OBJECT_TEST(counts_what_it_holds),
        OBJECT_TEST(size_is_head_and_items),
        OBJECT_TEST(large_one_survives_by_number),
        OBJECT_TEST(large_one_survives_in_words),
        OBJECT_TEST(tracking_by_number),
        OBJECT_TEST(tracking_in_words),
    };
    return cmocka_run_group_tests_name("object_tuple " RC_NAME, tests, NULL, NULL);
}
