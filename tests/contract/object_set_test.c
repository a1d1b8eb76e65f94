/* Sets: membership, order, growth, references, sizes. */
#include "tests/contract/object_fixture.h"

#include "alloc/failure.h"

static bool add_int(struct thread *T, rc_loc set, int64_t value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, value));
    const bool done = set_add(T, set, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static bool has_int(struct thread *T, rc_loc set, int64_t value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, value));
    const bool there = set_contains(T, set, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return there;
}

static bool remove_int(struct thread *T, rc_loc set, int64_t value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, value));
    const bool done = set_remove(T, set, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

/* -1 at the end. */
static int64_t next_int(struct thread *T, rc_loc set, size_t *position)
{
    RC_FRAME(T, f, 1);
    const bool more = set_next(T, set, position, &f[0]);
    const int64_t value = more ? int_value(obj_get(f[0])) : -1;
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return value;
}

static void members_are_found_until_removed(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, set_new(T));
    assert_false(has_int(T, f[0], 1));
    assert_false(remove_int(T, f[0], 1));
    for (int64_t i = 0; i < 1000; i++)
        assert_true(add_int(T, f[0], i * 7));
    assert_int_equal(set_length(T, f[0]), 1000);
    for (int64_t i = 0; i < 7000; i++)
        assert_int_equal(has_int(T, f[0], i), i % 7 == 0);
    for (int64_t i = 0; i < 1000; i += 2)
        assert_true(remove_int(T, f[0], i * 7));
    for (int64_t i = 0; i < 1000; i++)
        assert_int_equal(has_int(T, f[0], i * 7), i % 2);
    assert_int_equal(set_length(T, f[0]), 500);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* The member is the one that came first; a second, equal key is not kept. */
static void equal_keys_are_one_member(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, set_new(T));
    f[1] = rc_move(T, text_ref(T, "one text"));
    f[2] = rc_move(T, text_ref(T, "one text"));
    assert_true(set_add(T, f[0], f[1]));
    assert_true(set_add(T, f[0], f[2]));
    assert_int_equal(set_length(T, f[0]), 1);
    f[3] = set_get(T, f[0], f[2]);
    assert_ptr_equal(rc_get(f[3]), rc_get(f[1]));
    cell_drop(T, &f[3]);
    assert_int_equal(count_of(T, f[1]), 2);
    assert_int_equal(count_of(T, f[2]), 1);
    assert_true(set_remove(T, f[0], f[2]));
    assert_int_equal(count_of(T, f[1]), 1);
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static void order_is_that_of_insertion(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, set_new(T));
    for (int64_t i = 0; i < 100; i++)
        assert_true(add_int(T, f[0], 1000 - i));
    assert_true(remove_int(T, f[0], 995));
    assert_true(add_int(T, f[0], 995));
    size_t position = 0;
    for (int64_t i = 0; i < 100; i++)
        if (i != 5)
            assert_int_equal(next_int(T, f[0], &position), 1000 - i);
    assert_int_equal(next_int(T, f[0], &position), 995);
    assert_int_equal(next_int(T, f[0], &position), -1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void clear_releases_members(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    f[1] = rc_move(T, text_ref(T, "member"));
    assert_true(set_add(T, f[0], f[1]));
    for (int64_t i = 0; i < 100; i++)
        assert_true(add_int(T, f[0], 1000 + i));
    set_clear(T, set_of(f[0]));
    assert_int_equal(set_length(T, f[0]), 0);
    assert_false(set_contains(T, f[0], f[1]));
    assert_int_equal(count_of(T, f[1]), 1);
    assert_true(set_add(T, f[0], f[1]));
    assert_int_equal(set_length(T, f[0]), 1);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* A set that is a member of a tuple that it has as member: i = (s,), s = {i}. */
static void cycle_through_a_member_is_collected(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static const char *const names[] = {"s"};
    static const struct type node_type = INSTANCE_TYPE("Node", names);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    f[1] = rc_move(T, instance_new(T, &node_type, (rc_ref[]){cell_ref(T, f[0])}));
    assert_true(set_add(T, f[0], f[1]));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(gc_collect(T, GC_GENERATIONS - 1), 2);
    assert_int_equal(live_objects(T), 0);
}

static void size_is_head_and_table(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, set_new(T));
    assert_int_equal(obj_size(obj_get(f[0])), sizeof(struct set_obj));
    for (int i = 1; i <= 9; i++)
        assert_true(add_int(T, f[0], i)); /* 16 slots of a byte, 10 entries */
    assert_int_equal(obj_size(obj_get(f[0])), sizeof(struct set_obj) + TABLE_PREFIX +
                                                  sizeof(struct hash_table) +
                                                  10 * sizeof(struct hash_entry) + 16);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void without_memory_the_set_is_unchanged(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (!REFBENCH_DEBUG)
        skip();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, set_new(T));
    for (int64_t i = 0; i < 5; i++)
        assert_true(add_int(T, f[0], 1000 + i));
    f[1] = rc_move(T, int_new(T, 2000));
    failure_at(1);
    assert_false(set_add(T, f[0], f[1]));
    failure_at(0);
    assert_int_equal(set_length(T, f[0]), 5);
    assert_int_equal(count_of(T, f[1]), 1);
    assert_true(set_add(T, f[0], f[1]));
    assert_int_equal(set_length(T, f[0]), 6);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(members_are_found_until_removed),     OBJECT_TEST(equal_keys_are_one_member),
        OBJECT_TEST(order_is_that_of_insertion),          OBJECT_TEST(clear_releases_members),
        OBJECT_TEST(cycle_through_a_member_is_collected), OBJECT_TEST(size_is_head_and_table),
        OBJECT_TEST(without_memory_the_set_is_unchanged),
    };
    return cmocka_run_group_tests_name("object_set " RC_NAME, tests, NULL, NULL);
}
