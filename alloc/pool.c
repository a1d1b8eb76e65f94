/* Carving, the free list and the remote list of a pool. */
#include "alloc/pool.h"

#include "alloc/arena.h"
#include "alloc/guard.h"

enum {
    CARVE_BYTES =
        4096, /* a batch of about a page, so that what nobody needs is never touched, ... */
    CARVE_BLOCKS = 16, /* ... but so many blocks that the slow path stays rare */
};

void pool_queue_push(struct pool_queue *queue, struct pool *pool)
{
    pool->next = NULL;
    pool->previous = queue->last;
    *(queue->last != NULL ? &queue->last->next : &queue->first) = pool;
    queue->last = pool;
}

void pool_queue_remove(struct pool_queue *queue, struct pool *pool)
{
    *(pool->previous != NULL ? &pool->previous->next : &queue->first) = pool->next;
    *(pool->next != NULL ? &pool->next->previous : &queue->last) = pool->previous;
}

void pool_init(struct pool *pool, enum block_kind kind, unsigned size_class, size_t link)
{
    size_t bytes = (size_t)size_class * BLOCK_UNIT;
    char *end = arena_slot(pool) + POOL_BYTES;
    pool->free = NULL;
    pool->used = 0;
    pool->carved = 0;
    pool->capacity = (uint16_t)((size_t)(end - arena_blocks(pool)) / bytes);
    pool->bytes = (uint16_t)bytes;
    pool->kind = (uint8_t)kind;
    pool->link = (uint8_t)link;
}

void *pool_take_free(struct pool *pool)
{
    void *list = pool->free;
    pool->free = NULL;
    pool->used = pool->carved;
    return list;
}

void pool_put_all(struct pool *pool, void *list)
{
    while (list != NULL) {
        void *block = list;
        list = block_next(block, pool->link);
        pool_put(pool, pool->link, block);
    }
}

bool pool_is_worthwhile(const struct pool *pool)
{
    return (pool->carved - pool->used) * POOL_SLACK >= pool->capacity;
}

static unsigned batch(const struct pool *pool)
{
    unsigned left = (unsigned)(pool->capacity - pool->carved);
    unsigned wanted = CARVE_BYTES / pool->bytes;
    wanted = wanted < CARVE_BLOCKS ? CARVE_BLOCKS : wanted;
    return wanted < left ? wanted : left;
}

void *pool_carve(struct pool *pool)
{
    unsigned count = batch(pool);
    char *first = arena_blocks(pool) + (size_t)pool->carved * pool->bytes;
    char *block = first;
    for (unsigned i = 0; i < count; i++, block += pool->bytes) {
        if (pool->recycled)
            block_clear(pool->kind, pool->link, block);
        block_set_next(block, pool->link, i + 1 < count ? block + pool->bytes : NULL);
        if (REFBENCH_DEBUG)
            guard_carve(pool, block);
    }
    pool->carved = (uint16_t)(pool->carved + count);
    pool->used += count;
    return first;
}

/* --- the remote word: first block | last block | count, 16 bits each; blocks as units from the slot's beginning ------- */

static uint64_t remote_unit(const struct pool *pool, const void *block)
{
    return (uint64_t)((const char *)block - arena_slot(pool)) / BLOCK_UNIT;
}

static void *remote_block(const struct pool *pool, uint64_t unit)
{
    return arena_slot(pool) + (unit & 0xffff) * BLOCK_UNIT;
}

static uint64_t remote_count(uint64_t word) { return word >> 32; }
static void *remote_first(const struct pool *pool, uint64_t word)
{
    return word == 0 ? NULL : remote_block(pool, word);
}
static void *remote_last(const struct pool *pool, uint64_t word)
{
    return remote_block(pool, word >> 16);
}

/* The word with one more block in front. */
static uint64_t remote_push(uint64_t word, uint64_t unit)
{
    uint64_t last = word == 0 ? unit : (word >> 16) & 0xffff;
    return (remote_count(word) + 1) << 32 | last << 16 | unit;
}

bool pool_put_remote(struct pool *pool, size_t link, void *block)
{
    uint64_t unit = remote_unit(pool, block);
    uint64_t word = load_relaxed(&pool->remote);
    do
        block_set_next(block, link, remote_first(pool, word));
    while (!cas_weak_acq_rel(&pool->remote, &word, remote_push(word, unit))); /* (P1) */
    return word == 0;
}

size_t pool_take_remote(struct pool *pool)
{
    uint64_t word = xchg_acq_rel(&pool->remote, 0); /* (P2) */
    if (word == 0)
        return 0;
    block_set_next(remote_last(pool, word), pool->link, pool->free);
    pool->free = remote_first(pool, word);
    pool->used -= (uint32_t)remote_count(word);
    return remote_count(word);
}

size_t pool_remote_count(const struct pool *pool)
{
    return remote_count(load_relaxed(&pool->remote));
}

/* --- validator --------------------------------------------------------------------------------------------------------- */

/* The length of the free list, or more than the pool has blocks if a block of it is not clear or not of this pool. */
static unsigned free_length(const struct pool *pool)
{
    unsigned length = 0;
    for (const void *block = pool->free; block != NULL; block = block_next(block, pool->link)) {
        if (length >= pool->carved || arena_pool(block) != pool ||
            !block_is_clear(pool->kind, pool->link, block))
            return pool->capacity + 1U;
        length++;
    }
    return length;
}

bool pool_is_valid(const struct pool *pool)
{
    bool owned = pool->state == POOL_OWNED;
    bool dry = (load_relaxed(&pool->owner) & POOL_DRY) != 0;
    return pool->carved <= pool->capacity && free_length(pool) + pool->used == pool->carved &&
           pool_remote_count(pool) <= pool->used && owned == (pool_owner(pool) != NULL) &&
           (!owned || dry == (pool->free == NULL));
}
