/*
 * What has no part in any runtime: a loop that is empty, and integer arithmetic by one thread and by two.
 *
 * The first is what a poll of a safepoint stands beside.  The second is what the machine itself gives to a second thread; who
 * calculates has stepped aside, as native code does that lets go of a global lock.
 */
#include "bench/micro.h"
#include "runtimes/thread.h"

enum {
    BATCH = 4096,
    STEPS = 1 << 16, /* of a batch: many more than stepping aside and coming back takes */
};

static char nothing;

static void *nothing_new(struct thread *T)
{
    (void)T;
    return &nothing;
}

static void nothing_free(struct thread *T, void *context) { (void)T, (void)context; }

static bool loop_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        T = (struct thread *)hide_address((uintptr_t)T);
    return true;
}

/* Each step needs the one before it. */
static bool arithmetic_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    uintptr_t x = hide(1);
    thread_block(T);
    for (uint64_t i = 0; i < iterations; i++)
        x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + i;
    thread_unblock(T);
    hide(x);
    return true;
}

const struct micro micro_loop = {
    .name = "micro/loop",
    .group = MICRO_RAW,
    .summary = "once round a loop",
    .threads = 1,
    .batch = BATCH,
    .setup = nothing_new,
    .body = loop_body,
    .teardown = nothing_free,
};

const struct micro micro_arithmetic_1 = {
    .name = "micro/arithmetic/threads:1",
    .group = MICRO_RAW,
    .summary = "a step of integer arithmetic, by a team",
    .shared = true,
    .threads = 1,
    .batch = STEPS,
    .setup = nothing_new,
    .body = arithmetic_body,
    .teardown = nothing_free,
};

const struct micro micro_arithmetic_2 = {
    .name = "micro/arithmetic/threads:2",
    .group = MICRO_RAW,
    .summary = "the same by two threads",
    .shared = true,
    .threads = 2,
    .batch = STEPS,
    .setup = nothing_new,
    .body = arithmetic_body,
    .teardown = nothing_free,
};
