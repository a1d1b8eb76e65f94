/* The loop of pairs, for one thread and for several. */
#ifndef BENCH_ALLOC_PAIR_H
#define BENCH_ALLOC_PAIR_H

#include "bench/alloc/item.h"

enum { PAIR_ROUND = 16 * 1024 };

struct pair {
    uint64_t (*round)(void *thread);
};

__attribute__((always_inline)) static inline uint64_t
pair_loop(struct alloc_thread *thread, size_t size, item_maker *make, item_dropper *drop)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < PAIR_ROUND; i++)
        sum += drop(thread, make(thread, size, i), size);
    return sum;
}

#endif
