/* None, bool, int and float: what is one object, equality and hash across types, arithmetic. */
#include "tests/contract/object_fixture.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void singletons_are_themselves(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, none_ref(T));
    f[1] = rc_move(T, bool_ref(T, false));
    f[2] = rc_move(T, bool_ref(T, true));
    assert_true(obj_is_none(obj_get(f[0])));
    assert_false(obj_is_none(obj_get(f[1])));
    assert_false(bool_value(obj_get(f[1])));
    assert_true(bool_value(obj_get(f[2])));
    assert_false(obj_equals(obj_get(f[0]), obj_get(f[1])));
    for (int i = 0; i < 3; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

static void assert_alike(struct thread *T, rc_ref a, rc_ref b, bool expected)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, a);
    f[1] = rc_move(T, b);
    const struct obj *x = obj_get(f[0]);
    const struct obj *y = obj_get(f[1]);
    assert_int_equal(obj_equals(x, y), expected);
    assert_int_equal(obj_equals(y, x), expected);
    if (expected)
        assert_int_equal(obj_hash(x), obj_hash(y));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void numbers_are_equal_across_types(void **state)
{
    struct thread *T = *state;
    assert_alike(T, int_new(T, 1), float_new(T, 1.0), true);
    assert_alike(T, int_new(T, 1), bool_ref(T, true), true);
    assert_alike(T, bool_ref(T, true), float_new(T, 1.0), true);
    assert_alike(T, int_new(T, 0), float_new(T, -0.0), true);
    assert_alike(T, bool_ref(T, false), float_new(T, 0.0), true);
    assert_alike(T, int_new(T, -1000), float_new(T, -1000.0), true);
    assert_alike(T, float_new(T, 2.5), float_new(T, 2.5), true);
    assert_alike(T, int_new(T, INT64_MIN), float_new(T, -0x1p63), true);
    assert_alike(T, float_new(T, INFINITY), float_new(T, INFINITY), true);
}

static void unequal_numbers_are_not(void **state)
{
    struct thread *T = *state;
    assert_alike(T, int_new(T, 2), float_new(T, 2.5), false);
    assert_alike(T, int_new(T, 2), bool_ref(T, true), false);
    assert_alike(T, int_new(T, 1000), int_new(T, 1001), false);
    assert_alike(T, int_new(T, (INT64_C(1) << 53) + 1), float_new(T, 0x1p53),
                 false); /* exact, not rounded */
    assert_alike(T, int_new(T, INT64_MAX), float_new(T, 0x1p63), false);
    assert_alike(T, float_new(T, INFINITY), float_new(T, -INFINITY), false);
    assert_alike(T, int_new(T, 0), none_ref(T), false);
    assert_alike(T, int_new(T, 1), text_ref(T, "1"), false);
    assert_alike(T, float_new(T, NAN), float_new(T, NAN), false);
}

static void nan_is_equal_to_itself_only(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, float_new(T, NAN));
    assert_true(isnan(float_value(obj_get(f[0]))));
    assert_true(obj_equals(obj_get(f[0]), obj_get(f[0])));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void ints_add(void **state)
{
    struct thread *T = *state;
    static const int64_t values[][2] = {
        {0, 0}, {-7, 3}, {200, 100}, {INT64_MAX, 0}, {INT64_MAX, INT64_MIN}, {INT64_MIN, 1}};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        RC_FRAME(T, f, 3);
        f[0] = rc_move(T, int_new(T, values[i][0]));
        f[1] = rc_move(T, int_new(T, values[i][1]));
        f[2] = rc_move(T, int_add(T, f[0], f[1]));
        assert_int_equal(int_value(obj_get(f[2])), values[i][0] + values[i][1]);
        for (int cell = 0; cell < 3; cell++)
            cell_drop(T, &f[cell]);
        RC_LEAVE(T, f);
    }
}

static _Noreturn void overflow_in_child(struct thread *T)
{
    if (freopen("/dev/null", "w", stderr) == NULL) /* the message is expected */
        _exit(1);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, INT64_MAX));
    f[1] = rc_move(T, int_new(T, 1));
    rc_release(T, int_add(T, f[0], f[1]));
    _exit(0);
}

static void overflow_stops_the_program(void **state)
{
    pid_t child = fork();
    assert_int_not_equal(child, -1);
    if (child == 0)
        overflow_in_child(*state);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(singletons_are_themselves),
        OBJECT_TEST(numbers_are_equal_across_types),
        OBJECT_TEST(unequal_numbers_are_not),
        OBJECT_TEST(nan_is_equal_to_itself_only),
        OBJECT_TEST(ints_add),
        OBJECT_TEST(overflow_stops_the_program),
    };
    return cmocka_run_group_tests_name("object_number " RC_NAME, tests, NULL, NULL);
}
