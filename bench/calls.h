/*
 * The operations of bench/operations.h as external functions call_<verb>.
 *
 * They are compiled in a file of their own and nothing is optimised across files, so none is inlined.
 */
#ifndef BENCH_CALLS_H
#define BENCH_CALLS_H

#include "bench/operations.h"

#define CALL(result, verb, parameters, arguments) result call_##verb parameters;
#include "bench/calls.def"
#undef CALL

void call_drop(struct thread *T, rc_loc loc);

#endif
