/* Registering and running. */
#include "bench/peers/cpython/lane.h"

#include "alloc/base/atomics.h"
#include "alloc/base/os.h"
#include "bench/gbench.h"
#include "bench/peers/cpython/rows.h"
#include "bench/peers/cpython/team.h"
#include "bench/trial/process.h"

enum { SWITCH_INTERVAL_NS = 5000000 };

/* The thread that runs benchmarks. */
static struct thread *runner;

/* What a team does. */
struct batches {
    const struct micro *micro;
    void *context;
    uint64_t iterations; /* of each thread */
    _Atomic bool failed;
};

/* Runs a batch; prints why if it fails. */
static bool succeeds(const struct micro *micro, struct thread *T, uint64_t batch, void *context)
{
    bool ok = micro->body(T, batch, context);
    if (!ok)
        PyErr_Print();
    return ok;
}

static void run_batches(struct thread *T, void *context)
{
    struct batches *batches = context;
    const struct micro *micro = batches->micro;
    uint64_t since = os_clock_ns();
    for (uint64_t left = batches->iterations; left > 0;) {
        uint64_t batch = left < micro->batch ? left : micro->batch;
        if (!succeeds(micro, T, batch, batches->context))
            store_relaxed(&batches->failed, true);
        left -= batch;
        if (os_clock_ns() - since >= SWITCH_INTERVAL_NS) {
            thread_block(T);
            thread_unblock(T);
            since = os_clock_ns();
        }
    }
}

static bool run_shared(struct gbench_state *state, const struct micro *micro, void *context)
{
    struct batches batches = {micro, context, gbench_iterations(state), false};
    while (gbench_next(state, batches.iterations))
        gbench_seconds(state, team_run(runner, micro->threads, run_batches, &batches));
    return !load_relaxed(&batches.failed);
}

static bool run_alone(struct gbench_state *state, const struct micro *micro, void *context)
{
    bool ok = true;
    uint64_t begin = os_clock_ns();
    while (gbench_next(state, micro->batch))
        ok &= succeeds(micro, runner, micro->batch, context);
    double elapsed = (double)(os_clock_ns() - begin);
    if (micro->objects > 0)
        gbench_counter(state, "ns_per_object",
                       elapsed / (double)(micro->iterations * micro->objects));
    return ok;
}

/* Runs it; prints why if it fails. */
static bool run_measure(struct gbench_state *state, const struct micro *micro, void *context)
{
    bool ok = true;
    while (gbench_next(state, 1))
        ok &= micro->measure(runner, context, state);
    if (!ok)
        PyErr_Print();
    return ok;
}

static bool run_prepared(struct gbench_state *state, const struct micro *micro, void *context)
{
    if (micro->measure != NULL)
        return run_measure(state, micro, context);
    return micro->shared ? run_shared(state, micro, context) : run_alone(state, micro, context);
}

static void run_row(struct gbench_state *state, void *context)
{
    const struct micro *micro = context;
    void *prepared = micro->setup(runner);
    bool ok = prepared != NULL;
    if (ok) {
        ok = run_prepared(state, micro, prepared);
        micro->teardown(runner, prepared);
    }
    if (!ok)
        gbench_error(state, "CPython failed: see standard error");
}

bool lane_can_run(const struct micro *micro)
{
    return micro->bytes == 0 || micro->bytes <= process_available_bytes();
}

void lane_register(struct thread *T)
{
    runner = T;
    for (size_t i = 0; i < ROWS; i++) {
        const struct micro *micro = rows[i];
        if (!lane_can_run(micro))
            continue;
        struct gbench_shape shape = {.iterations = micro->iterations,
                                     .manual = micro->shared || micro->measure != NULL,
                                     .milliseconds = micro->objects > 0};
        gbench_register(micro->name, shape, run_row, (void *)(uintptr_t)micro);
    }
}
