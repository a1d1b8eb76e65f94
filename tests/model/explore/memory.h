/*
 * What the compiler calls for every access of instrumented code (memory.c), and what may be accessed at all (machine.c).
 */
#ifndef TESTS_MODEL_EXPLORE_MEMORY_H
#define TESTS_MODEL_EXPLORE_MEMORY_H

#include "tests/model/explore/op.h"

#include <stdbool.h>

/* Whether the address is no page of the machine's, or one that is mapped. */
bool memory_is_mapped(const void *address);

/* The running thread's step touches its object: fails if it must not. */
void memory_touch_atomic(const struct op *op, bool wrote);

#endif
