/*
 * Full collections of a live heap, in this program and in those of peers: the benchmarks of micro_collect.def.
 *
 * Whoever includes that list has before it collect_setup(T, length, shuffled), which makes a list of so many objects that
 * refer to one another, collect_body and collect_teardown.
 */
#ifndef BENCH_MICRO_COLLECT_H
#define BENCH_MICRO_COLLECT_H

#include "bench/micro.h"

enum {
    MILLION = 1000000,
    COLLECTIONS = 5,
    BYTES_EACH =
        96, /* a link, its place in the list and in the order, and what looking at it may take */
};

#define COLLECT(identifier, length, shuffled, text)                                                \
    static void *setup_##identifier(struct thread *T)                                              \
    {                                                                                              \
        return collect_setup(T, length, shuffled);                                                 \
    }                                                                                              \
    const struct micro micro_collect_full_##identifier = {                                         \
        .name = "micro/collect_full/" #identifier,                                                 \
        .group = MICRO_COLLECT,                                                                    \
        .summary = (text),                                                                         \
        .threads = 1,                                                                              \
        .batch = 1,                                                                                \
        .iterations = COLLECTIONS,                                                                 \
        .objects = (length),                                                                       \
        .bytes = (size_t)(length)*BYTES_EACH,                                                      \
        .large = (length) > MILLION,                                                               \
        .setup = setup_##identifier,                                                               \
        .body = collect_body,                                                                      \
        .teardown = collect_teardown,                                                              \
    };

#endif
