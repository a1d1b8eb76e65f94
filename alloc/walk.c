/* Promotion: what stays young. */
#include "alloc/walk.h"

#include "alloc/heap.h"

/* What the owner may hand out without a refill, which would mark it: NULL if there is nothing. */
static const void *listed(const struct pool *pool)
{
    const struct heap_bin *bin = heap_bin_of(pool_owner(pool), pool);
    return bin->current == pool ? bin->free : NULL;
}

/* Marks these again.  Returns which of `among` have any. */
static uint64_t mark_listed(struct arena *arena, uint64_t among)
{
    uint64_t marked = 0;
    for (uint64_t rest = among; rest != 0; rest &= rest - 1) {
        struct pool *pool = &arena->pools[__builtin_ctzll(rest)];
        const void *list = listed(pool);
        if (list == NULL)
            continue;
        recent_mark_list(pool, list);
        marked |= rest & -rest;
    }
    return marked;
}

static void make_older(struct arena *arena, uint64_t pools, enum walk_set set)
{
    for (uint64_t rest = pools; rest != 0; rest &= rest - 1) {
        struct pool *pool = &arena->pools[__builtin_ctzll(rest)];
        if (set == WALK_YOUNG)
            recent_make_middle(pool);
        else
            recent_make_old(pool);
    }
}

/* A pool whose blocks are on a list has been young since they were put there. */
static void promote(struct arena *arena, enum walk_set set)
{
    uint64_t young = load_relaxed(&arena->young);
    uint64_t middle = load_relaxed(&arena->middle);
    make_older(arena, set == WALK_YOUNG ? young : young | middle, set);
    store_relaxed(&arena->middle, set == WALK_YOUNG ? middle | young : 0);
    store_relaxed(&arena->young, mark_listed(arena, young));
}

void walk_promoted(enum walk_set set)
{
    for (struct arena *arena = arenas.recent, *next; arena != NULL; arena = next) {
        next = arena->recent;
        promote(arena, set);
        if ((load_relaxed(&arena->young) | load_relaxed(&arena->middle)) == 0)
            recent_delist(arena);
    }
}
