/* The benchmarks of objects through calls: to be compared with those of a runtime that has only its C interface. */
#include "bench/calls.h"

#define OP(verb) call_##verb
#define ROW(identifier) micro_call_##identifier
#define PATH "micro/call/"
#define GROUP(own) MICRO_CALL
#define NOTE ", by calls"
#include "bench/micro_object.h"
