/* The objects None, False and True. */
#include "runtimes/object/none.h"

#include "runtimes/object/int.h"

const struct type none_type = {.name = "NoneType", .kind = OBJ_NONE};
const struct type bool_type = {.name = "bool", .kind = OBJ_BOOL};

struct obj none_object = {.type = &none_type};
struct obj bool_objects[2] = {{.type = &bool_type}, {.type = &bool_type}};

void none_start(struct thread *T)
{
    obj_immortalize(T, &none_object);
    obj_immortalize(T, &bool_objects[false]);
    obj_immortalize(T, &bool_objects[true]);
    int_start(T);
}
