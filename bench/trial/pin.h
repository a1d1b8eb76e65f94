/*
 * Pinning: on which processor each thread of a team runs.
 *
 *   near    next to one another
 *   spread  as far from one another as the machine allows
 *   none    where the operating system likes
 *
 * alloc/base/topology.h has both orders.  More threads than processors start over.  Only processors that the process is
 * allowed to use count (cgroup, taskset).
 */
#ifndef BENCH_TRIAL_PIN_H
#define BENCH_TRIAL_PIN_H

#include "alloc/base/topology.h"

enum pin_policy { PIN_NEAR, PIN_SPREAD, PIN_NONE, PIN_POLICIES };

extern const char *const pin_names[PIN_POLICIES];

/* The processor of the thread with that number in a team; NULL if it is not pinned. */
const struct processor *pin_processor(const struct topology *topology, enum pin_policy policy,
                                      unsigned index);

/* Binds the calling thread, thread `index` of its team.  False if the system does not let it. */
bool pin_here(enum pin_policy policy, unsigned index);

/* Lets the calling thread run wherever the process may. */
void pin_undo(enum pin_policy policy);

#endif
