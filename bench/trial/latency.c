/* Noting and summarising. */
#include "bench/trial/latency.h"

#include "alloc/base/check.h"
#include "bench/trial/histogram.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct request {
    uint64_t begin_ns;
    uint64_t end_ns;
};

/* Of one thread; the line after it is another's. */
struct requests {
    _Alignas(64) struct request *of;
    size_t length;
};

struct latency {
    unsigned threads;
    size_t capacity; /* of each thread */
    struct requests each[];
};

/* Touched all over, so that no request is the one that faults its page in; and not with zeros, for a compiler makes of those a
 * calloc, which touches nothing. */
static bool make_room(struct latency *latency)
{
    const size_t bytes = latency->capacity * sizeof(struct request);
    bool ok = true;
    for (unsigned i = 0; i < latency->threads; i++) {
        latency->each[i].length = 0;
        latency->each[i].of = malloc(bytes);
        if (latency->each[i].of != NULL)
            memset(latency->each[i].of, 0xff, bytes);
        ok = ok && latency->each[i].of != NULL;
    }
    return ok;
}

struct latency *latency_create(unsigned threads, size_t requests)
{
    size_t bytes = sizeof(struct latency) + threads * sizeof(struct requests);
    struct latency *latency = aligned_alloc(_Alignof(struct latency), bytes);
    if (latency == NULL)
        return NULL;
    latency->threads = threads;
    latency->capacity = requests > 0 ? requests : 1;
    if (make_room(latency))
        return latency;
    latency_destroy(latency);
    return NULL;
}

void latency_destroy(struct latency *latency)
{
    if (latency == NULL)
        return;
    for (unsigned i = 0; i < latency->threads; i++)
        free(latency->each[i].of);
    free(latency);
}

void latency_note(struct latency *latency, unsigned index, uint64_t begin_ns, uint64_t end_ns)
{
    struct requests *requests = &latency->each[index];
    CHECK(requests->length < latency->capacity, "more requests than were announced");
    requests->of[requests->length++] = (struct request){begin_ns, end_ns};
}

static void add_simple(const struct requests *requests, struct histogram *histogram)
{
    for (size_t i = 0; i < requests->length; i++)
        histogram_add(histogram, requests->of[i].end_ns - requests->of[i].begin_ns);
}

/* Request i would have come i / length of the way through the thread's time. */
static void add_metered(const struct requests *requests, struct histogram *histogram)
{
    if (requests->length == 0)
        return;
    uint64_t first = requests->of[0].begin_ns;
    double step =
        (double)(requests->of[requests->length - 1].end_ns - first) / (double)requests->length;
    for (size_t i = 0; i < requests->length; i++) {
        uint64_t due = first + (uint64_t)(step * (double)i);
        uint64_t begin = requests->of[i].begin_ns < due ? requests->of[i].begin_ns : due;
        histogram_add(histogram, requests->of[i].end_ns - begin);
    }
}

/* The least value that a share of all is at or below, in microseconds. */
static double percentile_us(const struct histogram *histogram, double share)
{
    uint64_t wanted = (uint64_t)ceil(share * (double)histogram->total);
    uint64_t seen = 0;
    for (size_t bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->counts[bucket];
        if (seen >= wanted)
            return (double)histogram_low(bucket) * 1e-3;
    }
    return (double)histogram->most * 1e-3;
}

static struct latency_figures figures_of(const struct histogram *histogram)
{
    return (struct latency_figures){
        .count = histogram->total,
        .p50_us = percentile_us(histogram, 0.5),
        .p90_us = percentile_us(histogram, 0.9),
        .p99_us = percentile_us(histogram, 0.99),
        .p999_us = percentile_us(histogram, 0.999),
        .max_us = (double)histogram->most * 1e-3,
    };
}

static struct latency_figures figures_by(const struct latency *latency,
                                         void (*add)(const struct requests *, struct histogram *))
{
    static struct histogram histogram;
    histogram_clear(&histogram);
    for (unsigned i = 0; latency != NULL && i < latency->threads; i++)
        add(&latency->each[i], &histogram);
    return figures_of(&histogram);
}

struct latency_summary latency_summarise(const struct latency *latency)
{
    return (struct latency_summary){figures_by(latency, add_simple),
                                    figures_by(latency, add_metered)};
}
