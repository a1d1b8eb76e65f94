/*
 * What a thread asks of the others.
 *
 *   safepoint     the poll: shall I stop?
 *   block         the thread steps aside as for a system call, and comes back
 *   gil_handover  it steps aside until the other thread has had the global lock, and takes it back: the lock goes there
 *                 and back in one operation
 *
 * In gil_handover threads take turns strictly: `last` is the one that had the lock last.
 */
#include "bench/micro.h"
#include "runtimes/thread.h"

#include <sched.h>
#include <stdlib.h>

enum { BATCH = 4096, HANDOVERS = 64, SPINS_BEFORE_YIELD = 1 << 12 };

struct turn {
    _Atomic uintptr_t last; /* a struct thread */
};

static void *turn_setup(struct thread *T)
{
    struct turn *turn = malloc(sizeof(*turn));
    if (turn != NULL)
        store_relaxed(&turn->last, (uintptr_t)T);
    return turn;
}

static void turn_teardown(struct thread *T, void *context)
{
    (void)T;
    free(context);
}

static bool safepoint_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < iterations; i++) {
        thread_safepoint(T);
        T = (struct thread *)hide_address((uintptr_t)T);
    }
    return true;
}

static bool block_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < iterations; i++) {
        thread_block(T);
        thread_unblock(T);
        T = (struct thread *)hide((uintptr_t)T);
    }
    return true;
}

/* Relaxed: the word is all that they share, and the lock orders the rest. */
static void await_other(const struct turn *turn, const struct thread *T)
{
    for (unsigned spins = 1; load_relaxed(&turn->last) == (uintptr_t)T; spins++) {
        if (spins % SPINS_BEFORE_YIELD == 0)
            sched_yield(); /* both on one core */
        cpu_relax();
    }
}

static bool handover_body(struct thread *T, uint64_t iterations, void *context)
{
    struct turn *turn = context;
    for (uint64_t i = 0; i < iterations; i++) {
        thread_block(T);
        await_other(turn, T);
        thread_unblock(T);
        store_relaxed(&turn->last, (uintptr_t)T);
    }
    return true;
}

const struct micro micro_safepoint = {
    .name = "micro/safepoint",
    .group = MICRO_THREAD,
    .summary = "the poll of a safepoint",
    .threads = 1,
    .batch = BATCH,
    .setup = turn_setup,
    .body = safepoint_body,
    .teardown = turn_teardown,
};

const struct micro micro_block = {
    .name = "micro/block",
    .group = MICRO_THREAD,
    .summary = "one thread steps aside, as for a system call, and comes back",
    .threads = 1,
    .batch = BATCH,
    .setup = turn_setup,
    .body = block_body,
    .teardown = turn_teardown,
};

const struct micro micro_gil_handover = {
    .name = "micro/gil_handover/threads:2",
    .group = MICRO_THREAD,
    .summary = "the global lock to the other thread and back",
    .shared = true,
    .serial = true,
    .threads = 2,
    .batch = HANDOVERS,
    .setup = turn_setup,
    .body = handover_body,
    .teardown = turn_teardown,
};
