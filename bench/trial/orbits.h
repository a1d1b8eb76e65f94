/*
 * The sun and four planets as objects, every number a float of its own: the system of the workload nbody.
 *
 * A system is an instance with its planets, the pairs of them, and the constants that its code uses.  What finds no memory returns
 * null or false; sums of what is null are null.
 */
#ifndef BENCH_TRIAL_ORBITS_H
#define BENCH_TRIAL_ORBITS_H

#include "runtimes/thread.h"

#define ORBITS_STEP 0.01 /* years */

/* As planets_init (planets.h) has it. */
rc_ref orbits_new(struct thread *T);

/* One step of `system`, an argument: each two planets attract each other, each planet moves. */
bool orbits_advance(struct thread *T, rc_loc system);

/* The energy of `system`, an argument: a float. */
rc_ref orbits_energy(struct thread *T, rc_loc system);

#endif
