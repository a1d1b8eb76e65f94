/* Sorting tuples by their first items: in order, keeping equal ones as they were, for every length. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/sort.h"

/* (text, number), or (None, number) for an empty text */
static rc_ref make_tuple(struct thread *T, const char *text, int64_t number)
{
    rc_ref first = *text != '\0' ? text_ref(T, text) : none_ref(T);
    return tuple_new(T, 2, (rc_ref[]){first, int_new(T, number)});
}

/* The number of tuple `index`. */
static int64_t number_at(struct thread *T, rc_loc tuples, size_t index)
{
    RC_FRAME(T, f, 2);
    f[0] = list_get(T, tuples, index);
    f[1] = tuple_get(T, f[0], 1);
    int64_t number = int_value(obj_get(f[1]));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    return number;
}

static void expect_order(struct thread *T, const char *const *texts, size_t length,
                         const int64_t *order)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (size_t i = 0; i < length; i++)
        assert_true(list_append(T, f[0], make_tuple(T, texts[i], (int64_t)i)));
    rc_loc tuples = f[0];
    f[0] = RC_NULL_LOC;
    f[0] = rc_move(T, sort_tuples(T, tuples));
    assert_int_equal(list_length(T, f[0]), length);
    for (size_t i = 0; i < length; i++)
        if (number_at(T, f[0], i) != order[i])
            fail_msg("place %zu of %zu, expected tuple %jd, found %jd", i, length,
                     (intmax_t)order[i], (intmax_t)number_at(T, f[0], i));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void orders_texts(void **state)
{
    static const char *const texts[] = {"b", "a", "ab", "\xc3\x85", "Z", "aa", "b"};
    expect_order(*state, texts, 7, (int64_t[]){4, 1, 5, 2, 0, 6, 3});
}

static void keeps_equal_ones(void **state)
{
    static const char *const texts[] = {"x", "x", "", "x", "x"};
    expect_order(*state, texts, 5, (int64_t[]){0, 1, 2, 3, 4});
    expect_order(*state, texts, 0, NULL);
}

/* Lengths that are no powers of two leave runs without a partner. */
static void orders_every_length(void **state)
{
    enum { MOST = 70 };
    char texts[MOST][8];
    const char *pointers[MOST];
    int64_t order[MOST];
    for (size_t length = 1; length <= MOST; length++) {
        for (size_t i = 0; i < length; i++) { /* downwards */
            snprintf(texts[i], sizeof texts[i], "%03zu", length - i);
            pointers[i] = texts[i];
            order[i] = (int64_t)(length - 1 - i);
        }
        expect_order(*state, pointers, length, order);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(orders_texts),
        OBJECT_TEST(keeps_equal_ones),
        OBJECT_TEST(orders_every_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
