/*
 * Measuring in this program: Google Benchmark's loop for one thread, and a team of new threads for shared benchmarks, timed
 * by itself.
 *
 * CPython asks a thread for the global lock every 5 ms; what is written in C has to look for itself, so a team's thread
 * steps aside after a batch if it has run for so long, as the interpreter's loop does.
 */
#ifndef PEERS_CPYTHON_LANE_H
#define PEERS_CPYTHON_LANE_H

#include "bench/micro.h"
#include "bench/peers/cpython/thread.h"

/* Whether there is memory for it. */
bool lane_can_run(const struct micro *micro);

/* Registers every benchmark of rows.def that can run, to be run by T, whose record must live as long. */
void lane_register(struct thread *T);

#endif
