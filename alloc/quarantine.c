/* The ring of a heap. */
#include "alloc/quarantine.h"

#include "alloc/guard.h"
#include "alloc/heap.h"

static size_t budget = QUARANTINE_BYTES;

void quarantine_set_budget(size_t bytes) { budget = bytes; }

/* The block becomes free. */
static void let_go(struct heap *heap, const struct pool *pool, void *block)
{
    heap_put(heap, pool->link, block);
}

static void let_oldest_go(struct heap *heap)
{
    struct quarantine *quarantine = &heap->quarantine;
    void *block = quarantine->blocks[quarantine->first];
    const struct pool *pool = arena_pool(block);
    quarantine->first = (quarantine->first + 1) % QUARANTINE_BLOCKS;
    quarantine->count--;
    quarantine->bytes -= pool->bytes;
    guard_leave(pool, block);
    let_go(heap, pool, block);
}

static void push(struct quarantine *quarantine, const struct pool *pool, void *block)
{
    quarantine->blocks[(quarantine->first + quarantine->count) % QUARANTINE_BLOCKS] = block;
    quarantine->count++;
    quarantine->bytes += pool->bytes;
}

void quarantine_put(struct heap *heap, const struct pool *pool, void *block)
{
    struct quarantine *quarantine = &heap->quarantine;
    if (pool->bytes > budget) {
        let_go(heap, pool, block);
        return;
    }
    while (quarantine->count == QUARANTINE_BLOCKS || quarantine->bytes + pool->bytes > budget)
        let_oldest_go(heap);
    guard_enter(pool, block);
    push(quarantine, pool, block);
}

bool quarantine_flush(struct heap *heap)
{
    bool any = !quarantine_is_empty(&heap->quarantine);
    while (!quarantine_is_empty(&heap->quarantine))
        let_oldest_go(heap);
    return any;
}

bool quarantine_is_valid(const struct quarantine *quarantine)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < quarantine->count; i++) {
        const void *block = quarantine->blocks[(quarantine->first + i) % QUARANTINE_BLOCKS];
        if (guard_is_live(block))
            return false;
        bytes += arena_pool(block)->bytes;
    }
    return bytes == quarantine->bytes && quarantine->count <= QUARANTINE_BLOCKS;
}
