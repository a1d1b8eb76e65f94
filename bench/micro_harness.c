/*
 * What measuring itself takes in a trial, which `refbench explain` multiplies with how often it was done.
 *
 *   clock    a reading of the clock: a pause that is logged takes two, each phase of a collection one
 *   request  a request noted, with the two readings around it; the memory for the notes is part of the price
 */
#include "alloc/base/os.h"
#include "bench/micro.h"
#include "bench/trial/latency.h"

enum { BATCH = 4096 };

static char nothing;

static void *nothing_new(struct thread *T)
{
    (void)T;
    return &nothing;
}

static void nothing_free(struct thread *T, void *context) { (void)T, (void)context; }

static bool clock_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T, (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        (void)hide((uintptr_t)os_clock_ns());
    return true;
}

static bool request_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T, (void)context;
    struct latency *latency = latency_create(1, iterations);
    for (uint64_t i = 0; latency != NULL && i < iterations; i++) {
        const uint64_t begin_ns = os_clock_ns();
        latency_note(latency, 0, begin_ns, os_clock_ns());
    }
    latency_destroy(latency);
    return latency != NULL;
}

const struct micro micro_clock = {
    .name = "micro/clock",
    .group = MICRO_HARNESS,
    .summary = "a reading of the clock",
    .threads = 1,
    .batch = BATCH,
    .setup = nothing_new,
    .body = clock_body,
    .teardown = nothing_free,
};

const struct micro micro_request = {
    .name = "micro/request",
    .group = MICRO_HARNESS,
    .summary = "a request noted, with two readings of the clock",
    .threads = 1,
    .batch = BATCH,
    .setup = nothing_new,
    .body = request_body,
    .teardown = nothing_free,
};
