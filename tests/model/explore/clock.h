/*
 * Vector clocks (Fidge, Mattern, 1988): what happens before what.
 *
 * Each step of a thread has a time, 1 2 3...  A thread's clock holds, for each thread, the time of its last step that happens
 * before what the thread does next.
 */
#ifndef TESTS_MODEL_EXPLORE_CLOCK_H
#define TESTS_MODEL_EXPLORE_CLOCK_H

#include "tests/model/explore/coroutine.h"

#include <stdbool.h>
#include <stdint.h>

struct clock {
    uint32_t time[COROUTINES];
};

static inline void clock_join(struct clock *clock, const struct clock *other)
{
    for (unsigned i = 0; i < COROUTINES; i++)
        if (clock->time[i] < other->time[i])
            clock->time[i] = other->time[i];
}

/* Whether one of the events of `events` (a time for each thread, 0: none) happens before what the clock's thread does. */
static inline bool clock_knows_any(const struct clock *clock, const struct clock *events)
{
    for (unsigned i = 0; i < COROUTINES; i++)
        if (events->time[i] != 0 && events->time[i] <= clock->time[i])
            return true;
    return false;
}

#endif
