/* The type of tuples, and what happens if there is no memory for one. */
#include "runtimes/object/tuple.h"

const struct type tuple_type = {.name = "tuple", .kind = OBJ_TUPLE};

rc_ref tuple_failed(struct thread *T, size_t length, const rc_ref *items)
{
    for (size_t i = 0; i < length; i++)
        rc_release(T, items[i]);
    return RC_NULL_REF;
}
