/*
 * arithmetic: the control.  Chains of integer operations that touch no object and no memory.
 *
 * What the machine itself gives to more threads: any runtime's gain is judged beside this one.  So the threads do not
 * take part in the runtime while they calculate (thread_block), as a native extension would that lets go of the global
 * lock.
 */
#include "bench/trial/mix.h"
#include "bench/workload.h"

enum {
    CHAINS = 20000,
    STEPS = 1 << 13, /* each needs the one before it */
};

static bool arithmetic_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = (uint64_t)(CHAINS / run->divisor) * STEPS;
    return true;
}

static uint64_t chain(uint64_t x)
{
    for (unsigned i = 0; i < STEPS; i++)
        x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9) + i;
    return x;
}

static uint64_t arithmetic_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    thread_block(T);
    for (uint64_t i = index; i < CHAINS / run->divisor; i += run->threads)
        sum += chain(mix64(i));
    thread_unblock(T);
    return sum;
}

static uint64_t arithmetic_teardown(struct thread *T, struct workload_run *run)
{
    (void)T, (void)run;
    return 0;
}

const struct workload workload_arithmetic = {
    .name = "arithmetic",
    .summary = "integer arithmetic without objects: what the machine gives to more threads",
    .tags = "control",
    .suites = "fast,headline",
    .control = true,
    .bytes = 1 << 20,
    .setup = arithmetic_setup,
    .work = arithmetic_work,
    .teardown = arithmetic_teardown,
};
