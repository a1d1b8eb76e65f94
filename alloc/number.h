/*
 * Numbers for container blocks, for the time of one collection: 1, 2, 3, ... in the order of the walk (alloc/walk.h).  So
 * whatever a collection wants to know of each container can lie in an array of its own, dense, apart from the containers.
 *
 * Idea: the number of a block follows from its address and what is known of its pool, two numbers.  Those of all pools lie
 * side by side in one table, by address, eight bytes for a slot of 16 KiB: a heap of 64 MiB has a table that fits into the
 * first-level cache, and none of the blocks, nor the pools' descriptors, is touched.  A slot that is no pool of containers
 * gives the number 0 to all its blocks, and so atoms need no branch.
 *
 *   number = first + floor(offset in the slot * reciprocal / 2^32),   reciprocal = ceil(2^32 / bytes of a block)
 *
 * The product gives the exact quotient, since an offset times the error of the reciprocal, below 1, stays below 2^32 / bytes
 * (T. Granlund, P. Montgomery, "Division by Invariant Integers using Multiplication", PLDI 1994).  Where blocks begin
 * behind the arena's header, `first` has been lowered by what lies before them.
 *
 * Large containers come last, and keep their number in their prefix.  The world is stopped from number_init to number_fini,
 * and nothing is allocated from any heap or freed to it.
 *
 * Invariant: places[i] is of slot low + i, and places[slots] of whatever is in no arena: its reciprocal is 0, as is that of
 * slots between arenas.  A block has a number in 1..last or 0, and no two have the same, but 0.
 */
#ifndef ALLOC_NUMBER_H
#define ALLOC_NUMBER_H

#include "alloc/arena.h"
#include "alloc/large.h"
#include "alloc/trim.h"

struct number_place {
    uint32_t first; /* what offset 0 would have */
    uint32_t reciprocal;
};

struct numbering {
    struct number_place *places;
    uintptr_t low; /* the lowest arena, counted in slots */
    size_t slots;  /* from there to the end of the highest */
    uint32_t last; /* the highest number */
};

/* Blocks of one size side by side, with numbers in a row. */
struct number_stretch {
    char *block;
    size_t bytes; /* of one */
    uint32_t number;
    uint32_t length;
};

/* How many numbers there would be. */
size_t number_count(void);

/* False if there is no memory, or there are too many blocks. */
bool number_init(struct numbering *numbering);
void number_fini(struct numbering *numbering);

/* What is known of the slot that an address lies in. */
static inline struct number_place number_place(const struct numbering *numbering,
                                               const void *address)
{
    size_t slot = ((uintptr_t)address >> POOL_SHIFT) - numbering->low;
    return numbering->places[slot < numbering->slots ? slot : numbering->slots];
}

/* Whether it is in an arena; then number_in has the number. */
static inline bool number_is_known(struct number_place place) { return place.reciprocal != 0; }

static inline uint32_t number_in(struct number_place place, const void *block)
{
    uint64_t offset = (uintptr_t)block & (POOL_BYTES - 1);
    return place.first + (uint32_t)(offset * place.reciprocal >> 32);
}

static inline uint32_t number_of_large(void *block) { return large_of(block)->number; }

/* Calls visit(stretch, context) for all container blocks, used or free, but for those on pages that were given back; in the
 * order of their numbers, until it returns false.  Always inlined together with `visit`. */
static inline void number_each(const struct numbering *numbering,
                               bool (*visit)(const struct number_stretch *, void *), void *context);

/* --- inlined ----------------------------------------------------------------------------------------------------- */

/* The next blocks of the pool, from `from` on, that are not absent: length 0 if there are none. */
struct number_stretch number_present(const struct numbering *numbering, const struct pool *pool,
                                     unsigned from);

static inline struct number_stretch number_pool(const struct numbering *numbering,
                                                const struct pool *pool)
{
    char *block = arena_blocks(pool);
    return (struct number_stretch){block, pool->bytes,
                                   number_in(number_place(numbering, block), block), pool->carved};
}

__attribute__((always_inline)) static inline bool
number_each_present(const struct numbering *numbering, const struct pool *pool,
                    bool (*visit)(const struct number_stretch *, void *), void *context)
{
    struct number_stretch stretch = number_present(numbering, pool, 0);
    while (stretch.length != 0) {
        if (!visit(&stretch, context))
            return false;
        unsigned end =
            (unsigned)((size_t)(stretch.block - arena_blocks(pool)) / pool->bytes) + stretch.length;
        stretch = number_present(numbering, pool, end);
    }
    return true;
}

__attribute__((always_inline)) static inline bool
number_each_large(bool (*visit)(const struct number_stretch *, void *), void *context)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        for (const struct large *large = large_shards[i].containers; large != NULL;
             large = large->next) {
            struct number_stretch one = {large_block(large), large->size, large->number, 1};
            if (!visit(&one, context))
                return false;
        }
    return true;
}

__attribute__((always_inline)) static inline bool
number_each_pooled(const struct numbering *numbering, const struct arena *arena,
                   bool (*visit)(const struct number_stretch *, void *), void *context)
{
    for (uint64_t pools = arena->containers; pools != 0; pools &= pools - 1) {
        const struct pool *pool = &arena->pools[__builtin_ctzll(pools)];
        if (unlikely(pool->discarded != 0)) {
            if (!number_each_present(numbering, pool, visit, context))
                return false;
            continue;
        }
        struct number_stretch stretch = number_pool(numbering, pool);
        if (!visit(&stretch, context))
            return false;
    }
    return true;
}

__attribute__((always_inline)) static inline void
number_each(const struct numbering *numbering, bool (*visit)(const struct number_stretch *, void *),
            void *context)
{
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        if (!number_each_pooled(numbering, arena, visit, context))
            return;
    number_each_large(visit, context);
}

#endif
