/* Counting pools, arenas and large blocks. */
#include "alloc/census.h"

#include "alloc/base/os.h"
#include "alloc/heap.h"
#include "alloc/trim.h"

#include <string.h>

/* --- blocks on their way back -------------------------------------------------------------------------------------------- */

enum { NOT_COUNTED = UINT16_MAX };

_Static_assert(POOL_BYTES / BLOCK_UNIT < NOT_COUNTED, "a pool's blocks can be counted");

/* How many blocks of the pool are on their way back. */
static uint16_t *returned(const struct pool *pool)
{
    return &arena_of(pool)->returned[arena_index(pool)];
}

static void count_block(const void *block, void *context)
{
    (void)context;
    ++*returned(arena_pool(block));
}

/* Sets the counts of the owner's pools, or of all if it is NULL. */
static void set_returned_locked(const struct heap *owner, uint16_t count)
{
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (unsigned i = 0; i < ARENA_POOLS; i++)
            if (owner == NULL || pool_owner(&arena->pools[i]) == owner)
                *returned(&arena->pools[i]) = count;
}

/* Counts what the pool's owner was sent, unless that is done. */
static void count_received_locked(const struct pool *pool)
{
    const struct heap *owner = pool_owner(pool);
    if (*returned(pool) != NOT_COUNTED)
        return;
    set_returned_locked(owner, 0);
    parcel_each_received(owner, count_block, NULL);
}

/* Looks at each inbox and each parcel once, however many pools there are. */
static void count_returned_locked(void)
{
    set_returned_locked(NULL, NOT_COUNTED);
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (unsigned i = 0; i < ARENA_POOLS; i++)
            if (arena->pools[i].state == POOL_OWNED)
                count_received_locked(&arena->pools[i]);
    parcel_each_held(count_block, NULL);
}

/* --- one pool ---------------------------------------------------------------------------------------------------------- */

/* How many used blocks of the pool lie on its owner's list, handed to nobody yet. */
static size_t listed(const struct pool *pool)
{
    const struct heap_bin *bin = &pool_owner(pool)->bins[pool->kind][pool_class(pool)];
    size_t count = 0;
    if (bin->current != pool)
        return 0;
    for (const void *block = bin->free; block != NULL; block = block_next(block, pool->link))
        count++;
    return count;
}

static enum census_state state_of(const struct pool *pool, const struct census_blocks *blocks)
{
    if (pool->state == POOL_WAITING)
        return CENSUS_WAITING;
    if (blocks->live + blocks->remote == 0)
        return CENSUS_EMPTY;
    return blocks->free + blocks->absent + blocks->uncarved == 0 ? CENSUS_FULL : CENSUS_PARTIAL;
}

static size_t live_of(const struct pool *pool, size_t remote)
{
    if (REFBENCH_DEBUG)
        return guard_live(pool);
    return pool->used - remote - (pool->state == POOL_OWNED ? listed(pool) : 0);
}

static struct census_blocks blocks_of(const struct pool *pool)
{
    size_t remote = pool->state == POOL_OWNED ? *returned(pool) : 0;
    size_t absent = pool->discarded != 0 ? trim_absent(pool) : 0;
    size_t live = live_of(pool, remote);
    return (struct census_blocks){
        .live = live,
        .free = pool->carved - absent - remote - live,
        .remote = remote,
        .absent = absent,
        .uncarved = (size_t)(pool->capacity - pool->carved),
    };
}

static struct census_pool describe(const struct pool *pool)
{
    struct census_pool found = {
        .slot = arena_index(pool),
        .bytes = pool->bytes,
        .kind = pool->kind,
        .blocks = blocks_of(pool),
        .owner = pool_owner(pool),
    };
    found.state = state_of(pool, &found.blocks);
    return found;
}

/* Calls visit(pool, context) for every pool, in address order.  The lock must be held. */
static void each_pool_locked(void (*visit)(const struct census_pool *pool, void *context),
                             void *context)
{
    size_t number = 0;
    count_returned_locked();
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next, number++) {
        VALIDATE(arena_is_valid(arena));
        for (unsigned i = 0; i < ARENA_POOLS; i++) {
            if (arena->pools[i].state == POOL_UNUSED)
                continue;
            struct census_pool pool = describe(&arena->pools[i]);
            pool.arena = number;
            visit(&pool, context);
        }
    }
}

/* --- all of them ------------------------------------------------------------------------------------------------------- */

static void count_pool(const struct census_pool *pool, void *context)
{
    struct census *census = context;
    struct census_class *found = &census->classes[pool->kind][block_class(pool->bytes)];
    census->pools++;
    found->bytes = pool->bytes;
    found->blocks.live += pool->blocks.live;
    found->blocks.free += pool->blocks.free;
    found->blocks.remote += pool->blocks.remote;
    found->blocks.absent += pool->blocks.absent;
    found->blocks.uncarved += pool->blocks.uncarved;
    found->pools[pool->state]++;
}

static void count_arena_locked(const struct arena *arena, struct census *census)
{
    census->arenas++;
    census->arenas_of[arena->node]++;
}

static void count_arenas(struct census *census)
{
    lock_acquire(&arenas.lock);
    each_pool_locked(count_pool, census);
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        count_arena_locked(arena, census);
    for (unsigned node = 0; node < node_count(); node++) {
        if (arenas.shelves[node].spare == NULL)
            continue;
        count_arena_locked(arenas.shelves[node].spare, census);
        census->spares++;
    }
    census->arenas_made = load_relaxed(&arenas.made);
    census->arenas_returned = load_relaxed(&arenas.returned);
    lock_release(&arenas.lock);
}

static void count_shard(struct large_shard *shard, struct census *census)
{
    lock_acquire(&shard->lock);
    VALIDATE(large_shard_is_valid(shard));
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        census->large[kind] += shard->live[kind];
    census->large_bytes += shard->bytes;
    for (const struct large *large = shard->waiting; large != NULL; large = large->next) {
        census->large_waiting++;
        census->large_waiting_bytes += large_bytes(large->size);
    }
    lock_release(&shard->lock);
}

void census_take(struct census *census)
{
    memset(census, 0, sizeof *census);
    count_arenas(census);
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        count_shard(&large_shards[i], census);
}

struct pool_list {
    struct census_pool *pools;
    size_t capacity;
    size_t length;
};

static void list_pool(const struct census_pool *pool, void *context)
{
    struct pool_list *list = context;
    if (list->length < list->capacity)
        list->pools[list->length] = *pool;
    list->length++;
}

size_t census_pools(struct census_pool *pools, size_t capacity)
{
    struct pool_list list = {.pools = pools, .capacity = capacity};
    lock_acquire(&arenas.lock);
    each_pool_locked(list_pool, &list);
    lock_release(&arenas.lock);
    return list.length;
}

size_t census_resident_bytes(void)
{
    size_t bytes = 0;
    lock_acquire(&arenas.lock);
    for (struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        bytes += os_resident_bytes(arena, ARENA_BYTES);
    for (unsigned node = 0; node < node_count(); node++)
        if (arenas.shelves[node].spare != NULL)
            bytes += os_resident_bytes(arenas.shelves[node].spare, ARENA_BYTES);
    lock_release(&arenas.lock);
    return bytes;
}

/* --- sums -------------------------------------------------------------------------------------------------------------- */

static const struct census_class *first_class(const struct census *census)
{
    return &census->classes[0][0];
}

static const struct census_class *end_of_classes(const struct census *census)
{
    return first_class(census) + sizeof census->classes / sizeof *first_class(census);
}

static size_t waiting_pools(const struct census *census)
{
    size_t pools = 0;
    for (const struct census_class *c = first_class(census); c < end_of_classes(census); c++)
        pools += c->pools[CENSUS_WAITING];
    return pools;
}

size_t census_live_bytes(const struct census *census)
{
    size_t bytes = census->large_bytes;
    for (const struct census_class *c = first_class(census); c < end_of_classes(census); c++)
        bytes += c->blocks.live * c->bytes;
    return bytes;
}

size_t census_waiting_bytes(const struct census *census)
{
    return waiting_pools(census) * POOL_BYTES + census->large_waiting_bytes;
}

size_t census_committed_bytes(const struct census *census)
{
    return census->arenas * ARENA_BYTES + census->large_bytes + census->large_waiting_bytes;
}

double census_fragmentation(const struct census *census)
{
    size_t committed = census_committed_bytes(census);
    return committed != 0 ? 1 - (double)census_live_bytes(census) / (double)committed : 0;
}

static void sum_kind(const struct census *census, enum block_kind kind, struct heap_census *sum)
{
    sum->live[kind] += census->large[kind];
    sum->large += census->large[kind];
    for (unsigned i = 0; i < BLOCK_CLASSES; i++) {
        sum->live[kind] += census->classes[kind][i].blocks.live;
        sum->foreign_frees += census->classes[kind][i].blocks.remote;
    }
}

struct heap_census heap_census(void)
{
    struct census census;
    census_take(&census);
    struct heap_census sum = {
        .live_bytes = census_live_bytes(&census),
        .pools = census.pools,
        .waiting = waiting_pools(&census) + census.large_waiting,
        .arenas = census.arenas,
        .arena_bytes = census.arenas * ARENA_BYTES,
        .foreign_frees = load_relaxed(&heap_foreign_frees),
    };
    for (enum block_kind kind = 0; kind < BLOCK_KINDS; kind++)
        sum_kind(&census, kind, &sum);
    memcpy(sum.node_arenas, census.arenas_of, sizeof sum.node_arenas);
    return sum;
}
