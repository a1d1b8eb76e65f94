/*
 * Seeded faults: code with one step left out, which the tests must catch (tests/stress/faults.def, tests/exchange/faults.def,
 * tests/conformance/faults.def).
 *
 * `FAULT(name)` is true in a process that was told so, by REFBENCH_FAULT=<name> in its environment or by fault_seed, one
 * fault at most.  Debug builds only: in others it is false, and gone from the code.
 */
#ifndef ALLOC_BASE_FAULT_H
#define ALLOC_BASE_FAULT_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"

#include <stdbool.h>

enum fault {
    FAULT_none,
#define SEED(name, what) FAULT_##name,
#include "alloc/base/faults.def"
#undef SEED
};

/* Set before there are other threads. */
extern enum fault fault_seeded;

#define FAULT(name) (REFBENCH_DEBUG && unlikely(fault_seeded == FAULT_##name))

/* False if there is no such fault, or this is no debug build. */
bool fault_seed(const char *name);

#endif
