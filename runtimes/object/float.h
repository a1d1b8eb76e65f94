/*
 * Floats, immutable.
 *
 * Bytes: an object header + 8 (size.h).
 */
#ifndef RUNTIMES_OBJECT_FLOAT_H
#define RUNTIMES_OBJECT_FLOAT_H

#include "runtimes/object/object.h"

struct float_obj {
    struct obj obj;
    double value;
};

extern const struct type float_type;

static inline rc_ref float_new(struct thread *T, double value)
{
    rc_ref ref = obj_new(T, &float_type, sizeof(struct float_obj));
    if (likely(!ref_is_null(ref)))
        ((struct float_obj *)obj_of(ref.p))->value = value;
    return ref;
}

static inline double float_value(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_FLOAT));
    return ((const struct float_obj *)o)->value;
}

#endif
