/*
 * None, True and False: three immortal objects outside of every heap.
 *
 * Bytes: an object header (size.h).
 */
#ifndef RUNTIMES_OBJECT_NONE_H
#define RUNTIMES_OBJECT_NONE_H

#include "runtimes/object/object.h"

extern const struct type none_type;
extern const struct type bool_type;

extern struct obj none_object;
extern struct obj bool_objects[2]; /* False, True */

static inline rc_ref none_ref(struct thread *T) { return obj_immortal(T, &none_object); }
static inline rc_ref bool_ref(struct thread *T, bool value)
{
    return obj_immortal(T, &bool_objects[value]);
}

static inline bool obj_is_none(const struct obj *o) { return o == &none_object; }

static inline bool bool_value(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_BOOL));
    return o == &bool_objects[true];
}

/* Makes all objects outside of heaps immortal: None, True, False and the shared ints.  Once per
 * start of the runtime, by the first thread, before any other use. */
void none_start(struct thread *T);

#endif
