/* The type of tuples. */
#include "runtimes/object/tuple.h"

const struct type tuple_type = {.name = "tuple", .kind = OBJ_TUPLE};
