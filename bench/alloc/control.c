/* A chain of multiplications, each of which needs the one before. */
#include "bench/alloc/control.h"

#include "bench/trial/mix.h"

enum { STEPS = 256 * 1024 };

static uint64_t control_job(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)thread;
    (void)context;
    uint64_t x = index;
    for (unsigned i = 0; i < STEPS; i++)
        x = mix64(x);
    return x;
}

static uint64_t control_round(void *crew) { return crew_run(crew, control_job, NULL); }

static uint64_t control_single_round(void *crew) { return crew_run_one(crew, control_job, NULL); }

struct series control_series(struct crew *crew, double seconds)
{
    return (struct series){
        .round = control_round,
        .state = crew,
        .operations = (uint64_t)crew->size * STEPS,
        .seconds = seconds,
    };
}

struct series control_single_series(struct crew *crew, double seconds)
{
    return (struct series){
        .round = control_single_round,
        .state = crew,
        .operations = STEPS,
        .seconds = seconds,
    };
}
