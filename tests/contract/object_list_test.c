/* Lists: items, growth, identity, counts, and several threads at one list. */
#include "tests/contract/object_fixture.h"

static rc_ref list_of_ints(struct thread *T, int64_t from, int64_t to)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (int64_t i = from; i < to; i++)
        assert_true(list_append(T, f[0], int_new(T, i)));
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

static int64_t int_at(struct thread *T, rc_loc list, size_t index)
{
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, list, index);
    const int64_t value = int_value(obj_get(f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return value;
}

static void appends_and_gets(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_of_ints(T, 1000, 1100));
    assert_int_equal(list_length(T, f[0]), 100);
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(int_at(T, f[0], i), 1000 + i);
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void out_of_range_is_null(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 10));
    assert_true(loc_is_null(list_get(T, f[0], 0)));
    assert_true(ref_is_null(list_pop(T, f[0])));
    assert_false(list_set(T, f[0], 0, text_ref(T, "released")));
    assert_true(list_append(T, f[0], int_new(T, 1000)));
    assert_true(loc_is_null(list_get(T, f[0], 1)));
    assert_true(loc_is_null(list_get(T, f[0], SIZE_MAX)));
    assert_false(list_set(T, f[0], 1, text_ref(T, "released")));
    assert_int_equal(live_objects(T), 2);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void sets_and_releases_the_old(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_of_ints(T, 1000, 1010));
    assert_int_equal(live_objects(T), 11);
    assert_true(list_set(T, f[0], 4, int_new(T, 5000)));
    assert_int_equal(live_objects(T), 11);
    for (size_t i = 0; i < 10; i++)
        assert_int_equal(int_at(T, f[0], i), i == 4 ? 5000 : 1000 + i);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void grows_and_pops(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { ITEMS = 100000 };
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_of_ints(T, 0, ITEMS));
    assert_int_equal(list_length(T, f[0]), ITEMS);
    for (int64_t i = ITEMS - 1; i >= 0; i--) {
        f[1] = rc_move(T, list_pop(T, f[0]));
        assert_int_equal(int_value(obj_get(f[1])), i);
        cell_drop(T, &f[1]);
    }
    assert_int_equal(list_length(T, f[0]), 0);
    assert_int_equal(live_objects(T), 1);
    assert_true(list_append(T, f[0], int_new(T, 4711)));
    assert_int_equal(int_at(T, f[0], 0), 4711);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Growing moves references and counts none. */
static void growth_counts_nothing(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (RC_BORROWS)
        skip();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, text_ref(T, "foo"));
    f[1] = rc_move(T, list_new(T, 0));
    for (size_t i = 1; i <= 1000; i++) {
        assert_true(list_append(T, f[1], cell_ref(T, f[0])));
        if (i % 100 == 0)
            assert_int_equal(count_of(T, f[0]), 1 + i);
    }
    cell_drop(T, &f[1]);
    (void)live_objects(T); /* the list is dead now */
    assert_int_equal(count_of(T, f[0]), 1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void too_large_is_null(void **state)
{
    needs_frees();
    struct thread *T = *state;
    assert_true(ref_is_null(list_new(T, (size_t)UINT32_MAX + 1)));
    assert_true(ref_is_null(list_new(T, SIZE_MAX)));
    assert_int_equal(live_objects(T), 0);
}

static void literal_has_its_items_and_no_slack(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, text_ref(T, "an item"));
    f[1] = rc_move(
        T, list_new_from(T, 3, (rc_ref[]){cell_ref(T, f[0]), int_new(T, 1000), cell_ref(T, f[0])}));
    assert_int_equal(list_length(T, f[1]), 3);
    assert_int_equal(list_capacity(load_relaxed(&list_of(f[1])->table)), 3);
    assert_int_equal(count_of(T, f[0]), 3);
    f[2] = list_get(T, f[1], 1);
    assert_int_equal(int_value(obj_get(f[2])), 1000);
    cell_drop(T, &f[2]);
    assert_true(list_append(T, f[1], cell_ref(T, f[0])));
    assert_int_equal(list_length(T, f[1]), 4);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 1);
    assert_int_equal(count_of(T, f[0]), 1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void literal_without_memory_releases_its_items(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (!REFBENCH_DEBUG)
        skip();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, text_ref(T, "an item"));
    for (uint64_t n = 1; n <= 2; n++) {
        rc_ref item = cell_ref(T, f[0]);
        failure_at(n);
        assert_true(ref_is_null(list_new_from(T, 1, &item)));
        failure_at(0);
        assert_int_equal(live_objects(T), 1);
        assert_int_equal(count_of(T, f[0]), 1);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void size_is_head_and_capacity(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (size_t length = 0; length < 1000; length += 1 + length / 2) {
        f[0] = rc_move(T, list_new(T, length));
        for (size_t i = 0; i < length; i++)
            assert_true(list_append(T, f[0], none_ref(T)));
        const size_t size = obj_size(obj_get(f[0]));
        const size_t table = length != 0 ? table_size(list_table_bytes(length)) : 0;
        assert_int_equal(size, sizeof(struct list_obj) + table);
        if (sizeof(rc_slot) == 8)
            assert_in_range(size, 0, /* 56 + 8 n with a header of 8 and no late readers */
                            48 + sizeof(struct rc_header) + LINKS + TABLE_PREFIX + 8 * length);
        assert_in_range(obj_block_bytes(obj_get(f[0])), size, size + 8192);
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

/* Growth leaves at most half as much again, and five, unused. */
static void slack_is_bounded(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (size_t length = 1; length <= 5000; length++) {
        assert_true(list_append(T, f[0], none_ref(T)));
        const size_t capacity = list_capacity(load_relaxed(&list_of(f[0])->table));
        assert_in_range(capacity, length, length + length / 2 + 5);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- threads ---------------------------------------------------------------------------------- */

enum { EACH = 20000, ALL = CREW * EACH };

static void append_mine(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    for (int64_t i = 0; i < EACH; i++) {
        if (!list_append(T, shared, int_new(T, index * (int64_t)EACH + i)))
            fetch_add_relaxed(&crew->wrong, 1);
        thread_safepoint(T);
    }
}

/* Every item is there once, and those of each thread are in its order. */
static void threads_append_to_one_list(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    struct crew crew = {.work = append_mine};
    rc_store(T, NULL, &crew.shared, cell_ref(T, f[0]));
    crew_work(T, &crew);
    int64_t next[CREW] = {0};
    assert_int_equal(list_length(T, f[0]), ALL);
    for (size_t i = 0; i < ALL; i++) {
        const int64_t value = int_at(T, f[0], i);
        assert_int_equal(value % EACH, next[value / EACH]++);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void pop_and_add(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    (void)index;
    RC_FRAME(T, f, 1);
    for (;;) {
        f[0] = rc_move(T, list_pop(T, shared));
        if (loc_is_null(f[0]))
            break;
        fetch_add_relaxed(&crew->sum, (uint64_t)int_value(obj_get(f[0])));
        cell_drop(T, &f[0]);
        thread_safepoint(T);
    }
    RC_LEAVE(T, f);
}

static void threads_pop_each_item_once(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    const uint64_t items = ALL;
    struct crew crew = {.work = pop_and_add};
    rc_store(T, NULL, &crew.shared, list_of_ints(T, 0, (int64_t)items));
    crew_work(T, &crew);
    assert_int_equal(load_relaxed(&crew.sum), items * (items - 1) / 2);
}

/* The first thread makes the list grow and shrink, the others read, and replace, what they find:
 * slots and tables change under each other's eyes.  Whatever is read is an int that somebody put
 * there. */
static void resize_or_scan(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    uint64_t seed = index + 1;
    for (int i = 0; i < EACH; i++) {
        RC_FRAME(T, f, 1);
        const size_t at = random_next(&seed) % 64;
        f[0] = list_get(T, shared, at);
        if (!loc_is_null(f[0]) && int_value(obj_get(f[0])) < 1000)
            fetch_add_relaxed(&crew->wrong, 1);
        cell_drop(T, &f[0]);
        if (index > 0)
            list_set(T, shared, at, int_new(T, 1000 + i));
        else if (at < 32)
            rc_release(T, list_pop(T, shared));
        else
            list_append(T, shared, int_new(T, 1000 + i));
        RC_LEAVE(T, f);
        thread_safepoint(T);
    }
}

static void resize_vs_scan(void **state)
{
    needs_threads(CREW);
    needs_frees();
    struct thread *T = *state;
    struct crew crew = {.work = resize_or_scan};
    rc_store(T, NULL, &crew.shared, list_of_ints(T, 1000, 1020));
    crew_work(T, &crew);
    assert_int_equal(live_objects(T), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(appends_and_gets),
        OBJECT_TEST(out_of_range_is_null),
        OBJECT_TEST(sets_and_releases_the_old),
        OBJECT_TEST(grows_and_pops),
        OBJECT_TEST(growth_counts_nothing),
        OBJECT_TEST(too_large_is_null),
        OBJECT_TEST(literal_has_its_items_and_no_slack),
        OBJECT_TEST(literal_without_memory_releases_its_items),
        OBJECT_TEST(size_is_head_and_capacity),
        OBJECT_TEST(slack_is_bounded),
        OBJECT_TEST(threads_append_to_one_list),
        OBJECT_TEST(threads_pop_each_item_once),
        OBJECT_TEST(resize_vs_scan),
    };
    return cmocka_run_group_tests_name("object_list " RC_NAME, tests, NULL, NULL);
}
