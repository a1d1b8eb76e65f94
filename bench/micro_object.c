/* The benchmarks of objects, as a compiler inlines them. */
#include "bench/operations.h"

#define OP(verb) op_##verb
#define ROW(identifier) micro_##identifier
#define PATH "micro/"
#define GROUP(own) (own)
#define NOTE ""
#include "bench/micro_object.h"
