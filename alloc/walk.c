/* Which pools stay young. */
#include "alloc/walk.h"

#include "alloc/heap.h"

/* Whether a heap may hand out blocks of the pool without a refill, which would mark it. */
static bool is_current(const struct pool *pool)
{
    return heap_bin_of(pool_owner(pool), pool)->current == pool;
}

static uint64_t current_pools(const struct arena *arena, uint64_t among)
{
    uint64_t current = 0;
    for (uint64_t rest = among; rest != 0; rest &= rest - 1)
        if (is_current(&arena->pools[__builtin_ctzll(rest)]))
            current |= rest & -rest;
    return current;
}

/* Only a young pool can be current, since becoming it marks it. */
static void promote(struct arena *arena, enum walk_set set)
{
    uint64_t young = load_relaxed(&arena->young);
    uint64_t middle = load_relaxed(&arena->middle);
    store_relaxed(&arena->middle, set == WALK_YOUNG ? middle | young : 0);
    store_relaxed(&arena->young, current_pools(arena, young));
}

void walk_promoted(enum walk_set set)
{
    for (struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        promote(arena, set);
}
