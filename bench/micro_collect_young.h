/*
 * Collections of the young beside a large old heap, in this program and in those of peers.
 *
 * A million old containers in one list.  Some of them, chosen at random, are replaced: they die, which leaves holes in the
 * old heap, and then as many new ones are made and kept in their places, which sets off a collection of generation 0 for
 * every 700 of them.  How long such collections take, from callback to callback, is what is reported; and how much more
 * memory is taken at the end than before the first hole was made.
 */
#ifndef BENCH_MICRO_COLLECT_YOUNG_H
#define BENCH_MICRO_COLLECT_YOUNG_H

#include "bench/gbench.h"
#include "bench/micro.h"
#include "bench/trial/laps.h"

enum {
    YOUNG_OLD = 1000000,
    YOUNG_MADE = 100000,           /* in all */
    YOUNG_FEW = 5000,              /* replaced at a time: holes of 0.5 % */
    YOUNG_MANY = 100000,           /* holes of 10 % */
    YOUNG_BYTES = 200 * YOUNG_OLD, /* what it takes, at most */
};

/* What was found. */
struct young_report {
    struct laps laps;
    size_t before; /* bytes of memory */
    size_t after;
};

static inline void young_tell(struct gbench_state *state, struct young_report *report)
{
    laps_sort(&report->laps);
    uint64_t p50 = laps_percentile(&report->laps, 50);
    gbench_seconds(state, (double)p50 * 1e-9);
    gbench_counter(state, "collection_p50_us", (double)p50 * 1e-3);
    gbench_counter(state, "collection_p90_us", (double)laps_percentile(&report->laps, 90) * 1e-3);
    gbench_counter(state, "collection_max_us", (double)laps_percentile(&report->laps, 100) * 1e-3);
    gbench_counter(state, "collections", (double)report->laps.length);
    gbench_counter(state, "committed_ratio", (double)report->after / (double)report->before);
}

/* Each benchmark of micro_collect_young.def, for whoever has measure(T, context, at_a_time, state), young_setup and young_teardown. */
#define YOUNG(identifier, what, at_a_time, text)                                                   \
    static bool measure_##identifier(struct thread *T, void *context, struct gbench_state *state)  \
    {                                                                                              \
        return measure(T, context, at_a_time, state);                                              \
    }                                                                                              \
    const struct micro micro_collect_young_##identifier = {                                        \
        .name = "micro/collect_young/" what,                                                       \
        .group = MICRO_COLLECT,                                                                    \
        .summary = (text),                                                                         \
        .threads = 1,                                                                              \
        .iterations = 1,                                                                           \
        .bytes = YOUNG_BYTES,                                                                      \
        .setup = young_setup,                                                                      \
        .measure = measure_##identifier,                                                           \
        .teardown = young_teardown,                                                                \
    };

#endif
