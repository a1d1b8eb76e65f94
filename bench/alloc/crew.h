/*
 * A crew: threads that live as long as a test and do one job after another together.
 *
 * Each is pinned to a processor of its own, next to the others', and is known to the allocator from its start to its end.
 * The thread that starts the crew is its member 0.  Jobs begin at a spin barrier; between jobs the members spin for a
 * moment, then sleep.  A job for member 0 alone begins at the same barrier, so it costs as much to post; the others wait
 * spinning, so that none has to be woken for the next one.
 */
#ifndef BENCH_ALLOC_CREW_H
#define BENCH_ALLOC_CREW_H

#include "alloc/base/atomics.h"
#include "bench/alloc/allocator.h"

#include <pthread.h>
#include <sched.h>

enum { CREW_MAX = 2, CREW_SPINS_BEFORE_YIELD = 1 << 10 };

/* Returns its part of the sum that crew_run returns. */
typedef uint64_t crew_job(struct alloc_thread *thread, unsigned index, void *context);

struct crew_member {
    _Alignas(64) struct crew *crew;
    unsigned index;
    pthread_t pthread;
    struct alloc_thread *thread;
    uint64_t result;
};

struct crew {
    struct crew_member members[CREW_MAX];
    _Alignas(64) _Atomic uint32_t arrived;
    _Atomic uint32_t done;
    _Alignas(64) _Atomic uint32_t epoch;
    unsigned size;
    unsigned workers; /* members from 0 that do the job */
    crew_job *job;    /* NULL: members are to end */
    void *context;
};

/* The caller's part is `first`.  The crew stays where it is until crew_stop. */
void crew_start(struct crew *crew, struct alloc_thread *first, unsigned size);
void crew_stop(struct crew *crew);

/* All members do the job; returns the sum of what they return, when all have. */
uint64_t crew_run(struct crew *crew, crew_job *job, void *context);

/* Member 0 alone does. */
uint64_t crew_run_one(struct crew *crew, crew_job *job, void *context);

/* One more turn of a loop that waits for another thread; `spins` counts them from 0. */
static inline void crew_spin(unsigned *spins)
{
    if (++*spins % CREW_SPINS_BEFORE_YIELD == 0)
        sched_yield(); /* more threads than processors */
    cpu_relax();
}

#endif
