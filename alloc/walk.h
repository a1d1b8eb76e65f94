/*
 * Looking at every container block, for the collector.  The world must be stopped, and `visit` neither allocates nor frees.
 *
 * Idea: a container's collector word is not zero exactly while the block is in use, so the walk needs no list of objects: it
 * reads that one word of every carved block.  Arenas say in three words which pools may matter, so a collection of the
 * young skips all others at the price of one word for each arena.
 */
#ifndef ALLOC_WALK_H
#define ALLOC_WALK_H

#include "alloc/arena.h"
#include "alloc/large.h"
#include "alloc/trim.h"

/* Which pools a collection of a generation needs to look at.  Every pool that hands out container blocks is YOUNG from then
 * until walk_promoted; a set includes the ones before it. */
enum walk_set { WALK_YOUNG, WALK_MIDDLE, WALK_ALL };

/* Calls visit(block, context) for each container block of the set whose collector's word, `gc_offset` bytes into the
 * block, is not zero: arenas, pools and blocks in memory order, then large containers (always all of them).
 * Always inlined together with `visit`. */
static inline void walk_containers(enum walk_set set, size_t gc_offset,
                                   void (*visit)(void *block, void *context), void *context);

/* What was YOUNG (and, with WALK_MIDDLE, what was MIDDLE) has been collected and its survivors are one older.  Pools that
 * heaps allocate from at this moment stay YOUNG. */
void walk_promoted(enum walk_set set);

/* --- inlined ----------------------------------------------------------------------------------------------------- */

static inline uint64_t walk_pools(const struct arena *arena, enum walk_set set)
{
    if (set == WALK_ALL)
        return arena->containers;
    uint64_t young = load_relaxed(&arena->young);
    return set == WALK_YOUNG ? young : young | load_relaxed(&arena->middle);
}

__attribute__((always_inline)) static inline void
walk_block(char *block, size_t gc_offset, void (*visit)(void *block, void *context), void *context)
{
    if (*(const uint64_t *)(const void *)(block + gc_offset) != 0)
        visit(block, context);
}

/* Pages that were given back are left alone: to read them would map them. */
__attribute__((always_inline)) static inline void
walk_trimmed_pool(const struct pool *pool, size_t gc_offset,
                  void (*visit)(void *block, void *context), void *context)
{
    char *block = arena_blocks(pool);
    for (unsigned i = 0; i < pool->carved; i++, block += pool->bytes)
        if (!trim_is_absent(pool, i))
            walk_block(block, gc_offset, visit, context);
}

__attribute__((always_inline)) static inline void
walk_pool(const struct pool *pool, size_t gc_offset, void (*visit)(void *block, void *context),
          void *context)
{
    if (unlikely(pool->discarded != 0)) {
        walk_trimmed_pool(pool, gc_offset, visit, context);
        return;
    }
    size_t bytes = pool->bytes;
    char *block = arena_blocks(pool);
    for (char *end = block + pool->carved * bytes; block < end; block += bytes)
        walk_block(block, gc_offset, visit, context);
}

__attribute__((always_inline)) static inline void
walk_containers(enum walk_set set, size_t gc_offset, void (*visit)(void *block, void *context),
                void *context)
{
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (uint64_t pools = walk_pools(arena, set); pools != 0; pools &= pools - 1)
            walk_pool(&arena->pools[__builtin_ctzll(pools)], gc_offset, visit, context);
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        for (const struct large *large = large_shards[i].containers; large != NULL;
             large = large->next)
            walk_block(large_block(large), gc_offset, visit, context);
}

#endif
