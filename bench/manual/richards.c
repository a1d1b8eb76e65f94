/*
 * richards, freed by hand: bench/workloads/richards.c says what it does; its code is kernel.h.
 *
 * Each repetition has a kernel of its own, made and freed.
 */
#include "bench/manual/kernel.h"
#include "bench/manual/work.h"
#include "bench/trial/mix.h"

#include <inttypes.h>

enum { COUNT = 10000, REPETITIONS = 120 };
enum { QUEUED = 23246, HELD = 9297 }; /* as published, for that count */

static uint64_t run_kernel(struct work_run *run)
{
    struct kernel *kernel = kernel_new(COUNT);
    if (kernel != NULL)
        kernel_run(kernel);
    if (kernel == NULL || kernel->failed) {
        kernel_free(kernel);
        work_out_of_memory(run);
        return 0;
    }
    int64_t queued = kernel->queued->value;
    int64_t held = kernel->held->value;
    if (queued == QUEUED && held == HELD)
        work_right(run, 1);
    else
        work_wrong(run,
                   "a count of %d queued %" PRId64 " packets and held %" PRId64
                   " tasks, expected %d and %d",
                   COUNT, queued, held, QUEUED, HELD);
    kernel_free(kernel);
    return mix64((uint64_t)queued) ^ (uint64_t)held;
}

static bool richards_setup(struct work_run *run)
{
    run->operations = (uint64_t)REPETITIONS * QUEUED;
    return true;
}

static uint64_t richards_work(struct work_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (unsigned i = index; i < REPETITIONS && !work_failed(run); i += run->threads)
        sum += run_kernel(run);
    return sum;
}

static void richards_teardown(struct work_run *run) { work_close(run, REPETITIONS); }

const struct work work_richards = {
    .name = "richards",
    .summary = "simulates the kernel of an operating system: tasks send each other packets",
    .tags = "classic",
    .suites = "headline",
    .source = "M. Richards, 1981; as in Octane and pyperformance",
    .bytes = 16 << 20,
    .setup = richards_setup,
    .work = richards_work,
    .teardown = richards_teardown,
};
