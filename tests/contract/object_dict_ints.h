/* Dicts from int to int, with C's own ints: for tests. */
#ifndef TESTS_CONTRACT_OBJECT_DICT_INTS_H
#define TESTS_CONTRACT_OBJECT_DICT_INTS_H

#include "tests/contract/object_fixture.h"

static inline bool set_int(struct thread *T, rc_loc dict, int64_t key, int64_t value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, key));
    const bool done = dict_set(T, dict, f[0], int_new(T, value));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

/* -1: there is none. */
static inline int64_t get_int(struct thread *T, rc_loc dict, int64_t key)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, int_new(T, key));
    f[1] = dict_get(T, dict, f[0]);
    const int64_t value = loc_is_null(f[1]) ? -1 : int_value(obj_get(f[1]));
    cell_drop(T, &f[1]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return value;
}

static inline bool delete_int(struct thread *T, rc_loc dict, int64_t key)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, int_new(T, key));
    const bool done = dict_delete(T, dict, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return done;
}

/* Walks on; false at the end. */
static inline bool next_ints(struct thread *T, rc_loc dict, size_t *position, int64_t *key,
                             int64_t *value)
{
    RC_FRAME(T, f, 2);
    const bool more = dict_next(T, dict, position, &f[0], &f[1]);
    if (more) {
        *key = int_value(obj_get(f[0]));
        *value = int_value(obj_get(f[1]));
        cell_drop(T, &f[0]);
        cell_drop(T, &f[1]);
    }
    RC_LEAVE(T, f);
    return more;
}

#endif
