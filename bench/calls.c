/* Each operation, compiled here and nowhere else. */
#include "bench/calls.h"

#define CALL(result, verb, parameters, arguments)                                                  \
    result call_##verb parameters { return op_##verb arguments; }
#include "bench/calls.def"
#undef CALL

void call_drop(struct thread *T, rc_loc loc) { op_drop(T, loc); }
