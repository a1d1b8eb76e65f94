/*
 * Operations of objects as compiled code asks for them: locs in, a loc out, everything else inside.
 *
 * Arguments are borrowed from cells of the caller's frame; the null loc or false says that there is no memory.  In a
 * measured loop they are inlined, as a compiler that knows the types emits them; bench/calls.h has each as an ordinary
 * external function, which is what a C interface such as CPython's offers.
 */
#ifndef BENCH_OPERATIONS_H
#define BENCH_OPERATIONS_H

#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"

/* One more owned reference to what a cell refers to. */
static inline rc_ref op_owned(struct thread *T, rc_loc loc) { return rc_own(T, rc_dup(T, loc)); }

static inline rc_loc op_float(struct thread *T, double value)
{
    return rc_move(T, float_new(T, value));
}

static inline rc_loc op_str(struct thread *T, const char *text, size_t length)
{
    return rc_move(T, str_new(T, text, length));
}

static inline rc_loc op_tuple_3(struct thread *T, rc_loc a, rc_loc b, rc_loc c)
{
    const rc_ref items[] = {op_owned(T, a), op_owned(T, b), op_owned(T, c)};
    return rc_move(T, tuple_new(T, 3, items));
}

static inline rc_loc op_instance_3(struct thread *T, const struct type *type, rc_loc a, rc_loc b,
                                   rc_loc c)
{
    const rc_ref fields[] = {op_owned(T, a), op_owned(T, b), op_owned(T, c)};
    return rc_move(T, instance_new(T, type, fields));
}

static inline rc_loc op_list_3(struct thread *T, rc_loc a, rc_loc b, rc_loc c)
{
    const rc_ref items[] = {op_owned(T, a), op_owned(T, b), op_owned(T, c)};
    return rc_move(T, list_new_from(T, 3, items));
}

static inline rc_loc op_list(struct thread *T) { return rc_move(T, list_new(T, 0)); }

static inline bool op_list_append(struct thread *T, rc_loc list, rc_loc item)
{
    return list_append(T, list, op_owned(T, item));
}

static inline rc_loc op_dict(struct thread *T) { return rc_move(T, dict_new(T)); }

static inline rc_loc op_dict_get(struct thread *T, rc_loc dict, rc_loc key)
{
    return dict_get(T, dict, key);
}

static inline bool op_dict_set(struct thread *T, rc_loc dict, rc_loc key, rc_loc value)
{
    return dict_set(T, dict, key, op_owned(T, value));
}

static inline void op_drop(struct thread *T, rc_loc loc) { rc_drop(T, loc); }

#endif
