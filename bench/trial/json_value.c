/* Comparing lists and dicts by what is in them, which obj_equals does not. */
#include "bench/trial/json_value.h"

#include "bench/trial/cell.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/list.h"

static bool lists_are_equal(struct thread *T, rc_loc a, rc_loc b)
{
    RC_FRAME(T, f, 2);
    size_t length = list_length(T, a);
    bool equal = length == list_length(T, b);
    for (size_t i = 0; equal && i < length; i++) {
        thread_safepoint(T);
        f[0] = list_get(T, a, i);
        f[1] = list_get(T, b, i);
        equal = json_value_equals(T, f[0], f[1]);
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
    return equal;
}

static bool dicts_are_equal(struct thread *T, rc_loc a, rc_loc b)
{
    RC_FRAME(T, f, 3);
    enum { KEY, VALUE, OTHER };
    bool equal = dict_length(T, a) == dict_length(T, b);
    for (size_t at = 0; equal && dict_next(T, a, &at, &f[KEY], &f[VALUE]);) {
        thread_safepoint(T);
        f[OTHER] = dict_get(T, b, f[KEY]);
        equal = !loc_is_null(f[OTHER]) && json_value_equals(T, f[VALUE], f[OTHER]);
        cells_drop(T, f, 3);
    }
    RC_LEAVE(T, f);
    return equal;
}

bool json_value_equals(struct thread *T, rc_loc a, rc_loc b)
{
    const struct obj *left = obj_get(a);
    const struct obj *right = obj_get(b);
    if (left->type->kind != right->type->kind)
        return false;
    if (obj_is(left, OBJ_LIST))
        return lists_are_equal(T, a, b);
    if (obj_is(left, OBJ_DICT))
        return dicts_are_equal(T, a, b);
    return obj_equals(left, right);
}
