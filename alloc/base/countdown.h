/*
 * A countdown to one event, for tests: the n-th from now on is the one.  Any thread may count.
 *
 * Relaxed: it tells which event it is, and orders nothing.
 */
#ifndef ALLOC_BASE_COUNTDOWN_H
#define ALLOC_BASE_COUNTDOWN_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stdint.h>

struct countdown {
    _Atomic uint64_t left; /* events, the last of which is the one; 0: none will be */
};

static inline void countdown_start(struct countdown *countdown, uint64_t n)
{
    store_relaxed(&countdown->left, n);
}

/* Whether the event has not come yet. */
static inline bool countdown_is_running(const struct countdown *countdown)
{
    return load_relaxed(&countdown->left) != 0;
}

/* Counts an event; whether it is the one. */
static inline bool countdown_step(struct countdown *countdown)
{
    uint64_t left = load_relaxed(&countdown->left);
    while (left != 0 && !cas_weak_relaxed(&countdown->left, &left, left - 1))
        ;
    return left == 1;
}

#endif
