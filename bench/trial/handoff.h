/* How long it takes to hand a cache line from one core of a team to another, now (court.h). */
#ifndef BENCH_TRIAL_HANDOFF_H
#define BENCH_TRIAL_HANDOFF_H

#include "bench/trial/team.h"

/* Nanoseconds of one hand-over between the first two members, the median over about 3 ms; 0 with one member. */
double handoff_ns(struct team *team);

#endif
