/* Marking lists, moving marks from set to set, and the list of arenas that have any. */
#include "alloc/recent.h"

#include <string.h>

void recent_delist(struct arena *arena)
{
    if (arena->recent_link == NULL)
        return;
    *arena->recent_link = arena->recent;
    if (arena->recent != NULL)
        arena->recent->recent_link = arena->recent_link;
    arena->recent_link = NULL;
}

static void enlist_locked(struct arena *arena)
{
    if (arena->recent_link != NULL)
        return;
    arena->recent = arenas.recent;
    arena->recent_link = &arenas.recent;
    if (arena->recent != NULL)
        arena->recent->recent_link = &arena->recent;
    arenas.recent = arena;
}

/* The pool will have young blocks, and so its arena. */
static void make_young(struct pool *pool)
{
    struct arena *arena = arena_of(pool);
    uint64_t bit = UINT64_C(1) << arena_index(pool);
    if ((load_relaxed(&arena->young) & bit) != 0)
        return;
    if (fetch_or_relaxed(&arena->young, bit) != 0)
        return;
    lock_acquire(&arenas.lock);
    enlist_locked(arena);
    lock_release(&arenas.lock);
}

void recent_mark_list(struct pool *pool, const void *list)
{
    make_young(pool);
    if (pool->marked == pool->carved)
        return;
    for (const void *block = list; block != NULL; block = block_next(block, pool->link))
        recent_mark(pool, block);
}

void recent_make_middle(struct pool *pool)
{
    struct recent *recents = recent_all(pool);
    for (unsigned i = 0; i < RECENT_POOL_WORDS; i++) {
        recents[i].middle |= recents[i].young;
        recents[i].young = 0;
    }
    pool->marked = 0;
}

void recent_make_old(struct pool *pool)
{
    memset(recent_all(pool), 0, RECENT_POOL_WORDS * sizeof(struct recent));
    pool->marked = 0;
}

bool recent_is_valid(const struct pool *pool)
{
    const struct arena *arena = arena_of(pool);
    const struct recent *recents = recent_all(pool);
    const uint64_t bit = UINT64_C(1) << arena_index(pool);
    unsigned young = 0;
    unsigned middle = 0;
    for (unsigned i = 0; i < RECENT_POOL_WORDS; i++) {
        young += (unsigned)__builtin_popcountll(recents[i].young);
        middle += (unsigned)__builtin_popcountll(recents[i].middle);
    }
    return pool->marked <= young && (young == 0 || (load_relaxed(&arena->young) & bit) != 0) &&
           (middle == 0 || (load_relaxed(&arena->middle) & bit) != 0);
}
