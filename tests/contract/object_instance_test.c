/* Instances: fields read, replaced and exchanged, and what that does to counts. */
#include "tests/contract/object_fixture.h"

static const char *const node_fields[] = {"left", "right", "value"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NODE_LEFT, NODE_RIGHT, NODE_VALUE };

static const char *const wide_fields[] = {"a", "b", "c", "d", "e", "f",
                                          "g", "h", "i", "j", "k", "l"};
static const struct type wide_type = INSTANCE_TYPE("Wide", wide_fields);

static rc_ref node_new(struct thread *T, rc_ref left, rc_ref right, rc_ref value)
{
    return instance_new(T, &node_type, (rc_ref[]){left, right, value});
}

static void holds_its_fields(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, text_ref(T, "l"), text_ref(T, "r"), int_new(T, 1000)));
    f[1] = instance_get(T, f[0], NODE_LEFT);
    assert_string_equal(str_text(obj_get(f[1])), "l");
    cell_drop(T, &f[1]);
    f[1] = instance_get(T, f[0], NODE_RIGHT);
    assert_string_equal(str_text(obj_get(f[1])), "r");
    cell_drop(T, &f[1]);
    f[1] = instance_get(T, f[0], NODE_VALUE);
    assert_int_equal(int_value(obj_get(f[1])), 1000);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 4);
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void fields_may_be_null(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, RC_NULL_REF, RC_NULL_REF, RC_NULL_REF));
    assert_true(loc_is_null(instance_get(T, f[0], NODE_LEFT)));
    instance_set(T, f[0], NODE_LEFT, text_ref(T, "left"));
    instance_set(T, f[0], NODE_LEFT, RC_NULL_REF);
    assert_int_equal(live_objects(T), 1);
    assert_true(ref_is_null(instance_swap(T, f[0], NODE_LEFT, text_ref(T, "left"))));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void set_releases_and_swap_returns_the_old(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, text_ref(T, "old"), none_ref(T), none_ref(T)));
    instance_set(T, f[0], NODE_LEFT, text_ref(T, "new"));
    assert_int_equal(live_objects(T), 2);
    f[1] = rc_move(T, instance_swap(T, f[0], NODE_LEFT, text_ref(T, "newer")));
    assert_string_equal(str_text(obj_get(f[1])), "new");
    assert_int_equal(live_objects(T), 3);
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* load, overwrite, safepoint, use */
static void a_field_read_outlives_its_slot(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, text_ref(T, "old"), none_ref(T), none_ref(T)));
    f[1] = instance_get(T, f[0], NODE_LEFT);
    instance_set(T, f[0], NODE_LEFT, none_ref(T));
    thread_safepoint(T);
    gc_collect(T, 2);
    assert_string_equal(str_text(obj_get(f[1])), "old");
    cell_drop(T, &f[0]);
    assert_string_equal(str_text(obj_get(f[1])), "old");
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void counts_what_it_holds(void **state)
{
    needs_frees();
    struct thread *T = *state;
    if (RC_BORROWS)
        skip();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, text_ref(T, "held"));
    f[1] = rc_move(T, node_new(T, cell_ref(T, f[0]), cell_ref(T, f[0]), none_ref(T)));
    assert_int_equal(count_of(T, f[0]), 3);
    f[2] = instance_get(T, f[1], NODE_LEFT);
    assert_int_equal(count_of(T, f[0]), 4);
    cell_drop(T, &f[2]);
    instance_set(T, f[1], NODE_LEFT, none_ref(T));
    assert_int_equal(count_of(T, f[0]), 2);
    rc_release(T, instance_swap(T, f[1], NODE_RIGHT, none_ref(T)));
    assert_int_equal(count_of(T, f[0]), 1);
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void wide_instances(void **state)
{
    needs_frees();
    struct thread *T = *state;
    enum { FIELDS = sizeof wide_fields / sizeof wide_fields[0] };
    rc_ref values[FIELDS];
    for (int i = 0; i < FIELDS; i++)
        values[i] = int_new(T, 1000 + i);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, instance_new(T, &wide_type, values));
    for (uint32_t i = 0; i < FIELDS; i++) {
        f[1] = instance_get(T, f[0], i);
        assert_int_equal(int_value(obj_get(f[1])), 1000 + i);
        cell_drop(T, &f[1]);
    }
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

static void is_equal_to_itself_only(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    for (int i = 0; i < 2; i++)
        f[i] = rc_move(T, node_new(T, none_ref(T), none_ref(T), none_ref(T)));
    assert_true(obj_equals(obj_get(f[0]), obj_get(f[0])));
    assert_false(obj_equals(obj_get(f[0]), obj_get(f[1])));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

static void size_is_head_and_fields(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, none_ref(T), none_ref(T), none_ref(T)));
    const size_t size = obj_size(obj_get(f[0]));
    assert_int_equal(size, sizeof(struct container) + 3 * sizeof(rc_slot));
    if (sizeof(rc_slot) == 8)
        assert_int_equal(size, sizeof(struct rc_header) + LINKS + 40);
    assert_int_equal(obj_block_bytes(obj_get(f[0])), heap_block_bytes(size));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Threads exchange what a field holds: each value stays with exactly one of them. */
static void swap_values(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    rc_ref mine = int_new(T, 1000 + index);
    for (int i = 0; i < 20000; i++) {
        mine = instance_swap(T, shared, NODE_VALUE, mine);
        thread_safepoint(T);
    }
    fetch_add_relaxed(&crew->sum, (uint64_t)int_value(obj_of(mine.p)));
    rc_release(T, mine);
}

static void threads_swap_one_field(void **state)
{
    needs_threads(CREW);
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, RC_NULL_REF, RC_NULL_REF, int_new(T, 1000 + CREW)));
    struct crew crew = {.work = swap_values};
    rc_store(T, NULL, &crew.shared, cell_ref(T, f[0]));
    crew_work(T, &crew);
    f[1] = instance_get(T, f[0], NODE_VALUE);
    const uint64_t sum = load_relaxed(&crew.sum) + (uint64_t)int_value(obj_get(f[1]));
    assert_int_equal(sum, 1000 * (CREW + 1) + CREW * (CREW + 1) / 2);
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(holds_its_fields),
        OBJECT_TEST(fields_may_be_null),
        OBJECT_TEST(set_releases_and_swap_returns_the_old),
        OBJECT_TEST(a_field_read_outlives_its_slot),
        OBJECT_TEST(counts_what_it_holds),
        OBJECT_TEST(wide_instances),
        OBJECT_TEST(is_equal_to_itself_only),
        OBJECT_TEST(size_is_head_and_fields),
        OBJECT_TEST(threads_swap_one_field),
    };
    return cmocka_run_group_tests_name("object_instance " RC_NAME, tests, NULL, NULL);
}
