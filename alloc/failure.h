/*
 * Failure: a test of what happens when memory runs out.  In debug builds only; others never fail by command.
 *
 * What the operating system refuses is counted apart, in alloc/base/refusal.h.
 */
#ifndef ALLOC_FAILURE_H
#define ALLOC_FAILURE_H

#include "alloc/base/check.h"
#include "alloc/base/countdown.h"

extern struct countdown failure_countdown;

/* The n-th heap_alloc of any heap, list of the collector or record of a thread from now on returns NULL, once; 0: none will. */
void failure_at(uint64_t n);

/* Whether the failure has not come yet. */
static inline bool failure_is_pending(void) { return countdown_is_running(&failure_countdown); }

/* Whether this allocation is the one. */
static inline bool failure_is_due(void)
{
    return REFBENCH_DEBUG && unlikely(failure_is_pending()) && countdown_step(&failure_countdown);
}

#endif
