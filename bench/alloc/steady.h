/*
 * A steady state: so many live blocks of mixed sizes, of which a random one is dropped and another made in its place, over and
 * over.
 *
 * Just filled, the blocks lie in the order of their slots, and what is free is in one piece; a state that lasts comes with
 * turnovers, in each of which as many blocks are replaced as live.  So a fill goes through some, before anything is timed.
 *
 * A block's mark is its size and its slot, so its size is read from the block that is to die, as an object's is; a mark of
 * another slot means that two blocks share memory.
 */
#ifndef BENCH_ALLOC_STEADY_H
#define BENCH_ALLOC_STEADY_H

#include "bench/alloc/item.h"

enum { STEADY_ROUND = 16 * 1024, STEADY_TURNOVERS = 6 };

struct steady {
    struct alloc_thread *thread;
    struct item **items;
    uint32_t live;
    uint64_t random;
    size_t made;
};

/* Room for the items, none of which there is yet. */
void steady_map(struct steady *steady, struct alloc_thread *thread, uint32_t live);

/* And goes through STEADY_TURNOVERS. */
void steady_fill(struct steady *steady);

/* STEADY_ROUND replacements in a struct steady that has been filled. */
uint64_t steady_round(void *state);

/* Drops all items. */
void steady_empty(struct steady *steady);

void steady_unmap(struct steady *steady);

#endif
