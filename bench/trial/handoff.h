/*
 * How long it takes to hand a cache line from one core to another, now.
 *
 * The cores of a virtual machine are near or far by turns, without notice: the same pair was seen to need 31 or 104 ns,
 * seconds apart.  A trial of several threads is stamped with this time, so that only trials of one state are compared.
 */
#ifndef BENCH_TRIAL_HANDOFF_H
#define BENCH_TRIAL_HANDOFF_H

#include "bench/trial/team.h"

/* Nanoseconds of one hand-over between the first two members, the median over about 3 ms; 0 with one member. */
double handoff_ns(struct team *team);

#endif
