/* Containers are read while others change them. */
#include "tests/scenario/scenario.h"

enum { KEY = 1 };

static rc_slot container;

static void forget(struct thread *T) { rc_store(T, NULL, &container, RC_NULL_REF); }

static void keep(struct thread *T, rc_ref made, const char *name)
{
    rc_store(T, NULL, &container, scenario_named(made, name));
}

/* Null, or the first or the second thing that was there. */
static void expect_right(struct thread *T, rc_loc item, bool may_be_gone)
{
    EXPECT(may_be_gone || !loc_is_null(item));
    if (loc_is_null(item))
        return;
    int64_t number = scenario_number(T, item);
    EXPECT(number == 1 || number == 2);
}

/* --- lists -------------------------------------------------------------------------------------------------------- */

static void make_list(struct thread *T)
{
    rc_ref items[] = {scenario_node_new(T, RC_NULL_REF, 1, "item")};
    keep(T, list_new_from(T, 1, items), "list");
}

static void read_list(struct thread *T, bool may_be_gone)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &container);
    f[1] = list_get(T, f[0], 0);
    expect_right(T, f[1], may_be_gone);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void read_growing_list(struct thread *T) { read_list(T, false); }
static void read_shrinking_list(struct thread *T) { read_list(T, true); }

static void grow_list(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &container);
    bool done = list_append(T, f[0], scenario_node_new(T, RC_NULL_REF, 3, "appended"));
    EXPECT(done);
    done = list_set(T, f[0], 0, scenario_node_new(T, RC_NULL_REF, 2, "new item"));
    EXPECT(done);
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

static void empty_list(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &container);
    bool done = list_set(T, f[0], 0, scenario_node_new(T, RC_NULL_REF, 2, "new item"));
    EXPECT(done);
    list_clear(T, list_of(f[0]));
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

const struct script script_list_read_against_growth = {.threads = {"writer", "reader"},
                                                       .run = {grow_list, read_growing_list},
                                                       .prepare = {make_list},
                                                       .finish = forget};

const struct script script_list_read_against_removal = {.threads = {"writer", "reader"},
                                                        .run = {empty_list, read_shrinking_list},
                                                        .prepare = {make_list},
                                                        .finish = forget};

/* --- dicts -------------------------------------------------------------------------------------------------------- */

static void put(struct thread *T, rc_loc dict, int64_t key, int64_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, key));
    bool done = dict_set(T, dict, f[0], scenario_node_new(T, RC_NULL_REF, number, "value"));
    EXPECT(done);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* As many keys as its table has room for. */
static void make_dict(struct thread *T)
{
    RC_FRAME(T, f, 1);
    keep(T, dict_new(T), "dict");
    f[0] = rc_load(T, NULL, &container);
    put(T, f[0], KEY, 1);
    for (int64_t key = KEY + 1; dict_length(T, f[0]) < 5; key++)
        put(T, f[0], key, 9);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void read_dict(struct thread *T, bool may_be_gone)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &container);
    f[1] = rc_move(T, int_new(T, KEY));
    f[2] = dict_get(T, f[0], f[1]);
    expect_right(T, f[2], may_be_gone);
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void read_growing_dict(struct thread *T) { read_dict(T, false); }
static void read_shrinking_dict(struct thread *T) { read_dict(T, true); }

static void grow_dict(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &container);
    put(T, f[0], KEY, 2);
    put(T, f[0], KEY + 50, 9);
    put(T, f[0], KEY + 51, 9);
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

static void empty_dict(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &container);
    f[1] = rc_move(T, int_new(T, KEY));
    bool done = dict_delete(T, f[0], f[1]);
    EXPECT(done);
    rc_clear(T, &f[1]);
    put(T, f[0], KEY, 2);
    dict_clear(T, dict_of(f[0]));
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

const struct script script_dict_read_against_growth = {.threads = {"writer", "reader"},
                                                       .run = {grow_dict, read_growing_dict},
                                                       .prepare = {make_dict},
                                                       .finish = forget};

const struct script script_dict_read_against_removal = {.threads = {"writer", "reader"},
                                                        .run = {empty_dict, read_shrinking_dict},
                                                        .prepare = {make_dict},
                                                        .finish = forget};
