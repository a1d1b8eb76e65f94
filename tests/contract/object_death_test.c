/* Death: prompt, once, of all that hung on the object; and emptied garbage. */
#include "tests/contract/object_fixture.h"

static const char *const node_fields[] = {"next", "value"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NODE_NEXT, NODE_VALUE };

static rc_ref node_new(struct thread *T, rc_ref next, rc_ref value)
{
    return instance_new(T, &node_type, (rc_ref[]){next, value});
}

static rc_ref wrap_in_list(struct thread *T, rc_ref inner)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 1));
    list_append(T, f[0], inner);
    rc_ref outer = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return outer;
}

static rc_ref wrap_in_dict(struct thread *T, rc_ref inner)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    f[1] = rc_move(T, str_intern(T, "inner", 5));
    dict_set(T, f[0], f[1], inner);
    cell_drop(T, &f[1]);
    rc_ref outer = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return outer;
}

static rc_ref wrap_in_tuple(struct thread *T, rc_ref inner) { return tuple_new(T, 1, &inner); }
static rc_ref wrap_in_node(struct thread *T, rc_ref inner)
{
    return node_new(T, inner, none_ref(T));
}

/* --- whole and once --------------------------------------------------------------------------- */

static void shared_parts_survive(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, text_ref(T, "shared"));
    f[1] = rc_move(T, node_new(T, cell_ref(T, f[0]), none_ref(T)));
    f[2] = rc_move(T, wrap_in_tuple(T, wrap_in_list(T, wrap_in_node(T, cell_ref(T, f[1])))));
    cell_drop(T, &f[0]);
    assert_int_equal(live_objects(T), 5);
    cell_drop(T, &f[2]);
    assert_int_equal(live_objects(T), 2);
    f[0] = instance_get(T, f[1], NODE_NEXT);
    assert_string_equal(str_text(obj_get(f[0])), "shared");
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* A block that comes back is a new object: nothing of the dead one shows. */
static void blocks_come_back_clean(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (int i = 0; i < 1000; i++) {
        f[0] = rc_move(T, node_new(T, text_ref(T, "next"), int_new(T, 1000 + i)));
        assert_true(gc_head_is_tracked(&((struct container *)obj_get(f[0]))->gc));
        assert_false(gc_head_is_dying(&((struct container *)obj_get(f[0]))->gc));
        assert_int_equal(live_objects(T), 3);
        cell_drop(T, &f[0]);
    }
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* --- accounts --------------------------------------------------------------------------------- */

static void each_container_is_counted_twice(void **state)
{
    needs_frees();
    struct thread *T = *state;
    gc_collect(T, 2);
    gc_enable(false);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 50; i++)
        assert_true(list_append(T, f[0], list_new(T, 0)));
    runtime_settle(T);
    const uint32_t before = gc_count(&T->gc, 0);
    assert_int_equal(before, 51); /* one when it is made ... */
    f[1] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 100; i++) {
        assert_true(list_append(T, f[1], wrap_in_tuple(T, wrap_in_node(T, none_ref(T)))));
        assert_true(list_append(T, f[1], wrap_in_dict(T, wrap_in_list(T, none_ref(T)))));
    }
    assert_int_equal(gc_count(&T->gc, 0), before + 401);
    cell_drop(T, &f[1]);
    assert_int_equal(live_objects(T), 51);         /* the lists */
    assert_int_equal(gc_count(&T->gc, 0), before); /* ... and one when it dies */
    cell_drop(T, &f[0]);
    gc_enable(true);
    RC_LEAVE(T, f);
}

/* The same for containers that the collector found unreachable, emptied and dropped. */
static void garbage_is_counted_twice(void **state)
{
    needs_frees();
    struct thread *T = *state;
    gc_collect(T, 2);
    gc_enable(false);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 0));
    for (int i = 0; i < 50; i++)
        assert_true(list_append(T, f[0], list_new(T, 0)));
    gc_collect(T, 2);
    assert_int_equal(gc_count(&T->gc, 0), 0);
    for (int i = 0; i < 10; i++)
        assert_true(list_append(T, f[0], list_new(T, 0)));
    for (int i = 0; i < 10; i++) {
        f[1] = rc_move(T, node_new(T, RC_NULL_REF, RC_NULL_REF));
        instance_set(T, f[1], NODE_NEXT, cell_ref(T, f[1]));
        cell_drop(T, &f[1]);
    }
    assert_int_equal(gc_count(&T->gc, 0), 20);
    assert_int_equal(gc_collect(T, 0), 10);
    assert_int_equal(live_objects(T), 61);
    cell_drop(T, &f[0]);
    gc_enable(true);
    RC_LEAVE(T, f);
}

/* --- obj_clear -------------------------------------------------------------------------------- */

/* A container of each kind that holds itself and a text, as far as its kind can. */
static rc_ref own_tail(struct thread *T, int kind)
{
    RC_FRAME(T, f, 2);
    f[1] = rc_move(T, text_ref(T, "cargo"));
    if (kind == OBJ_LIST) {
        f[0] = rc_move(T, list_new(T, 0));
        list_append(T, f[0], cell_ref(T, f[0]));
        list_append(T, f[0], cell_ref(T, f[1]));
    } else if (kind == OBJ_DICT) {
        f[0] = rc_move(T, dict_new(T));
        dict_set(T, f[0], f[1], cell_ref(T, f[0]));
    } else {
        f[0] = rc_move(T, node_new(T, RC_NULL_REF, cell_ref(T, f[1])));
        instance_set(T, f[0], NODE_NEXT, cell_ref(T, f[0]));
    }
    cell_drop(T, &f[1]);
    rc_ref object = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return object;
}

static void cleared_is_valid_and_dies(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static const int kinds[] = {OBJ_LIST, OBJ_DICT, OBJ_INSTANCE};
    for (int i = 0; i < 3; i++) {
        RC_FRAME(T, f, 1);
        f[0] = rc_move(T, own_tail(T, kinds[i]));
        assert_int_equal(live_objects(T), 2);
        obj_clear(T, (struct container *)obj_get(f[0]));
        assert_int_equal(live_objects(T), 1);
        obj_clear(T, (struct container *)obj_get(f[0])); /* again: there is nothing any more */
        cell_drop(T, &f[0]);
        assert_int_equal(live_objects(T), 0);
        RC_LEAVE(T, f);
    }
}

static void cleared_can_be_used(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, own_tail(T, OBJ_LIST));
    obj_clear(T, (struct container *)obj_get(f[0]));
    assert_int_equal(list_length(T, f[0]), 0);
    assert_true(ref_is_null(list_pop(T, f[0])));
    assert_true(list_append(T, f[0], text_ref(T, "new")));
    assert_int_equal(list_length(T, f[0]), 1);
    cell_drop(T, &f[0]);
    f[0] = rc_move(T, own_tail(T, OBJ_DICT));
    f[1] = rc_move(T, text_ref(T, "cargo"));
    obj_clear(T, (struct container *)obj_get(f[0]));
    assert_int_equal(dict_length(T, f[0]), 0);
    assert_true(loc_is_null(dict_get(T, f[0], f[1])));
    assert_true(dict_set(T, f[0], f[1], none_ref(T)));
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    f[0] = rc_move(T, own_tail(T, OBJ_INSTANCE));
    obj_clear(T, (struct container *)obj_get(f[0]));
    assert_true(loc_is_null(instance_get(T, f[0], NODE_NEXT)));
    assert_true(loc_is_null(instance_get(T, f[0], NODE_VALUE)));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void cleared_tuple_holds_nothing(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, wrap_in_tuple(T, text_ref(T, "cargo")));
    obj_clear(T, (struct container *)obj_get(f[0]));
    assert_int_equal(live_objects(T), 1);
    assert_true(loc_is_null(tuple_get(T, f[0], 0)));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- threads ---------------------------------------------------------------------------------- */

/* Each thread builds nests in the shared list and drops what it finds there, mostly nests that
 * others have made. */
static void drop_nests_of_others(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    uint64_t seed = index + 1;
    (void)crew;
    for (int i = 0; i < 2000; i++) {
        rc_ref nest = text_ref(T, "innermost");
        for (int depth = 0; depth < 20; depth++)
            nest = depth % 2 == 0 ? wrap_in_list(T, nest) : wrap_in_node(T, nest);
        list_set(T, shared, random_next(&seed) % 16, nest);
        thread_safepoint(T);
    }
}

static void deep_drop_threads(void **state)
{
    needs_threads(CREW);
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 16));
    for (int i = 0; i < 16; i++)
        assert_true(list_append(T, f[0], none_ref(T)));
    struct crew crew = {.work = drop_nests_of_others};
    rc_store(T, NULL, &crew.shared, cell_own(T, &f[0]));
    crew_work(T, &crew);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(shared_parts_survive),
        OBJECT_TEST(blocks_come_back_clean),
        OBJECT_TEST(each_container_is_counted_twice),
        OBJECT_TEST(garbage_is_counted_twice),
        OBJECT_TEST(cleared_is_valid_and_dies),
        OBJECT_TEST(cleared_can_be_used),
        OBJECT_TEST(cleared_tuple_holds_nothing),
        OBJECT_TEST(deep_drop_threads),
    };
    return cmocka_run_group_tests_name("object_death " RC_NAME, tests, NULL, NULL);
}
