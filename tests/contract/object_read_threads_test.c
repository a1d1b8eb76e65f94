/*
 * Reading sets beside a writer that replaces their tables: whatever a reader finds was there, whole.  Lists and dicts are
 * looked at so in tests/conformance.
 *
 * The writer ends strs all the time; in the memory of each it makes another, which was never a member.  So a reader that comes
 * late and does not notice finds one of these.
 */
#include "tests/contract/object_fixture.h"

enum { PLACES = 64, CHANGES = 20000 };

static _Atomic bool done;

static rc_ref key_of_place(struct thread *T, int64_t place)
{
    char text[16];
    const int length = snprintf(text, sizeof(text), "key %02d", (int)place);
    return str_new(T, text, (size_t)length);
}

static void write_set(struct thread *T, rc_loc set, int64_t round)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, key_of_place(T, round * 7 % PLACES));
    if (round % 997 == 996)
        set_clear(T, set_of(set));
    else if (round % 4 == 0)
        set_remove(T, set, f[0]);
    else
        set_add(T, set, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* What is found equals what was looked for. */
static bool read_set(struct thread *T, rc_loc set, int64_t place)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, key_of_place(T, place));
    f[1] = set_get(T, set, f[0]);
    const bool right = loc_is_null(f[1]) || obj_equals(obj_get(f[0]), obj_get(f[1]));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    return right;
}

static void write_all(struct thread *T, rc_loc set)
{
    for (int64_t round = 0; round < CHANGES; round++) {
        write_set(T, set, round);
        rc_release(T, text_ref(T, "never there"));
        thread_safepoint(T);
    }
    store_relaxed(&done, true);
}

static void write_or_read(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    if (index == 0)
        write_all(T, shared);
    for (int64_t i = 0; !load_relaxed(&done); i++) {
        fetch_add_relaxed(&crew->wrong, !read_set(T, shared, i % PLACES));
        thread_safepoint(T);
    }
}

static void set_get_beside_changes(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    struct crew crew = {.work = write_or_read};
    store_relaxed(&done, false);
    rc_store(T, NULL, &crew.shared, set_new(T));
    crew_work(T, &crew);
    assert_live(T, 0);
}

/* Appending polls no safepoint, so the tables that were outgrown still wait when it is
 * done. */
static void outgrown_tables_return_after_a_stop(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    for (int64_t i = 0; i < 50000; i++)
        assert_true(list_append(T, f[0], int_new(T, 0)));
    assert_int_equal(thread_heap(T)->retired.sealed != NULL, RC_OPTIMISTIC_READERS);
    for (int stops = 0; stops < 2; stops++) { /* the first seals the rest */
        world_stop(T);
        world_start(T);
    }
    assert_null(thread_heap(T)->retired.sealed);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(set_get_beside_changes),
        OBJECT_TEST(outgrown_tables_return_after_a_stop),
    };
    return cmocka_run_group_tests_name("object_read_threads " RC_NAME, tests, NULL, NULL);
}
