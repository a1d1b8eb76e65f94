/*
 * A heavy barrier of each of two threads (alloc/base/barrier.h): each is interrupted by the other's, too, and where the system lets
 * one after the other have its barrier, each waits for the other.
 */
#include "alloc/base/barrier.h"
#include "bench/micro.h"

enum { BATCH = 64 };

static char nothing;

static void *barrier_setup(struct thread *T)
{
    (void)T;
    barrier_start(); /* once more does nothing */
    return &nothing;
}

static bool barrier_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T, (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        barrier_heavy();
    return true;
}

static void barrier_teardown(struct thread *T, void *context) { (void)T, (void)context; }

const struct micro micro_barrier = {
    .name = "micro/barrier/threads:2",
    .group = MICRO_THREAD,
    .summary = "a barrier for all threads of the process, by two of them",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .large = true,
    .setup = barrier_setup,
    .body = barrier_body,
    .teardown = barrier_teardown,
};
