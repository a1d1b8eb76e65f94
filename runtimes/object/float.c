/* The type of floats. */
#include "runtimes/object/float.h"

const struct type float_type = {.name = "float", .kind = OBJ_FLOAT};
