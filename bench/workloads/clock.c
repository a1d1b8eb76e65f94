/*
 * clock: the noise floor of pauses.  Threads that do nothing but watch the clock.
 *
 * Between two readings, some 25 ns apart, nothing can happen but what the machine does by itself: an interrupt, another
 * process, a host that takes the core away.  A gap of a microsecond or more is logged as a pause, so it gets the figures
 * that a collector's pauses get: a pause that is no longer than these gaps says nothing about a collector.
 *
 * It watches in trials of its own, so as to disturb nobody, and as many threads at once as the pauses beside it come from:
 * more threads than cores take turns, and that makes gaps, too.  Like arithmetic it takes no part in the runtime.
 * The work is a time, not a number of readings: an operation is a microsecond watched, by all threads at once.
 */
#include "alloc/base/os.h"
#include "bench/workload.h"

enum {
    WATCH_US = 300000,
    GAP_NS = 1000,
};

static bool clock_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = WATCH_US / run->divisor;
    return true;
}

static void log_gap(struct pause_log *log, uint64_t begin_ns, uint64_t end_ns)
{
    pause_record(
        log,
        (struct pause){.begin_ns = begin_ns, .total_ns = end_ns - begin_ns, .kind = PAUSE_MACHINE});
}

static void watch(struct pause_log *log, uint64_t time_ns)
{
    uint64_t last_ns = os_clock_ns();
    uint64_t end_ns = last_ns + time_ns;
    while (last_ns < end_ns) {
        uint64_t now_ns = os_clock_ns();
        if (unlikely(now_ns - last_ns >= GAP_NS)) {
            log_gap(log, last_ns, now_ns);
            now_ns = os_clock_ns();
        }
        last_ns = now_ns;
    }
}

static uint64_t clock_work(struct thread *T, struct workload_run *run, unsigned index)
{
    thread_block(T);
    watch(&T->gc.pauses, run->operations * 1000);
    thread_unblock(T);
    return index == 0 ? run->operations : 0;
}

static uint64_t clock_teardown(struct thread *T, struct workload_run *run)
{
    (void)T, (void)run;
    return 0;
}

const struct workload workload_clock = {
    .name = "clock",
    .summary = "watching the clock: the pauses that the machine makes without any collector",
    .tags = "control",
    .suites = "fast,headline",
    .control = true,
    .noise = true,
    .bytes = 1 << 20,
    .setup = clock_setup,
    .work = clock_work,
    .teardown = clock_teardown,
};
