/*
 * Operation counting, for a program of its own (refbench-tally) that is never timed: how often a workload makes an
 * object, takes a reference and ends one, as an eager strategy would have to.  Null references are not counted.
 */
#ifndef RUNTIMES_RC_TALLY_COUNT_H
#define RUNTIMES_RC_TALLY_COUNT_H

#include "runtimes/rc/tally_unprofiled.h"
#include "runtimes/rc/types.h"

struct rc_tally {
    uint64_t allocations;
    uint64_t increments;
    uint64_t decrements;
};

extern _Thread_local struct rc_tally rc_tally_here;

static inline void rc_tally_new(struct thread *T, const struct rc_header *object)
{
    (void)T, (void)object;
    rc_tally_here.allocations++;
}

static inline void rc_tally_inc(struct thread *T, const struct rc_header *object,
                                enum profile_place place)
{
    (void)T, (void)place;
    rc_tally_here.increments += object != NULL;
}

static inline void rc_tally_dec(struct thread *T, const struct rc_header *object,
                                enum profile_place place)
{
    (void)T, (void)place;
    rc_tally_here.decrements += object != NULL;
}

/* Adds what the calling thread has counted to the total and begins anew.  Thread-safe. */
void rc_tally_flush(void);

/* The total since the program began; true, since this program counts. */
bool rc_tally_total(struct rc_tally *total);

#endif
