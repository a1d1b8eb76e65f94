/*
 * Latencies of requests, with and without what waiting requests hide.
 *
 * A thread that answers request after request begins the next only when the last is done; what a stop of 100 ms does to
 * those who would have asked meanwhile is then seen in a single request (coordinated omission).  So two figures are told:
 *   simple   from when a request was begun, or was due, to its end
 *   metered  from when it would have come, had requests come evenly over the time of the thread that answered them, or
 *            from when it was begun if that was earlier
 * Sources: G. Tene, "How NOT to measure latency"; S. Blackburn et al., "Rethinking Java Performance Analysis", ASPLOS 2025
 * (metered latency, fully smoothed).
 *
 * Each thread notes its own requests, in their order, in memory made before the timed part: noting one takes two clock
 * readings, which are the caller's, and a store.
 */
#ifndef BENCH_TRIAL_LATENCY_H
#define BENCH_TRIAL_LATENCY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct latency;

struct latency_figures {
    uint64_t count;
    double p50_us;
    double p90_us;
    double p99_us;
    double p999_us;
    double max_us;
};

struct latency_summary {
    struct latency_figures simple;
    struct latency_figures metered;
};

/* For `threads` threads of at most `requests` requests each; NULL if there is no memory. */
struct latency *latency_create(unsigned threads, size_t requests);
void latency_destroy(struct latency *latency);

/* Notes a request of thread `index`: when it was begun or due, and when it ended, by os_clock_ns. */
void latency_note(struct latency *latency, unsigned index, uint64_t begin_ns, uint64_t end_ns);

/* Of all that was noted, when no thread notes any more.  NULL has no requests. */
struct latency_summary latency_summarise(const struct latency *latency);

#endif
