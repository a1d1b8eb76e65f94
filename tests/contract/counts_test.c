/* Counts and their ranking: what was added is there, merged and summed, and the most frequent are first. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/counts.h"
#include "bench/trial/ranking.h"

static void add(struct thread *T, rc_loc counts, const char *text, int64_t more)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, text_ref(T, text));
    assert_true(counts_add(T, rc_dup(T, counts), cell_take(&f[0]), more));
    RC_LEAVE(T, f);
}

/* The count of a text, 0 if it is not there. */
static int64_t count_at(struct thread *T, rc_loc counts, const char *text)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, text_ref(T, text));
    f[1] = dict_get(T, counts, f[0]);
    int64_t count = loc_is_null(f[1]) ? 0 : int_value(obj_get(f[1]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return count;
}

static void merges_what_was_added(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, dict_new(T));
    add(T, f[0], "both", 1);
    add(T, f[0], "both", 2);
    add(T, f[0], "first", 1000);
    add(T, f[1], "both", 40);
    add(T, f[1], "second", 5);
    assert_true(counts_merge(T, rc_dup(T, f[0]), rc_dup(T, f[1])));
    assert_int_equal(count_at(T, f[0], "both"), 43);
    assert_int_equal(count_at(T, f[0], "first"), 1000);
    assert_int_equal(count_at(T, f[0], "second"), 5);
    assert_int_equal(count_at(T, f[1], "both"), 40);
    assert_int_equal(dict_length(T, f[0]), 3);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static void sums_in_any_order(void **state)
{
    struct thread *T = *state;
    uint64_t checksums[3] = {0};
    RC_FRAME(T, f, 3);
    for (size_t i = 0; i < 3; i++) {
        f[i] = rc_move(T, dict_new(T));
        add(T, f[i], i == 1 ? "b" : "a", 7);
        add(T, f[i], i == 1 ? "a" : "b", i == 2 ? 8 : 7);
        assert_int_equal(counts_sum(T, rc_dup(T, f[i]), &checksums[i]), i == 2 ? 15 : 14);
    }
    assert_true(checksums[0] == checksums[1]);
    assert_true(checksums[0] != checksums[2]);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* A count of more digits is before one of fewer; equal ones are in the order of their texts. */
static void ranks_the_frequent_first(void **state)
{
    struct thread *T = *state;
    static const char *const texts[] = {"rare", "z", "often", "most", "a"};
    static const int64_t numbers[] = {1, 10, 99, 100, 10};
    static const size_t order[] = {3, 2, 4, 1, 0};
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    for (size_t i = 0; i < 5; i++)
        add(T, f[0], texts[i], numbers[i]);
    f[1] = rc_move(T, ranking_new(T, rc_dup(T, f[0])));
    assert_int_equal(list_length(T, f[1]), 5);
    for (size_t i = 0; i < 5; i++) {
        const uint64_t count = (uint64_t)numbers[order[i]];
        assert_true(ranking_has(T, rc_dup(T, f[1]), i, texts[order[i]], count));
        assert_false(ranking_has(T, rc_dup(T, f[1]), i, texts[order[i]], count + 1));
        assert_false(ranking_has(T, rc_dup(T, f[1]), i, "another", count));
    }
    assert_false(ranking_has(T, rc_dup(T, f[1]), 5, "rare", 1));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(merges_what_was_added),
        OBJECT_TEST(sums_in_any_order),
        OBJECT_TEST(ranks_the_frequent_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
