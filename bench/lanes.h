/*
 * The two lanes in which this program measures, and what it registers in them.
 *
 *   micro  single operations: Google Benchmark's loop, a batch of operations at a time; shared ones on a team
 *   trial  workloads: one iteration is one trial of a team, timed by the team itself
 */
#ifndef BENCH_LANES_H
#define BENCH_LANES_H

#include "bench/micro.h"
#include "bench/options.h"
#include "bench/trial/team.h"

struct lanes {
    struct thread *T;
    const struct options *options;
    struct snapshots *snapshots; /* NULL: none are taken */
    struct team *team;           /* NULL, or that of the latest run */
    struct entry *entries;       /* what is registered */
    bool refused;                /* a setup failed: the program was refused what it needs */
};

/* Whether this runtime is one for which the benchmark is meant. */
bool lanes_can_run(const struct micro *micro);

/* Registers everything, to be run before lanes_end. */
void lanes_register(struct lanes *lanes);

/* Whether all inputs and the memory that the selected workloads need are there; else `problem` names what is missing. */
bool lanes_check(const struct lanes *lanes, char problem[256]);

/* Ends the team and forgets what was registered. */
void lanes_end(struct lanes *lanes);

#endif
