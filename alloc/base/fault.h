/*
 * Seeded faults: code with one step left out or wrong, which a tool must find (tests/fault/run).  What is not found in spite
 * of a fault is not tested.
 *
 * `FAULT(name)` is true in a process that was told so, by REFBENCH_FAULT=<name> in its environment or by fault_seed, one
 * fault at most.  Only in builds with assertions, or with REFBENCH_FAULTS: in others it is false, and gone from the code.
 * Where to look would be a step, FAULT_SEEDED=FAULT_<name> makes the choice when the code is compiled.
 */
#ifndef ALLOC_BASE_FAULT_H
#define ALLOC_BASE_FAULT_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"

#include <stdbool.h>

enum fault {
    FAULT_none,
#define SEED(name, runtime, tool, what) FAULT_##name,
#include "alloc/base/faults.def"
#undef SEED
};

#ifndef REFBENCH_FAULTS
#define REFBENCH_FAULTS REFBENCH_DEBUG
#endif

/* Set before there are other threads. */
extern enum fault fault_seeded;

#ifdef FAULT_SEEDED
#define FAULT(name) (FAULT_##name == FAULT_SEEDED)
#else
#define FAULT(name) (REFBENCH_FAULTS && unlikely(fault_seeded == FAULT_##name))
#endif

/* False if there is no such fault, or none can be seeded in this build. */
bool fault_seed(const char *name);

#endif
