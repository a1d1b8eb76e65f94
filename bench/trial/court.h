/*
 * Ping-pong between two threads, whatever they are: how long it takes to hand a cache line from one core to another, now.
 *
 * The cores of a virtual machine are near or far by turns, without notice: the same pair was seen to need 31 or 104 ns,
 * seconds apart.  A trial of several threads is stamped with this time, so that only trials of one state are compared.
 */
#ifndef BENCH_TRIAL_COURT_H
#define BENCH_TRIAL_COURT_H

#include "alloc/base/atomics.h"
#include <stdint.h>

enum { COURT_WINDOWS = 512 };

struct court {
    _Alignas(64) _Atomic uint32_t ball;
    char rest_of_line[60];
    uint64_t windows_ns[COURT_WINDOWS];
    unsigned windows;
};

/* Makes it ready, before any thread plays. */
void court_open(struct court *court);

/* What thread `index` of those that meet does, for about 3 ms; those from 2 on do nothing. */
void court_play(struct court *court, unsigned index);

/* Nanoseconds of one hand-over, the median, when both have played. */
double court_handoff_ns(struct court *court);

#endif
