/* The global lock released and taken, as bench/micro_thread.c. */
#include "alloc/base/atomics.h"
#include "bench/micro.h"
#include "bench/peers/cpython/thread.h"

#include <sched.h>
#include <stdlib.h>

enum { BATCH = 4096, HANDOVERS = 64, SPINS_BEFORE_YIELD = 1 << 12 };

struct turn {
    _Atomic uintptr_t last; /* the struct thread that had the lock last */
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

const struct micro micro_block = {
    .name = "micro/block",
    .group = MICRO_THREAD,
    .summary = "PyEval_SaveThread and PyEval_RestoreThread of one thread",
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
