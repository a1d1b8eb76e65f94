/*
 * Refusals: a test of what happens when the operating system says no.  In debug builds only; others never refuse by command.
 *
 * Whatever alloc/ asks of the system, or of the C library, and may not get, it asks here first: pages to map, to unmap, to
 * discard and to bind to a node, malloc for large blocks, the key of a thread's exit and its value, the buckets of an
 * index.  Counted apart from allocations (alloc/failure.h), few of which come so far.
 */
#ifndef ALLOC_BASE_REFUSAL_H
#define ALLOC_BASE_REFUSAL_H

#include "alloc/base/check.h"
#include "alloc/base/countdown.h"

extern struct countdown refusal_countdown;

/* The n-th request from now on is refused, once; 0: none will be. */
void refusal_at(uint64_t n);

/* Whether the refusal has not come yet. */
static inline bool refusal_is_pending(void) { return countdown_is_running(&refusal_countdown); }

/* Whether this request is the one. */
static inline bool refusal_is_due(void)
{
    return REFBENCH_DEBUG && unlikely(refusal_is_pending()) && countdown_step(&refusal_countdown);
}

#endif
