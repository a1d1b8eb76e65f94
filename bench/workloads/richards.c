/*
 * richards: the kernel of an operating system, simulated: tasks of four kinds send each other packets.
 *
 * Idea: small objects that live long and refer to one another; a method call for every step, fields read and written all the
 * time, hardly any object made.  The idle task releases one of two devices by turns until its count is used up; handlers put
 * packets of the worker's text through the devices.  Packets are queued in lists linked through themselves, and what the
 * kernel counts is kept in fields of its own, as ints.
 * (Its code: bench/trial/kernel.h.)
 * Each repetition is a kernel of its own, run from the beginning to the end; repetitions are dealt to threads one by one.
 * Validation: how many packets were queued and how many tasks held is known: 23246 and 9297 for a count of 10000, 2322 and 928
 * for one of 1000; every repetition is compared with it.
 * Source: M. Richards, BCPL, 1981; the object-oriented form by L. P. Deutsch, in Smalltalk, and M. Wolczko, in Java, as in the Octane and
 * pyperformance suites.
 */
#include "bench/trial/kernel.h"
#include "bench/trial/mix.h"
#include "bench/trial/verdict.h"

#include <inttypes.h>

enum { TOTAL_COUNT = 1200000 };

/* What is known of a run of one kernel. */
struct known {
    int64_t count; /* of the idle task */
    int64_t queued;
    int64_t held;
};

/* As published, but for the smallest, which is for tests. */
static const struct known runs[] = {{10000, 23246, 9297}, {1000, 2322, 928}, {100, 239, 95}};

static const struct known *known_of(const struct workload_run *run)
{
    return &runs[run->divisor == 1 ? 0 : run->divisor <= 20 ? 1 : 2];
}

static uint64_t repetitions_of(const struct workload_run *run)
{
    uint64_t repetitions = (uint64_t)(TOTAL_COUNT / known_of(run)->count) / run->divisor;
    return repetitions > 0 ? repetitions : 1;
}

static uint64_t run_kernel(struct thread *T, struct workload_run *run)
{
    const struct known *known = known_of(run);
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    f[0] = rc_move(T, kernel_new(T, known->count));
    struct kernel k = {T, &f[0], loc_is_null(f[0])};
    if (!k.failed)
        kernel_run(&k);
    if (k.failed) {
        workload_out_of_memory(run);
    } else {
        int64_t queued = field_int(T, f[0], KERNEL_QUEUED);
        int64_t held = field_int(T, f[0], KERNEL_HELD);
        verdict_judge(run, queued == known->queued && held == known->held,
                      "a count of %" PRId64 " queued %" PRId64 " packets and held %" PRId64
                      " tasks, expected %" PRId64 " and %" PRId64,
                      known->count, queued, held, known->queued, known->held);
        sum = mix64((uint64_t)queued) ^ (uint64_t)held;
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static bool richards_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = repetitions_of(run) * (uint64_t)known_of(run)->queued;
    return verdict_create(run, 0);
}

static uint64_t richards_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (uint64_t i = index; i < repetitions_of(run) && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        sum += run_kernel(T, run);
    }
    return sum;
}

static uint64_t richards_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    verdict_close(run, repetitions_of(run));
    return 0;
}

const struct workload workload_richards = {
    .name = "richards",
    .summary = "simulates the kernel of an operating system: tasks send each other packets",
    .tags = "classic",
    .suites = "headline",
    .reason = "objects that live and change: reads and writes of fields, hardly an allocation",
    .source = "M. Richards, 1981; as in Octane and pyperformance",
    .bytes = 16 << 20,
    .setup = richards_setup,
    .work = richards_work,
    .teardown = richards_teardown,
};
