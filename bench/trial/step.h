/*
 * Steps of a workload that all its threads do together: none begins the next before all have done this one.
 *
 * Who waits is blocked (thread_block): it delays no stop of the world and holds no global lock.
 */
#ifndef BENCH_TRIAL_STEP_H
#define BENCH_TRIAL_STEP_H

#include "runtimes/thread.h"

#include <pthread.h>
#include <stdbool.h>

/* All zeros at first. */
struct step {
    pthread_barrier_t barrier;
    bool ready;
};

/* For so many threads; false if there is no memory. */
static inline bool step_init(struct step *step, unsigned threads)
{
    step->ready = pthread_barrier_init(&step->barrier, NULL, threads) == 0;
    return step->ready;
}

static inline void step_fini(struct step *step)
{
    if (step->ready)
        pthread_barrier_destroy(&step->barrier);
    step->ready = false;
}

/* Waits until every thread has come here. */
static inline void step_await(struct step *step, struct thread *T)
{
    thread_block(T);
    pthread_barrier_wait(&step->barrier);
    thread_unblock(T);
}

#endif
