/* Circles: whole, in parts and joined they have the members and numbers that they should, in both directions closed. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/cell.h"
#include "bench/trial/circle.h"
#include "runtimes/runtime.h"

enum { CIRCLES = 200 };

static void load_names(struct thread *T, rc_loc *names)
{
    for (enum circle_field field = 0; field < CIRCLE_FIELDS; field++)
        names[field] = rc_move(T, circle_name(T, field));
}

/* Of members [begin, end). */
static uint64_t expected_sum(uint64_t r, unsigned begin, unsigned end)
{
    uint64_t sum = 0;
    for (unsigned i = begin; i < end; i++)
        sum += mix64((uint64_t)circle_number(r, i));
    return sum;
}

static void expect_walk(const struct circle_hand *hand, rc_loc circle, unsigned length,
                        uint64_t expected)
{
    uint64_t sum = 0;
    assert_int_equal(circle_walk(hand, rc_dup(hand->T, circle), &sum), length);
    assert_true(sum == expected);
}

static void has_its_members(void **state)
{
    struct thread *T = *state;
    bool met[CIRCLE_MAX + 1] = {false};
    RC_FRAME(T, f, CIRCLE_FIELDS + 1);
    struct circle_hand hand = {T, f};
    rc_loc *circle = &f[CIRCLE_FIELDS];
    load_names(T, f);
    for (uint64_t r = 0; r < CIRCLES; r++) {
        const unsigned length = circle_length(r);
        assert_in_range(length, CIRCLE_MIN, CIRCLE_MAX);
        met[length] = true;
        *circle = rc_move(T, circle_new(&hand, r, 0, length));
        expect_walk(&hand, *circle, length, expected_sum(r, 0, length));
        rc_drop(T, cell_take(circle));
    }
    assert_true(met[CIRCLE_MIN] && met[CIRCLE_MAX]);
    cells_drop(T, f, CIRCLE_FIELDS);
    RC_LEAVE(T, f);
}

/* Joined again, two circles come apart: what joins is what is last, so that a wrong `back` is found. */
static void joins_and_comes_apart(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, CIRCLE_FIELDS + 2);
    struct circle_hand hand = {T, f};
    rc_loc *parts = &f[CIRCLE_FIELDS];
    load_names(T, f);
    for (uint64_t r = 0; r < CIRCLES; r++) {
        const unsigned length = circle_length(r);
        const unsigned half = length / 2;
        parts[0] = rc_move(T, circle_new(&hand, r, 0, half));
        parts[1] = rc_move(T, circle_new(&hand, r, half, length));
        assert_true(circle_join(&hand, rc_dup(T, parts[0]), rc_dup(T, parts[1])));
        expect_walk(&hand, parts[0], length, expected_sum(r, 0, length));
        expect_walk(&hand, parts[1], length, expected_sum(r, 0, length));
        assert_true(circle_join(&hand, rc_dup(T, parts[0]), rc_dup(T, parts[1])));
        expect_walk(&hand, parts[0], half, expected_sum(r, 0, half));
        expect_walk(&hand, parts[1], length - half, expected_sum(r, half, length));
        cells_drop(T, parts, 2);
    }
    cells_drop(T, f, CIRCLE_FIELDS);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(has_its_members),
        OBJECT_TEST(joins_and_comes_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
