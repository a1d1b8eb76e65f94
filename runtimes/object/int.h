/*
 * Integers of 64 bits, immutable.  Arithmetic that overflows stops the program with a message: no
 * workload needs more.
 *
 * The ints from -5 to 256 are shared: one immortal object each, outside of every heap, as CPython
 * has them.
 *
 * Bytes: an object header + 8 (size.h).
 */
#ifndef RUNTIMES_OBJECT_INT_H
#define RUNTIMES_OBJECT_INT_H

#include "runtimes/object/object.h"

struct int_obj {
    struct obj obj;
    int64_t value;
};

extern const struct type int_type;

enum {
    INT_SHARED_MIN = -5,
    INT_SHARED_MAX = 256,
    INT_SHARED = INT_SHARED_MAX - INT_SHARED_MIN + 1,
};

extern struct int_obj int_shared[INT_SHARED];

static inline bool int_is_shared(int64_t value)
{
    return value >= INT_SHARED_MIN && value <= INT_SHARED_MAX;
}

static inline rc_ref int_new(struct thread *T, int64_t value)
{
    if (int_is_shared(value))
        return obj_immortal(T, &int_shared[value - INT_SHARED_MIN].obj);
    rc_ref ref = obj_new(T, &int_type, sizeof(struct int_obj));
    if (likely(!ref_is_null(ref)))
        ((struct int_obj *)obj_of(ref.p))->value = value;
    return ref;
}

static inline int64_t int_value(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_INT));
    return ((const struct int_obj *)o)->value;
}

/* a + b as a new int; both borrowed. */
rc_ref int_add(struct thread *T, rc_loc a, rc_loc b);

/* Makes the shared ints; called by none_start. */
void int_start(struct thread *T);

#endif
