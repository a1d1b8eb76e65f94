/* Laps: how long each of many short things took. */
#ifndef BENCH_TRIAL_LAPS_H
#define BENCH_TRIAL_LAPS_H

#include "alloc/base/os.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { LAPS_MOST = 1024 }; /* later ones are not kept */

/* Zero-initialised. */
struct laps {
    uint64_t begin_ns;
    size_t length;
    uint64_t ns[LAPS_MOST];
};

static inline void laps_begin(struct laps *laps) { laps->begin_ns = os_clock_ns(); }

static inline void laps_end(struct laps *laps)
{
    uint64_t end_ns = os_clock_ns();
    if (laps->length < LAPS_MOST)
        laps->ns[laps->length++] = end_ns - laps->begin_ns;
}

static inline int laps_compare(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* In order of length, for laps_percentile. */
static inline void laps_sort(struct laps *laps)
{
    qsort(laps->ns, laps->length, sizeof laps->ns[0], laps_compare);
}

/* Of sorted laps, by nearest rank; 0 if there are none. */
static inline uint64_t laps_percentile(const struct laps *laps, unsigned percent)
{
    size_t rank = (laps->length * percent + 99) / 100;
    return rank > 0 ? laps->ns[rank - 1] : 0;
}

#endif
