/*
 * Every allocation failing in turn, in debug builds, where the heap can be made to fail.
 * Each operation either works or says so; what it was given is released, what it was to change is
 * as it was.
 */
#include "tests/contract/object_fixture.h"

#include "alloc/failure.h"

static const char *const pair_fields[] = {"first", "second"};
static const struct type pair_type = INSTANCE_TYPE("Pair", pair_fields);

/* Runs `attempt` with its first, second, ... allocation failing, until there was none left to fail.
 * `attempt` returns whether it got all memory, and leaves nothing behind. */
static void fail_each_in_turn(struct thread *T, bool (*attempt)(struct thread *T))
{
    if (!REFBENCH_DEBUG)
        skip();
    for (uint64_t n = 1;; n++) {
        failure_at(n);
        const bool done = attempt(T);
        const bool pending = failure_is_pending();
        failure_at(0);
        assert_int_equal(done, pending);
        assert_int_equal(live_objects(T), 0);
        if (pending) {
            assert_true(n > 1);
            return;
        }
    }
}

static bool make_leaves(struct thread *T)
{
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, int_new(T, 1000));
    f[1] = rc_move(T, float_new(T, 0.5));
    f[2] = rc_move(T, text_ref(T, "text"));
    bool done = true;
    for (int i = 0; i < 3; i++)
        done = done && !loc_is_null(f[i]);
    if (done)
        f[3] = rc_move(T, str_concat(T, f[2], f[2]));
    done = done && !loc_is_null(f[3]);
    for (int i = 0; i < 4; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
    return done;
}

static bool make_tuple_and_instance(struct thread *T)
{
    RC_FRAME(T, f, 2);
    rc_ref first = text_ref(T, "first");
    rc_ref second = text_ref(T, "second");
    bool done = !ref_is_null(first) && !ref_is_null(second);
    f[0] = rc_move(T, tuple_new(T, 2, (rc_ref[]){first, second}));
    done = done && !loc_is_null(f[0]);
    first = text_ref(T, "first");
    done = done && !ref_is_null(first);
    f[1] = rc_move(T, instance_new(T, &pair_type, (rc_ref[]){first, RC_NULL_REF}));
    done = done && !loc_is_null(f[1]);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    return done;
}

static bool fill_list(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 2));
    bool done = !loc_is_null(f[0]);
    for (size_t i = 0; done && i < 100; i++) {
        rc_ref item = int_new(T, 1000 + (int64_t)i);
        done = !ref_is_null(item) && list_append(T, f[0], item);
        assert_int_equal(list_length(T, f[0]), i + done);
    }
    const size_t length = loc_is_null(f[0]) ? 0 : list_length(T, f[0]);
    for (size_t i = 0; i < length; i++) {
        f[1] = list_get(T, f[0], i);
        assert_int_equal(int_value(obj_get(f[1])), 1000 + i);
        cell_drop(T, &f[1]);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static bool insert_next(struct thread *T, rc_loc dict, int64_t number)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, 1000 + number));
    rc_ref value = text_ref(T, "value");
    bool done = !loc_is_null(f[0]) && !ref_is_null(value);
    if (!done) {
        rc_release(T, value);
    } else if (number % 2 == 0) {
        done = dict_set(T, dict, f[0], value);
    } else {
        f[1] = dict_setdefault(T, dict, f[0], value);
        done = !loc_is_null(f[1]);
        cell_drop(T, &f[1]);
    }
    assert_int_equal(dict_length(T, dict), number + done);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static void assert_all_there(struct thread *T, rc_loc dict)
{
    RC_FRAME(T, f, 2);
    size_t position = 0;
    int64_t number = 0;
    for (; dict_next(T, dict, &position, &f[0], &f[1]); number++) {
        assert_int_equal(int_value(obj_get(f[0])), 1000 + number);
        cell_drop(T, &f[1]);
        f[1] = dict_get(T, dict, f[0]);
        assert_string_equal(str_text(obj_get(f[1])), "value");
        cell_drop(T, &f[0]);
        cell_drop(T, &f[1]);
    }
    assert_int_equal(number, dict_length(T, dict));
    RC_LEAVE(T, f);
}

static bool fill_dict(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    bool done = !loc_is_null(f[0]);
    for (int64_t i = 0; done && i < 30; i++)
        done = insert_next(T, f[0], i);
    if (!loc_is_null(f[0]))
        assert_all_there(T, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

static void leaves(void **state) { fail_each_in_turn(*state, make_leaves); }
static void tuple_and_instance(void **state) { fail_each_in_turn(*state, make_tuple_and_instance); }
static void list(void **state) { fail_each_in_turn(*state, fill_list); }
static void dict(void **state) { fail_each_in_turn(*state, fill_dict); }

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(leaves),
        OBJECT_TEST(tuple_and_instance),
        OBJECT_TEST(list),
        OBJECT_TEST(dict),
    };
    return cmocka_run_group_tests_name("object_memory " RC_NAME, tests, NULL, NULL);
}
