/* Carving and the free list of a pool. */
#include "alloc/pool.h"

#include "alloc/arena.h"
#include "alloc/guard.h"
#include "alloc/trim.h"

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

void pool_queue_push_first(struct pool_queue *queue, struct pool *pool)
{
    pool->previous = NULL;
    pool->next = queue->first;
    *(queue->first != NULL ? &queue->first->previous : &queue->last) = pool;
    queue->first = pool;
}

void pool_queue_remove(struct pool_queue *queue, struct pool *pool)
{
    *(pool->previous != NULL ? &pool->previous->next : &queue->first) = pool->next;
    *(pool->next != NULL ? &pool->next->previous : &queue->last) = pool->previous;
}

void pool_init(struct pool *pool, enum block_kind kind, unsigned size_class, size_t link)
{
    size_t bytes = block_bytes(size_class);
    char *end = arena_slot(pool) + POOL_BYTES;
    pool->free = NULL;
    pool->used = 0;
    pool->carved = 0;
    pool->cleared = 0;
    pool->capacity = (uint16_t)((size_t)(end - arena_blocks(pool)) / bytes);
    pool->bytes = (uint16_t)bytes;
    pool->kind = (uint8_t)kind;
    pool->link = (uint8_t)link;
    pool->discarded = 0;
    pool->marked = 0;
    pool->reciprocal = (uint32_t)(((UINT64_C(1) << 32) + bytes - 1) / bytes);
}

/* In order of addresses again, and not in the order that its blocks were freed in. */
void pool_renew(struct pool *pool)
{
    ASSERT(pool->used == 0);
    if (REFBENCH_DEBUG)
        guard_release(pool);
    if (pool->cleared < pool->carved)
        pool->cleared = pool->carved;
    pool->free = NULL;
    pool->carved = 0;
    pool->discarded = 0;
}

void *pool_take_free(struct pool *pool)
{
    if (unlikely(pool->discarded != 0))
        trim_undo(pool);
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
        if (pool->recycled && pool->carved + i >= pool->cleared)
            block_clear(pool->kind, pool->link, block);
        block_set_next(block, pool->link, i + 1 < count ? block + pool->bytes : NULL);
        if (REFBENCH_DEBUG)
            guard_carve(pool, block);
    }
    pool->carved = (uint16_t)(pool->carved + count);
    pool->used += count;
    return first;
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
    return pool->carved <= pool->capacity && pool->cleared <= pool->capacity &&
           free_length(pool) + trim_absent(pool) + pool->used == pool->carved &&
           owned == (pool_owner(pool) != NULL) && (!owned || dry == (pool->free == NULL));
}
