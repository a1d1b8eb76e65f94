/*
 * Recent: which container blocks have been handed out since the last collections, so that a collection of the young finds them
 * without looking at the old ones beside them.
 *
 * Idea: a heap that fills holes of an old heap takes a few blocks of one pool, then of the next.  So there are marks for blocks,
 * one bit for each 32 bytes of an arena, in two sets: the young are those that were handed out since the last promotion, the
 * middle those that were young before that.  Nothing is marked in the fast path of allocation: a *refill* marks all blocks of the
 * list that it gives to its bin, handed out or not, and a free that puts a block near the head of that list (alloc/heap.h) marks
 * the block.  A pool all of whose blocks are marked is not marked again, so one that is used over and over pays once.
 *
 * A mark stands for the blocks that begin in its 32 bytes: one, or of the smallest class two.
 *
 * Marks and the number of them are the pool's owner's, or anybody's while that cannot run.  Which pools have marks stands in two
 * words of the arena, since its pools have several owners; and which arenas have such pools, in a list under the arena lock, so that a
 * collection of the young does not even look at the other arenas.
 *
 * Invariant: the blocks on a bin's list are marked young
 *            a pool without its bit in the arena's `young` has no young mark; the same for `middle`
 *            an arena that has such a bit is in the list
 *            pool->marked <= its young marks
 * Source: a bit for each small stretch of memory that may hold something young is the card table of P. Wilson, T. Moher
 * (OOPSLA 1989), set by allocation here and not by stores.
 */
#ifndef ALLOC_RECENT_H
#define ALLOC_RECENT_H

#include "alloc/arena.h"

enum { RECENT_POOL_WORDS = POOL_BYTES / RECENT_WORD_BYTES };

static inline uint64_t recent_bit(const void *block)
{
    return UINT64_C(1) << ((uintptr_t)block / RECENT_UNIT & 63);
}

/* Where the block's mark is. */
static inline struct recent *recent_of(const void *block)
{
    return &arena_of(block)->recents[((uintptr_t)block & (ARENA_BYTES - 1)) / RECENT_WORD_BYTES];
}

/* Where those of a pool's blocks are: RECENT_POOL_WORDS of them. */
static inline struct recent *recent_all(const struct pool *pool)
{
    return &arena_of(pool)->recents[(size_t)arena_index(pool) * RECENT_POOL_WORDS];
}

static inline bool recent_is_marked(const void *block)
{
    return (recent_of(block)->young & recent_bit(block)) != 0;
}

/* Marks a block of the pool, which has its bit in the arena, young. */
static inline void recent_mark(struct pool *pool, const void *block)
{
    struct recent *recent = recent_of(block);
    pool->marked = (uint16_t)(pool->marked + ((recent->young & recent_bit(block)) == 0));
    recent->young |= recent_bit(block);
}

/* Marks all blocks of a list young: the owner is about to hand them out. */
void recent_mark_list(struct pool *pool, const void *list);

/* Takes an arena off the list: it has no marks any more.  The lock must be held, or the world be stopped. */
void recent_delist(struct arena *arena);

/* What was young is middle now, or old. */
void recent_make_middle(struct pool *pool);
void recent_make_old(struct pool *pool);

/* Whether the pool's marks are where the arena says. */
bool recent_is_valid(const struct pool *pool);

#endif
