/*
 * Looking at every container block, for the collector.  The world must be stopped, and `visit` neither allocates nor frees.
 *
 * Idea: a container's collector word is not zero exactly while the block is in use, so the walk needs no list of objects: it
 * reads that one word of every carved block.  Of the young and the middle generation it reads only the words of blocks that are
 * marked (alloc/recent.h), and of arenas only those that have such blocks.
 */
#ifndef ALLOC_WALK_H
#define ALLOC_WALK_H

#include "alloc/arena.h"
#include "alloc/large.h"
#include "alloc/recent.h"
#include "alloc/trim.h"

/* What a collection of a generation needs to look at.  A block that is handed out is YOUNG from then until walk_promoted; a set
 * includes the ones before it. */
enum walk_set { WALK_YOUNG, WALK_MIDDLE, WALK_ALL };

/* Calls visit(block, context) for each container block of the set whose collector's word, `gc_offset` bytes into the
 * block, is not zero: arenas, pools and blocks in memory order, then large containers (always all of them).  Of the younger sets,
 * the arena comes first that was the last to get young blocks when it had none.
 * Always inlined together with `visit`. */
static inline void walk_containers(enum walk_set set, size_t gc_offset,
                                   void (*visit)(void *block, void *context), void *context);

/* What was YOUNG (and, with WALK_MIDDLE, what was MIDDLE) has been collected and its survivors are one older.  Blocks
 * that heaps may hand out without a refill stay YOUNG. */
void walk_promoted(enum walk_set set);

/* --- inlined ----------------------------------------------------------------------------------------------------- */

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

static inline uint64_t walk_marks(const struct recent *recent, bool middle)
{
    return middle ? recent->young | recent->middle : recent->young;
}

/* Visits the one block that begins in each marked unit. */
__attribute__((always_inline)) static inline void
walk_marked(const struct pool *pool, bool middle, size_t gc_offset,
            void (*visit)(void *block, void *context), void *context)
{
    char *blocks = arena_blocks(pool);
    size_t before = (size_t)(blocks - arena_slot(pool));
    size_t bytes = pool->bytes;
    for (unsigned word = 0; word < RECENT_POOL_WORDS; word++) {
        size_t offset = (size_t)word * RECENT_WORD_BYTES + bytes - 1 - before;
        for (uint64_t marks = walk_marks(&recent_all(pool)[word], middle); marks != 0;
             marks &= marks - 1) {
            size_t unit = (size_t)__builtin_ctzll(marks) * RECENT_UNIT;
            walk_block(blocks + pool_number(pool, offset + unit) * bytes, gc_offset, visit,
                       context);
        }
    }
}

/* Visits the blocks that begin in one unit and are there. */
__attribute__((always_inline)) static inline void
walk_unit(const struct pool *pool, const char *unit, size_t gc_offset,
          void (*visit)(void *block, void *context), void *context)
{
    char *blocks = arena_blocks(pool);
    size_t bytes = pool->bytes;
    unsigned number = pool_number(pool, (size_t)(unit - blocks) + bytes - 1);
    for (char *block = blocks + (size_t)number * bytes; block < unit + RECENT_UNIT;
         block += bytes) {
        if (number < pool->carved && !trim_is_absent(pool, number))
            walk_block(block, gc_offset, visit, context);
        number++;
    }
}

/* Where blocks are smaller than a unit, or some are absent. */
__attribute__((always_inline)) static inline void
walk_marked_units(const struct pool *pool, bool middle, size_t gc_offset,
                  void (*visit)(void *block, void *context), void *context)
{
    const char *unit = arena_slot(pool);
    for (unsigned word = 0; word < RECENT_POOL_WORDS; word++, unit += RECENT_WORD_BYTES)
        for (uint64_t marks = walk_marks(&recent_all(pool)[word], middle); marks != 0;
             marks &= marks - 1)
            walk_unit(pool, unit + (size_t)__builtin_ctzll(marks) * RECENT_UNIT, gc_offset, visit,
                      context);
}

__attribute__((always_inline)) static inline void
walk_recent_pool(const struct pool *pool, bool middle, size_t gc_offset,
                 void (*visit)(void *block, void *context), void *context)
{
    if (likely(pool->bytes >= RECENT_UNIT && pool->discarded == 0))
        walk_marked(pool, middle, gc_offset, visit, context);
    else
        walk_marked_units(pool, middle, gc_offset, visit, context);
}

static inline uint64_t walk_recent_pools(const struct arena *arena, bool middle)
{
    uint64_t young = load_relaxed(&arena->young);
    return middle ? young | load_relaxed(&arena->middle) : young;
}

/* Asks for what the walk of an arena reads first. */
static inline void walk_prefetch(const struct arena *arena, bool middle)
{
    __builtin_prefetch(arena->recent);
    for (uint64_t pools = walk_recent_pools(arena, middle); pools != 0; pools &= pools - 1) {
        const struct pool *pool = &arena->pools[__builtin_ctzll(pools)];
        __builtin_prefetch(pool);
        __builtin_prefetch(&pool->free);
        __builtin_prefetch(recent_all(pool), 1);
        __builtin_prefetch(recent_all(pool) + RECENT_POOL_WORDS / 2, 1);
    }
}

__attribute__((always_inline)) static inline void
walk_recent(bool middle, size_t gc_offset, void (*visit)(void *block, void *context), void *context)
{
    for (const struct arena *arena = arenas.recent; arena != NULL; arena = arena->recent) {
        if (arena->recent != NULL)
            walk_prefetch(arena->recent, middle);
        for (uint64_t pools = walk_recent_pools(arena, middle); pools != 0; pools &= pools - 1)
            walk_recent_pool(&arena->pools[__builtin_ctzll(pools)], middle, gc_offset, visit,
                             context);
    }
}

__attribute__((always_inline)) static inline void
walk_all(size_t gc_offset, void (*visit)(void *block, void *context), void *context)
{
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (uint64_t pools = arena->containers; pools != 0; pools &= pools - 1)
            walk_pool(&arena->pools[__builtin_ctzll(pools)], gc_offset, visit, context);
}

__attribute__((always_inline)) static inline void
walk_large(size_t gc_offset, void (*visit)(void *block, void *context), void *context)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        for (const struct large *large = large_shards[i].containers; large != NULL;
             large = large->next)
            walk_block(large_block(large), gc_offset, visit, context);
}

__attribute__((always_inline)) static inline void
walk_containers(enum walk_set set, size_t gc_offset, void (*visit)(void *block, void *context),
                void *context)
{
    if (set == WALK_ALL)
        walk_all(gc_offset, visit, context);
    else
        walk_recent(set == WALK_MIDDLE, gc_offset, visit, context);
    walk_large(gc_offset, visit, context);
}

#endif
