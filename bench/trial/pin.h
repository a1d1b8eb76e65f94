/*
 * Pinning: on which processing unit each thread of a team runs.
 *
 *   near    next to one another: the cores in the order of the topology, which keeps those that share caches together
 *   spread  as far from one another as the machine allows
 *   off     where the operating system likes
 *
 * A core's second hardware thread is used only after every core has its first.  More threads than units start over.  Only
 * units that the process is allowed to use count (cgroup, taskset).
 */
#ifndef BENCH_TRIAL_PIN_H
#define BENCH_TRIAL_PIN_H

#include <stdbool.h>
#include <stddef.h>

enum pin_policy { PIN_NEAR, PIN_SPREAD, PIN_OFF, PIN_POLICIES };

extern const char *const pin_names[PIN_POLICIES];

struct pin;

/* Chooses units for `threads` threads. */
struct pin *pin_create(enum pin_policy policy, unsigned threads);
void pin_destroy(struct pin *pin);

/* Binds the calling thread, thread `index` of the team.  False if the system does not let it. */
bool pin_here(const struct pin *pin, unsigned index);

/* Lets the calling thread run wherever the process might when `pin` was made. */
void pin_undo(const struct pin *pin);

/* The operating system's number of the unit of thread `index`; -1 if not pinned. */
int pin_unit(const struct pin *pin, unsigned index);

#endif
