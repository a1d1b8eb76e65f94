/*
 * Bare words counted up and down, without a runtime: what the machine asks for the cheapest pair, for one that is atomic,
 * and for one that two cores fight over.
 */
#include "alloc/base/atomics.h"
#include "bench/micro.h"

#include <stdlib.h>

enum { BATCH = 4096 };

struct word {
    _Alignas(64) _Atomic uint64_t count;
};

static void *raw_setup(struct thread *T)
{
    (void)T;
    struct word *word = aligned_alloc(_Alignof(struct word), sizeof(*word));
    if (word != NULL)
        store_relaxed(&word->count, 1);
    return word;
}

static void raw_teardown(struct thread *T, void *context)
{
    (void)T;
    free(context);
}

static bool plain_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    struct word *word = context;
    for (uint64_t i = 0; i < iterations; i++) {
        store_relaxed(&word->count, load_relaxed(&word->count) + 1);
        word = (struct word *)hide((uintptr_t)word);
        store_relaxed(&word->count, load_relaxed(&word->count) - 1);
        word = (struct word *)hide((uintptr_t)word);
    }
    return true;
}

static bool locked_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    struct word *word = context;
    for (uint64_t i = 0; i < iterations; i++) {
        fetch_add_relaxed(&word->count, 1);
        word = (struct word *)hide((uintptr_t)word);
        fetch_add_relaxed(&word->count, UINT64_MAX);
        word = (struct word *)hide((uintptr_t)word);
    }
    return true;
}

const struct micro micro_raw_pair_plain = {
    .name = "micro/raw_pair_plain",
    .group = MICRO_RAW,
    .summary = "a word counted up and down",
    .threads = 1,
    .batch = BATCH,
    .setup = raw_setup,
    .body = plain_body,
    .teardown = raw_teardown,
};

const struct micro micro_raw_pair_locked = {
    .name = "micro/raw_pair_locked",
    .group = MICRO_RAW,
    .summary = "the same with locked instructions",
    .threads = 1,
    .batch = BATCH,
    .setup = raw_setup,
    .body = locked_body,
    .teardown = raw_teardown,
};

const struct micro micro_raw_pair_shared_1 = {
    .name = "micro/raw_pair_shared/threads:1",
    .group = MICRO_RAW,
    .summary = "the same by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = raw_setup,
    .body = locked_body,
    .teardown = raw_teardown,
};

const struct micro micro_raw_pair_shared_2 = {
    .name = "micro/raw_pair_shared/threads:2",
    .group = MICRO_RAW,
    .summary = "the same by two threads on one word",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = raw_setup,
    .body = locked_body,
    .teardown = raw_teardown,
};
