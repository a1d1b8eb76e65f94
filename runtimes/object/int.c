/* The shared ints, and addition. */
#include "runtimes/object/int.h"

#include <inttypes.h>

const struct type int_type = {.name = "int", .kind = OBJ_INT};

struct int_obj int_shared[INT_SHARED];

void int_start(struct thread *T)
{
    for (int i = 0; i < INT_SHARED; i++) {
        int_shared[i].obj.type = &int_type;
        int_shared[i].value = INT_SHARED_MIN + i;
        obj_immortalize(T, &int_shared[i].obj);
    }
}

rc_ref int_add(struct thread *T, rc_loc a, rc_loc b)
{
    int64_t x = int_value(obj_get(a));
    int64_t y = int_value(obj_get(b));
    int64_t sum;
    CHECK(!__builtin_add_overflow(x, y, &sum), "%" PRId64 " + %" PRId64 " needs more than 64 bits",
          x, y);
    return int_new(T, sum);
}
