/* None, bool, int and float: sharing, equality and hash across types, immortality, sizes. */
#include "tests/contract/object_fixture.h"

#include <math.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void immutable_rebinds(void **state)
{
    struct thread *T = *state;
    const size_t before = live_objects(T);
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, int_new(T, 1000));
    f[1] = rc_dup(T, f[0]);
    f[2] = rc_move(T, int_new(T, 1));
    rc_ref sum = int_add(T, f[0], f[2]);
    cell_drop(T, &f[0]);
    f[0] = rc_move(T, sum);
    assert_int_equal(int_value(obj_get(f[0])), 1001);
    assert_int_equal(int_value(obj_get(f[1])), 1000);
    assert_int_equal(live_objects(T), before + 2);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), before + 1); /* the old one dies with its last reference */
    cell_drop(T, &f[0]);
    cell_drop(T, &f[2]);
    RC_LEAVE(T, f);
}

static void small_ints_are_shared(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int64_t value = INT_SHARED_MIN - 3; value <= INT_SHARED_MAX + 3; value++) {
        f[0] = rc_move(T, int_new(T, value));
        f[1] = rc_move(T, int_new(T, value));
        assert_int_equal(int_value(obj_get(f[0])), value);
        assert_int_equal(rc_get(f[0]) == rc_get(f[1]), value >= -5 && value <= 256);
        assert_true(obj_equals(obj_get(f[0]), obj_get(f[1])));
        cell_drop(T, &f[0]);
        cell_drop(T, &f[1]);
    }
    RC_LEAVE(T, f);
}

static void immortals_never_change(void **state)
{
    struct thread *T = *state;
    enum { MORE = 1000 };
    rc_ref more[MORE];
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, none_ref(T));
    f[1] = rc_move(T, bool_ref(T, true));
    f[2] = rc_move(T, bool_ref(T, false));
    f[3] = rc_move(T, int_new(T, 7));
    for (int i = 0; i < 4; i++) {
        const size_t count = count_of(T, f[i]);
        for (int n = 0; n < MORE; n++)
            more[n] = cell_ref(T, f[i]);
        assert_int_equal(count_of(T, f[i]), count);
        for (int n = 0; n < MORE; n++)
            rc_release(T, more[n]);
        assert_int_equal(count_of(T, f[i]), count);
        cell_drop(T, &f[i]);
    }
    RC_LEAVE(T, f);
}

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

static void sizes(void **state)
{
    struct thread *T = *state;
    const size_t header = sizeof(struct rc_header);
    RC_FRAME(T, f, 5);
    f[0] = rc_move(T, none_ref(T));
    f[1] = rc_move(T, bool_ref(T, true));
    f[2] = rc_move(T, int_new(T, 7));
    f[3] = rc_move(T, int_new(T, 1000));
    f[4] = rc_move(T, float_new(T, 0.5));
    assert_int_equal(obj_size(obj_get(f[0])), header + 8); /* the classic 16 with a header of 8 */
    assert_int_equal(obj_size(obj_get(f[1])), header + 8);
    for (int i = 2; i < 5; i++)
        assert_int_equal(obj_size(obj_get(f[i])), header + 16); /* the classic 24 */
    for (int i = 0; i < 3; i++)
        assert_int_equal(obj_block_bytes(obj_get(f[i])), 0); /* outside of every heap */
    for (int i = 3; i < 5; i++)
        assert_int_equal(obj_block_bytes(obj_get(f[i])), heap_block_bytes(header + 16));
    for (int i = 0; i < 5; i++)
        cell_drop(T, &f[i]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(immortals_never_change),         OBJECT_TEST(immutable_rebinds),
        OBJECT_TEST(small_ints_are_shared),          OBJECT_TEST(singletons_are_themselves),
        OBJECT_TEST(numbers_are_equal_across_types), OBJECT_TEST(unequal_numbers_are_not),
        OBJECT_TEST(nan_is_equal_to_itself_only),    OBJECT_TEST(ints_add),
        OBJECT_TEST(overflow_stops_the_program),     OBJECT_TEST(sizes),
    };
    return cmocka_run_group_tests_name("object_number " RC_NAME, tests, NULL, NULL);
}
