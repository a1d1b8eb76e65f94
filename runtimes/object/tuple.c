/* Making tuples. */
#include "runtimes/object/tuple.h"

const struct type tuple_type = {.name = "tuple", .kind = OBJ_TUPLE};

/* The longest whose size can be told. */
#define TUPLE_MAX ((SIZE_MAX / 2 - sizeof(struct tuple_obj)) / sizeof(rc_cslot))

static rc_ref tuple_failed(struct thread *T, size_t length, const rc_ref *items)
{
    for (size_t i = 0; i < length; i++)
        rc_release(T, items[i]);
    return RC_NULL_REF;
}

rc_ref tuple_new(struct thread *T, size_t length, const rc_ref *items)
{
    CHECK(length <= TUPLE_MAX, "a tuple of %zu items", length);
    rc_ref ref = container_new(T, &tuple_type, tuple_bytes(length));
    if (unlikely(ref_is_null(ref)))
        return tuple_failed(T, length, items);
    struct tuple_obj *t = (struct tuple_obj *)obj_of(ref.p);
    t->length = length;
    for (size_t i = 0; i < length; i++)
        rc_init_cslot(T, &t->items[i], items[i]);
    container_ready(&t->container);
    return ref;
}
