/* Counting pools, arenas and large blocks. */
#include "alloc/census.h"

#include "alloc/heap.h"

/* How many used blocks of the pool lie on its owner's list, handed to nobody yet. */
static size_t listed(const struct pool *pool)
{
    const struct heap *owner = pool_owner(pool);
    unsigned size_class = pool_class(pool);
    size_t count = 0;
    if (owner->bins[pool->kind][size_class].current != pool)
        return 0;
    for (const void *block = owner->bins[pool->kind][size_class].free; block != NULL;
         block = block_next(block, pool->link))
        count++;
    return count;
}

static void count_pool(const struct pool *pool, struct heap_census *census)
{
    if (pool->state == POOL_UNUSED)
        return;
    census->pools++;
    if (pool->state == POOL_WAITING) {
        census->waiting++;
        return;
    }
    size_t remote = pool_remote_count(pool);
    size_t live = pool->used - remote - listed(pool);
    census->live[pool->kind] += live;
    census->live_bytes += live * pool->bytes;
    census->foreign_frees += remote;
}

static void count_arenas(struct heap_census *census)
{
    lock_acquire(&arenas.lock);
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next) {
        VALIDATE(arena_is_valid(arena));
        census->arenas++;
        census->node_arenas[arena->node]++;
        for (unsigned i = 0; i < ARENA_POOLS; i++)
            count_pool(&arena->pools[i], census);
    }
    for (unsigned node = 0; node < node_count(); node++) {
        bool has_spare = arenas.shelves[node].spare != NULL;
        census->arenas += has_spare;
        census->node_arenas[node] += has_spare;
    }
    census->arena_bytes = census->arenas * ARENA_BYTES;
    lock_release(&arenas.lock);
}

static void count_shard(struct large_shard *shard, struct heap_census *census)
{
    lock_acquire(&shard->lock);
    VALIDATE(large_shard_is_valid(shard));
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++) {
        census->live[kind] += shard->live[kind];
        census->large += shard->live[kind];
    }
    census->live_bytes += shard->bytes;
    for (const struct large *large = shard->waiting; large != NULL; large = large->next)
        census->waiting++;
    lock_release(&shard->lock);
}

struct heap_census heap_census(void)
{
    struct heap_census census = {.foreign_frees = load_relaxed(&heap_foreign_frees)};
    count_arenas(&census);
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        count_shard(&large_shards[i], &census);
    return census;
}
