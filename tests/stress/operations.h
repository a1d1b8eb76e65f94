/* What a thread does to objects: makes them, ties them, and passes them on through shared
 * containers. */
#ifndef TESTS_STRESS_OPERATIONS_H
#define TESTS_STRESS_OPERATIONS_H

#include "tests/stress/stress.h"

/* --- making ----------------------------------------------------------------------------------- */

/* Mostly a leaf, so that structures end somewhere. */
static inline rc_ref make_item(struct thread *T, struct work *w)
{
    rc_loc *cell = any_register(w);
    return pick(w, 4) == 0 ? reference_to(T, *cell) : make_leaf(T, w);
}

static inline rc_ref make_tuple(struct thread *T, struct work *w)
{
    rc_ref items[SMALL];
    size_t length = pick(w, SMALL + 1);
    for (size_t i = 0; i < length; i++)
        items[i] = make_item(T, w);
    w->tally.made += length > 0;
    return tuple_new(T, length, items);
}

static inline rc_ref make_node(struct thread *T, struct work *w)
{
    rc_ref left = make_item(T, w);
    rc_ref right = make_item(T, w);
    w->tally.made++;
    return instance_new(T, &node_type, (rc_ref[]){left, right});
}

static inline rc_ref make_list(struct thread *T, struct work *w)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, pick(w, SMALL)));
    w->tally.made++;
    for (unsigned i = pick(w, SMALL + 1); i > 0; i--)
        list_append(T, f[0], make_item(T, w));
    rc_ref list = rc_own(T, f[0]);
    RC_LEAVE(T, f);
    return list;
}

static inline void set_random_key(struct thread *T, struct work *w, rc_loc dict, rc_ref value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, INT_BASE + pick(w, KEYS)));
    w->tally.made++;
    dict_set(T, dict, f[0], value);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static inline rc_ref make_dict(struct thread *T, struct work *w)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, dict_new(T));
    w->tally.made++;
    for (unsigned i = pick(w, SMALL + 1); i > 0; i--)
        set_random_key(T, w, f[0], make_item(T, w));
    rc_ref dict = rc_own(T, f[0]);
    RC_LEAVE(T, f);
    return dict;
}

static inline rc_ref make_anything(struct thread *T, struct work *w)
{
    switch (pick(w, 8)) {
    case 0:
        return make_tuple(T, w);
    case 1:
        return make_node(T, w);
    case 2:
        return make_list(T, w);
    case 3:
        return make_dict(T, w);
    default:
        return make_leaf(T, w);
    }
}

/* --- on the thread's own registers ------------------------------------------------------------ */

static inline void do_make(struct thread *T, struct work *w)
{
    rc_ref object = make_anything(T, w);
    replace(T, any_register(w), rc_move(T, object));
}

static inline void do_alias(struct thread *T, struct work *w)
{
    rc_loc *from = any_register(w);
    rc_loc *to = any_register(w);
    if (from != to)
        replace(T, to, rc_dup(T, *from));
}

static inline void do_drop(struct thread *T, struct work *w)
{
    replace(T, any_register(w), rc_move(T, none_ref(T)));
}

/* Changes a container, which may be shared by now, or get itself. */
static inline void do_nest(struct thread *T, struct work *w)
{
    rc_loc host = *any_register(w);
    rc_ref item = make_item(T, w);
    switch (obj_get(host)->type->kind) {
    case OBJ_LIST:
        if (!list_set(T, host, pick(w, SMALL), reference_to(T, *any_register(w))))
            list_append(T, host, item);
        else
            rc_release(T, item);
        return;
    case OBJ_DICT:
        if (dict_length(T, host) > SMALL)
            rc_release(T, item);
        else
            set_random_key(T, w, host, item);
        return;
    case OBJ_INSTANCE:
        instance_set(T, host, pick(w, 2), item);
        return;
    default:
        rc_release(T, item);
    }
}

/* Reads an item of a container. */
static inline void do_read(struct thread *T, struct work *w)
{
    rc_loc host = *any_register(w);
    rc_loc item = RC_NULL_LOC;
    if (obj_is(obj_get(host), OBJ_LIST))
        item = list_get(T, host, pick(w, SMALL));
    else if (obj_is(obj_get(host), OBJ_INSTANCE))
        item = instance_get(T, host, pick(w, 2));
    else if (obj_is(obj_get(host), OBJ_TUPLE) && tuple_length(obj_get(host)) > 0)
        item = tuple_get(T, host, pick(w, (uint32_t)tuple_length(obj_get(host))));
    if (loc_is_null(item))
        return;
    inspect(obj_get(item));
    replace(T, any_register(w), item);
}

/* A ring of nodes, let go at once or kept by a register. */
static inline void do_tie(struct thread *T, struct work *w)
{
    unsigned length = 1 + pick(w, 4);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, make_node(T, w));
    f[1] = rc_dup(T, f[0]);
    for (unsigned i = 1; i < length; i++) {
        rc_ref next = reference_to(T, f[1]);
        w->tally.made++;
        replace(T, &f[1], rc_move(T, instance_new(T, &node_type, (rc_ref[]){next, RC_NULL_REF})));
        instance_set(T, f[1], 1, none_ref(T));
    }
    instance_set(T, f[0], 0, reference_to(T, f[1]));
    rc_clear(T, &f[1]);
    if (pick(w, 2) == 0)
        replace(T, any_register(w), rc_dup(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- through shared containers ---------------------------------------------------------------- */

static inline void keep_if_any(struct thread *T, struct work *w, rc_loc item)
{
    if (loc_is_null(item))
        return;
    inspect(obj_get(item));
    replace(T, any_register(w), item);
}

/* The list grows until it is LONGEST. */
static inline void do_list(struct thread *T, struct work *w)
{
    rc_loc item = *any_register(w);
    switch (pick(w, 8)) {
    case 0:
    case 1:
    case 2:
        if (list_length(T, *w->list) < LONGEST)
            list_append(T, *w->list, reference_to(T, item));
        return;
    case 3:
        list_set(T, *w->list, pick(w, LONGEST), reference_to(T, item));
        return;
    case 4:
    case 5:
        keep_if_any(T, w, rc_move(T, list_pop(T, *w->list)));
        return;
    default:
        keep_if_any(T, w, list_get(T, *w->list, pick(w, LONGEST)));
    }
}

static inline void do_dict(struct thread *T, struct work *w)
{
    rc_loc item = *any_register(w);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, INT_BASE + pick(w, KEYS)));
    w->tally.made++;
    switch (pick(w, 5)) {
    case 0:
        dict_set(T, *w->dict, f[0], reference_to(T, item));
        break;
    case 1:
        dict_delete(T, *w->dict, f[0]);
        break;
    case 2:
        keep_if_any(T, w, dict_setdefault(T, *w->dict, f[0], reference_to(T, item)));
        break;
    default:
        keep_if_any(T, w, dict_get(T, *w->dict, f[0]));
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static inline void do_board(struct thread *T, struct work *w)
{
    uint32_t field = pick(w, FIELDS);
    rc_loc item = *any_register(w);
    switch (pick(w, 3)) {
    case 0:
        instance_set(T, *w->board, field, reference_to(T, item));
        return;
    case 1:
        keep_if_any(T, w, rc_move(T, instance_swap(T, *w->board, field, reference_to(T, item))));
        return;
    default:
        keep_if_any(T, w, instance_get(T, *w->board, field));
    }
}

#endif
