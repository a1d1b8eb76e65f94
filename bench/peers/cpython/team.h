/*
 * A team: new threads, pinned, that hold the global lock by turns and run one job from a common start.
 *
 * The caller is its member 0, and stays pinned.  Until all have come they spin without the lock.
 */
#ifndef PEERS_CPYTHON_TEAM_H
#define PEERS_CPYTHON_TEAM_H

#include "bench/peers/cpython/thread.h"
#include "bench/trial/pin.h"

#include <stdint.h>

enum { TEAM_MAX = 2 };

typedef void team_job(struct thread *T, void *context);

/* Once: how threads are pinned.  Pins the caller, too, where the member 0 of every team runs. */
void team_start(enum pin_policy policy);

/* Seconds from the first start to the last end. */
double team_run(struct thread *T, unsigned size, team_job *job, void *context);

#endif
