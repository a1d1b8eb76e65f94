/*
 * Reading beside a writer that replaces tables: whatever a reader finds was there, whole.
 *
 * The writer keeps the rule that a thing at place i is i modulo PLACES, and ends things all the time; in the memory of each
 * that it ends it makes another, which breaks the rule and was never in the container.  So a reader that comes late
 * and does not notice finds one of these.
 */
#include "tests/contract/object_fixture.h"

enum { PLACES = 64, CHANGES = 20000 };

static const int64_t NEVER_THERE = INT64_C(1) << 40;

struct reading {
    _Atomic uint64_t wrong;
    _Atomic bool done;
    void (*write)(struct thread *T, rc_loc container, int64_t round);
    bool (*read)(struct thread *T, rc_loc container, int64_t place);
};

static void make_and_end_another(struct thread *T)
{
    rc_release(T, int_new(T, NEVER_THERE));
    rc_release(T, text_ref(T, "never there"));
}

/* Nothing, or the right thing. */
static bool is_right(rc_loc found, int64_t place)
{
    return loc_is_null(found) || int_value(obj_get(found)) % PLACES == place;
}

/* --- lists -------------------------------------------------------------------------------------- */

static void write_list(struct thread *T, rc_loc list, int64_t round)
{
    const int64_t length = (int64_t)list_length(T, list);
    if (round % 997 == 996)
        list_clear(T, list_of(list));
    else if (round % 3 != 0 && length < PLACES)
        list_append(T, list, int_new(T, 1000 * PLACES + length));
    else if (round % 5 == 0 && length > 0)
        rc_release(T, list_pop(T, list));
    else if (length > 0)
        list_set(T, list, (size_t)(round % length), int_new(T, round * PLACES + round % length));
}

static bool read_list(struct thread *T, rc_loc list, int64_t place)
{
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, list, (size_t)place);
    const bool right = is_right(f[0], place);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return right;
}

/* --- dicts: from strs, so that keys are compared, and die ------------------------------------------ */

static rc_ref key_of_place(struct thread *T, int64_t place)
{
    char text[16];
    const int length = snprintf(text, sizeof(text), "key %02d", (int)place);
    return str_new(T, text, (size_t)length);
}

static void write_dict(struct thread *T, rc_loc dict, int64_t round)
{
    RC_FRAME(T, f, 1);
    const int64_t place = round * 7 % PLACES;
    f[0] = rc_move(T, key_of_place(T, place));
    if (round % 997 == 996)
        dict_clear(T, dict_of(dict));
    else if (round % 4 == 0)
        dict_delete(T, dict, f[0]);
    else
        dict_set(T, dict, f[0], int_new(T, (1000 + round) * PLACES + place));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static bool read_dict(struct thread *T, rc_loc dict, int64_t place)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, key_of_place(T, place));
    f[1] = dict_get(T, dict, f[0]);
    const bool right = is_right(f[1], place);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    return right;
}

/* --- sets ------------------------------------------------------------------------------------------- */

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

/* --- both sides ---------------------------------------------------------------------------------------- */

static void write_all(struct thread *T, rc_loc container, struct reading *reading)
{
    for (int64_t round = 0; round < CHANGES; round++) {
        reading->write(T, container, round);
        make_and_end_another(T);
        thread_safepoint(T);
    }
    store_relaxed(&reading->done, true);
}

static void read_all(struct thread *T, rc_loc container, struct reading *reading)
{
    for (int64_t i = 0; !load_relaxed(&reading->done); i++) {
        fetch_add_relaxed(&reading->wrong, !reading->read(T, container, i % PLACES));
        thread_safepoint(T);
    }
}

static struct reading *reading_now;

static void write_or_read(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    (void)crew;
    if (index == 0)
        write_all(T, shared, reading_now);
    else
        read_all(T, shared, reading_now);
}

static void read_beside_writer(struct thread *T, rc_ref container, struct reading *reading)
{
    struct crew crew = {.work = write_or_read};
    reading_now = reading;
    rc_store(T, NULL, &crew.shared, container);
    crew_work(T, &crew);
    assert_int_equal(load_relaxed(&reading->wrong), 0);
    assert_int_equal(live_objects(T), 0);
}

static void list_get_beside_changes(void **state)
{
    struct thread *T = *state;
    struct reading reading = {.write = write_list, .read = read_list};
    read_beside_writer(T, list_new(T, 0), &reading);
}

static void dict_get_beside_changes(void **state)
{
    struct thread *T = *state;
    struct reading reading = {.write = write_dict, .read = read_dict};
    read_beside_writer(T, dict_new(T), &reading);
}

static void set_get_beside_changes(void **state)
{
    struct thread *T = *state;
    struct reading reading = {.write = write_set, .read = read_set};
    read_beside_writer(T, set_new(T), &reading);
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
        OBJECT_TEST(list_get_beside_changes),
        OBJECT_TEST(dict_get_beside_changes),
        OBJECT_TEST(set_get_beside_changes),
        OBJECT_TEST(outgrown_tables_return_after_a_stop),
    };
    return cmocka_run_group_tests_name("object_read_threads " RC_NAME, tests, NULL, NULL);
}
