/*
 * Tuples: a fixed number of references that never change after construction.
 *
 * Bytes: a container header + 8 + 8 for each item (size.h).
 */
#ifndef RUNTIMES_OBJECT_TUPLE_H
#define RUNTIMES_OBJECT_TUPLE_H

#include "alloc/base/check.h"
#include "runtimes/object/object.h"

struct tuple_obj {
    struct container container;
    size_t length;
    rc_cslot items[];
};

extern const struct type tuple_type;

static inline size_t tuple_bytes(size_t length)
{
    return sizeof(struct tuple_obj) + length * sizeof(rc_cslot);
}

/* The longest whose size can be told. */
#define TUPLE_MAX ((SIZE_MAX / 2 - sizeof(struct tuple_obj)) / sizeof(rc_cslot))

/* Consumes `items[0..length)`.  `length` should be a constant for speed: it is inlined. */
static inline rc_ref tuple_new(struct thread *T, size_t length, const rc_ref *items)
{
    CHECK(length <= TUPLE_MAX, "a tuple of %zu items", length);
    rc_ref ref = container_new(T, &tuple_type, tuple_bytes(length));
    if (unlikely(ref_is_null(ref)))
        return obj_refuse(T, length, items);
    struct tuple_obj *t = (struct tuple_obj *)obj_of(ref.p);
    t->length = length;
    for (size_t i = 0; i < length; i++)
        rc_init_cslot(T, &t->items[i], items[i]);
    container_ready_constant(&t->container);
    return ref;
}

static inline size_t tuple_length(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_TUPLE));
    return ((const struct tuple_obj *)o)->length;
}

/* The item at `index` < length. */
static inline rc_loc tuple_get(struct thread *T, rc_loc tuple, size_t index)
{
    struct tuple_obj *t = (struct tuple_obj *)obj_get(tuple);
    ASSERT(obj_is(&t->container.obj, OBJ_TUPLE) && index < t->length);
    return rc_cload(T, &t->container.obj.rc, &t->items[index]);
}

/* Releases what a tuple that is cyclic garbage holds. */
static inline void tuple_clear(struct thread *T, struct tuple_obj *t)
{
    for (size_t i = 0; i < t->length; i++)
        rc_release(T, rc_ctake(T, &t->items[i]));
}

static inline void tuple_fini(struct thread *T, struct tuple_obj *t)
{
    for (size_t i = 0; i < t->length; i++)
        rc_end_cslot(T, &t->items[i]);
}

#endif
