/*
 * Inside of gc/: the count of generation 0, of containers or bytes, and what each thread may keep to
 * itself of it.
 */
#ifndef GC_ALLOWANCE_H
#define GC_ALLOWANCE_H

#include "gc/gc.h"

/* Once per program: nothing is counted and no thread attached. */
void allowance_start(void);

/* The count, with what `gc`'s thread has kept to itself. */
int64_t allowance_count(const struct gc_thread *gc);

/* A new allowance for the calling thread, its own. */
void allowance_renew(struct gc_thread *gc);

/* What allowances follow from (policy_young_limit) has changed: each thread's next allocation looks
 * up. */
void allowance_void(void);

/* Ends all counts, those of threads too.  World stopped. */
void allowance_reset(void);

/* What allocations weigh from now on, for every thread.  World stopped. */
void allowance_reweigh(struct gc_weight weight);

/* Around a fork: nobody else is in the middle of a change. */
void allowance_hold(void);
void allowance_resume(void);

#endif
