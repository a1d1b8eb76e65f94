/*
 * A program in a heap with a limit: it makes garbage of many times the limit and never lacks memory, whoever shares the limit;
 * and where what lives does not fit, it is told so and nothing breaks.
 *
 * No collection is due by itself here, so that cyclic garbage goes only where room is made.  A counter of the workers goes
 * up for each allocation that failed: one of hundreds of thousands would be one too many.
 */
#include "alloc/limit.h"
#include "tests/contract/object_fixture.h"
#include "tests/sanitized.h"

enum {
    MIB = 1 << 20,
    LIMIT = (REFBENCH_DEBUG ? 16 : 8) * MIB, /* red zones, and blocks in quarantine */
    TIGHT = 4 * MIB,                         /* for threads: three arenas, and their tables */
    GARBAGE = ROUNDS(10) * LIMIT,            /* bytes, at least */
    TEXT = 500,
    LARGE_TEXT = 100000,
    ITEMS = 20000, /* of a list, a set or a dict whose tables are large */
};

static int begin_with(size_t most, void **state)
{
    heap_limit_set(most);
    if (fixture_start(state) != 0)
        return -1;
    gc_set_threshold(0, 0);
    return 0;
}

static int begin(void **state) { return begin_with(LIMIT, state); }
static int begin_tight(void **state) { return begin_with(TIGHT, state); }

static int end(void **state)
{
    const size_t most = heap_limit();
    const size_t peak = heap_limit_peak();
    const int left = fixture_stop(state);
    const size_t held = heap_limit_held();
    if (held == 0)
        heap_limit_set(0);
    if (held != 0 || peak > most)
        print_error("%zu KiB count after the test, at most %zu of %zu did\n", held >> 10,
                    peak >> 10, most >> 10);
    return left != 0 || held != 0 || peak > most ? -1 : 0;
}

#define LIMITED_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)
#define TIGHT_TEST(test) cmocka_unit_test_setup_teardown(test, begin_tight, end)

/* --- garbage ------------------------------------------------------------------------------------------------------ */

/* [text, itself]: whether there was memory. */
static bool drop_cycle(struct thread *T, size_t length)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 2));
    bool ok = !loc_is_null(f[0]);
    if (ok) {
        rc_ref text = str_new_uninitialised(T, length);
        ok = !ref_is_null(text) && list_append(T, f[0], text);
    }
    ok = ok && list_append(T, f[0], cell_ref(T, f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return ok;
}

/* [text]: the same without a cycle. */
static bool drop_list(struct thread *T, size_t length)
{
    rc_ref text = str_new_uninitialised(T, length);
    rc_ref list = ref_is_null(text) ? RC_NULL_REF : list_new_from(T, 1, &text);
    rc_release(T, list);
    return !ref_is_null(list);
}

/* How many of so many failed. */
static uint64_t drop_many(struct thread *T, size_t count, size_t length,
                          bool drop(struct thread *T, size_t length))
{
    uint64_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        thread_safepoint(T);
        failed += !drop(T, length);
    }
    return failed;
}

static void test_garbage_of_many_times_the_limit(void **state)
{
    needs_frees();
    assert_int_equal(drop_many(*state, GARBAGE / TEXT, TEXT, drop_list), 0);
}

static void test_cyclic_garbage_of_many_times_the_limit(void **state)
{
    needs_frees();
    const uint64_t before = room_statistics().collections;
    assert_int_equal(drop_many(*state, GARBAGE / TEXT, TEXT, drop_cycle), 0);
    assert_true(room_statistics().collections - before + 1 >= GARBAGE / LIMIT);
}

static void test_large_blocks_are_under_the_limit(void **state)
{
    needs_frees();
    const uint64_t before = room_statistics().collections;
    assert_int_equal(drop_many(*state, GARBAGE / LARGE_TEXT, LARGE_TEXT, drop_cycle), 0);
    assert_true(room_statistics().collections > before);
}

/* --- tables, which grow inside the lock of their container ---------------------------------------------------------- */

static bool fill_list(struct thread *T, rc_loc list)
{
    bool ok = true;
    for (int64_t i = 0; ok && i < ITEMS; i++)
        ok = list_append(T, list, none_ref(T));
    return ok;
}

static bool fill_set(struct thread *T, rc_loc set)
{
    RC_FRAME(T, f, 1);
    bool ok = true;
    for (int64_t i = 0; ok && i < ITEMS; i++) {
        f[0] = rc_move(T, int_new(T, i));
        ok = !loc_is_null(f[0]) && set_add(T, set, f[0]);
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return ok;
}

/* By setdefault and by set, in turn. */
static bool fill_dict(struct thread *T, rc_loc dict)
{
    RC_FRAME(T, f, 2);
    bool ok = true;
    for (int64_t i = 0; ok && i < ITEMS; i++) {
        f[0] = rc_move(T, int_new(T, i));
        ok = !loc_is_null(f[0]);
        if (ok && i % 2 == 0) {
            f[1] = dict_setdefault(T, dict, f[0], none_ref(T));
            ok = !loc_is_null(f[1]);
            cell_drop(T, &f[1]);
        } else if (ok) {
            ok = dict_set(T, dict, f[0], none_ref(T));
        }
        cell_drop(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return ok;
}

/* A cycle through a list that holds a list, a set and a dict with large tables. */
static bool drop_tables(struct thread *T)
{
    RC_FRAME(T, f, 2);
    bool ok = true;
    f[0] = rc_move(T, list_new(T, 0));
    ok = !loc_is_null(f[0]) && list_append(T, f[0], cell_ref(T, f[0])) && fill_list(T, f[0]);
    f[1] = rc_move(T, set_new(T));
    ok = ok && !loc_is_null(f[1]) && list_append(T, f[0], cell_ref(T, f[1])) && fill_set(T, f[1]);
    cell_drop(T, &f[1]);
    f[1] = rc_move(T, dict_new(T));
    ok = ok && !loc_is_null(f[1]) && list_append(T, f[0], cell_ref(T, f[1])) && fill_dict(T, f[1]);
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return ok;
}

static void test_tables_grow_within_the_limit(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const uint64_t before = room_statistics().collections;
    for (unsigned i = 0; i < ROUNDS(40); i++)
        if (!drop_tables(T))
            fail_msg("no memory in round %u, after %ju attempts", i,
                     (uintmax_t)room_statistics().attempts);
    assert_true(SANITIZED || room_statistics().collections > before);
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

enum { CYCLES = ROUNDS(80000), KEPT = 500, SMALL = 60 };

/* Cyclic garbage beside a few that live: a ring buffer of those, each replaced in its turn.
 *
 * Compact, what lives takes 6 pools of each thread.  But who runs alone for a while leaves it in about half of all pools there are,
 * the next in half of the rest, and a pool is its owner's as long as anything in it lives.  Of three arenas, 189 pools, the
 * fourth thread finds enough left; of one, which is all that 2 MiB have room for beside the tables, it does not now and then. */
static void churn(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    (void)shared, (void)index;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, KEPT));
    const bool ok = !loc_is_null(f[0]);
    fetch_add_relaxed(&crew->wrong, !ok);
    for (unsigned i = 0; ok && i < KEPT; i++)
        fetch_add_relaxed(&crew->wrong, !list_append(T, f[0], none_ref(T)));
    for (unsigned i = 0; ok && i < CYCLES; i++) {
        thread_safepoint(T);
        rc_ref text = str_new_uninitialised(T, SMALL);
        fetch_add_relaxed(&crew->wrong, ref_is_null(text) || !list_set(T, f[0], i % KEPT, text));
        fetch_add_relaxed(&crew->wrong, !drop_cycle(T, SMALL));
        fetch_add_relaxed(&crew->sum, 1);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void test_threads_share_the_limit(void **state)
{
    needs_frees();
    needs_threads(CREW);
    struct crew crew = {.work = churn};
    const uint64_t before = room_statistics().collections;
    crew_work(*state, &crew);
    assert_true(SANITIZED || room_statistics().collections - before > 4);
    assert_int_equal(load_relaxed(&crew.sum), CREW * CYCLES);
}

/* What one thread makes another drops: blocks go home from heap to heap. */
static void hand_on(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    for (unsigned i = 0; i < CYCLES; i++) {
        thread_safepoint(T);
        rc_ref text = str_new_uninitialised(T, TEXT);
        const bool ok = !ref_is_null(text) && list_set(T, shared, (i + index) % CREW, text);
        fetch_add_relaxed(&crew->wrong, !ok);
        fetch_add_relaxed(&crew->wrong, i % 8 == 0 && !drop_cycle(T, SMALL));
    }
}

static void test_threads_end_what_others_made(void **state)
{
    needs_frees();
    needs_threads(CREW);
    struct thread *T = *state;
    struct crew crew = {.work = hand_on};
    rc_ref items[CREW];
    for (unsigned i = 0; i < CREW; i++)
        items[i] = none_ref(T);
    rc_store(T, NULL, &crew.shared, list_new_from(T, CREW, items));
    crew_work(T, &crew);
}

/* --- the end of it ------------------------------------------------------------------------------------------------ */

/* Appends until there is no memory; how many there are then. */
static size_t fill_up(struct thread *T, rc_loc list)
{
    bool ok = true;
    while (ok) {
        thread_safepoint(T);
        rc_ref text = str_new_uninitialised(T, TEXT);
        ok = !ref_is_null(text) && list_append(T, list, text);
    }
    return list_length(T, list);
}

static void test_out_of_memory_is_clean(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    const uint64_t given_up = room_statistics().given_up;
    const size_t length = fill_up(T, f[0]);
    assert_true(length > LIMIT / (2 * TEXT + 100) && length < LIMIT / TEXT);
    assert_true(heap_limit_held() > LIMIT / 2);
    assert_true(!RC_FREES || room_statistics().given_up > given_up);
    if (RC_FREES) {
        list_clear(T, list_of(f[0]));
        const size_t again = fill_up(T, f[0]);
        assert_true(again > length - length / 4);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* All fail, and all go on once there is something again. */
static void fill_and_empty(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    (void)shared, (void)index;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    if (!loc_is_null(f[0]))
        fetch_add_relaxed(&crew->sum, fill_up(T, f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void test_threads_run_out_of_memory_together(void **state)
{
    needs_frees();
    needs_threads(CREW);
    struct thread *T = *state;
    struct crew crew = {.work = fill_and_empty};
    crew_work(T, &crew);
    assert_true(load_relaxed(&crew.sum) > LIMIT / (2 * TEXT + 100));
    assert_int_equal(drop_many(T, 100, TEXT, drop_cycle), 0);
}

static void test_without_a_collector_only_counting_makes_room(void **state)
{
    needs_frees();
    struct thread *T = *state;
    gc_enable(false);
    const uint64_t before = room_statistics().collections;
    assert_int_equal(drop_many(T, GARBAGE / TEXT, TEXT, drop_list), 0);
    assert_true(drop_many(T, LIMIT / TEXT, TEXT, drop_cycle) > 0);
    assert_int_equal(room_statistics().collections, before);
}

/* --- finalizers --------------------------------------------------------------------------------------------------- */

static _Atomic uint64_t finalized;
static _Atomic uint64_t failed;

/* Makes garbage of its own, in the middle of the death or the collection that room is made by. */
static bool finalize_noisily(struct thread *T, rc_loc self)
{
    (void)self;
    fetch_add_relaxed(&finalized, 1);
    fetch_add_relaxed(&failed, !drop_list(T, SMALL));
    return true;
}

static const char *const noisy_fields[] = {"self", "text"};
static const struct type noisy_type =
    INSTANCE_TYPE_FINALIZED("Noisy", noisy_fields, finalize_noisily);

static bool drop_noisy(struct thread *T, size_t length)
{
    RC_FRAME(T, f, 1);
    rc_ref text = str_new_uninitialised(T, length);
    f[0] = ref_is_null(text)
               ? RC_NULL_LOC
               : rc_move(T, instance_new(T, &noisy_type, (rc_ref[]){none_ref(T), text}));
    const bool ok = !loc_is_null(f[0]);
    if (ok)
        instance_set(T, f[0], 0, cell_ref(T, f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return ok;
}

static void test_finalizers_allocate_while_room_is_made(void **state)
{
    needs_frees();
    const size_t count = GARBAGE / LARGE_TEXT;
    store_relaxed(&finalized, 0);
    store_relaxed(&failed, 0);
    assert_int_equal(drop_many(*state, count, LARGE_TEXT, drop_noisy), 0);
    assert_true(load_relaxed(&finalized) > count / 2);
    assert_int_equal(load_relaxed(&failed), 0);
}

/* A request that could never be met ends soon, and nothing is lost. */
static void test_larger_than_the_limit(void **state)
{
    struct thread *T = *state;
    rc_ref text = str_new_uninitialised(T, 2 * (size_t)LIMIT);
    assert_true(ref_is_null(text));
    assert_int_equal(drop_many(T, 10, TEXT, drop_cycle), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LIMITED_TEST(test_garbage_of_many_times_the_limit),
        LIMITED_TEST(test_cyclic_garbage_of_many_times_the_limit),
        LIMITED_TEST(test_large_blocks_are_under_the_limit),
        LIMITED_TEST(test_tables_grow_within_the_limit),
        TIGHT_TEST(test_threads_share_the_limit),
        TIGHT_TEST(test_threads_end_what_others_made),
        LIMITED_TEST(test_out_of_memory_is_clean),
        LIMITED_TEST(test_threads_run_out_of_memory_together),
        LIMITED_TEST(test_without_a_collector_only_counting_makes_room),
        LIMITED_TEST(test_finalizers_allocate_while_room_is_made),
        LIMITED_TEST(test_larger_than_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
