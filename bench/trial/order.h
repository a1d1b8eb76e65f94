/* Orders of so many things: as they are, or random and the same everywhere. */
#ifndef BENCH_TRIAL_ORDER_H
#define BENCH_TRIAL_ORDER_H

#include "bench/trial/mix.h"

#include <stdbool.h>
#include <stdlib.h>

/* A permutation of 0..n-1 in random order (R. Durstenfeld's shuffle, CACM 1964), or in order; the caller frees it.  NULL if there
 * is no memory. */
static inline uint32_t *order_new(uint32_t n, bool shuffled)
{
    uint32_t *order = calloc(n, sizeof(order[0]));
    for (uint32_t i = 0; order != NULL && i < n; i++)
        order[i] = i;
    for (uint32_t i = n - 1; order != NULL && shuffled && i > 0; i--) {
        uint32_t j = mix_below(mix64(i), i + 1);
        uint32_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
    return order;
}

#endif
