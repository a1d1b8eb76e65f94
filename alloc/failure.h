/*
 * Failure: a test of what happens when memory runs out.  In debug builds only; others never fail by command.
 */
#ifndef ALLOC_FAILURE_H
#define ALLOC_FAILURE_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"

#include <stdbool.h>
#include <stdint.h>

extern _Atomic uint64_t failure_countdown;

/* The n-th heap_alloc of any heap, or allocation of the collector, from now on returns NULL, once; 0: none will. */
void failure_at(uint64_t n);

/* Whether the failure has not come yet. */
static inline bool failure_is_pending(void) { return load_relaxed(&failure_countdown) != 0; }

bool failure_count_down(void);

/* Whether this allocation is the one. */
static inline bool failure_is_due(void)
{
    return REFBENCH_DEBUG && unlikely(failure_is_pending()) && failure_count_down();
}

#endif
