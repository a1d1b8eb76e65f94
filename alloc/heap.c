/* The slow halves: refill, foreign and dry frees, pools that ran empty, flush. */
#include "alloc/heap.h"

#include "alloc/waiting.h"

#include <string.h>

enum { LOOKS = 4 }; /* how many ready pools a refill looks at */

_Atomic size_t heap_foreign_frees;

static struct heap_bin *bin_of(struct heap *heap, const struct pool *pool)
{
    return &heap->bins[pool->kind][pool_class(pool)];
}

static uintptr_t slot_of(const struct pool *pool)
{
    return pool != NULL ? (uintptr_t)arena_slot(pool) : HEAP_NO_SLOT;
}

/* Makes the pool its bin's current one, or none. */
static void set_current(struct heap_bin *bin, struct pool *pool)
{
    bin->current = pool;
    bin->current_slot = slot_of(pool);
}

void heap_init(struct heap *heap)
{
    memset(heap, 0, sizeof *heap);
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 1; size_class <= BLOCK_CLASSES; size_class++)
            set_current(&heap->bins[kind][size_class], NULL);
}

void heap_settle(struct heap *heap) { heap->node = node_here(); }

/* --- pools coming and going -------------------------------------------------------------------------------------- */

/* The pool, dry until now, has free blocks. */
static void make_ready(struct heap *heap, struct pool *pool)
{
    store_relaxed(&pool->owner, (uintptr_t)heap);
    pool_queue_push(&bin_of(heap, pool)->ready, pool);
}

/* All its free blocks become used. */
static void *make_dry(struct heap *heap, struct pool *pool)
{
    store_relaxed(&pool->owner, (uintptr_t)heap | POOL_DRY);
    pool_queue_remove(&bin_of(heap, pool)->ready, pool);
    return pool_take_free(pool);
}

static struct pool *adopt(struct heap *heap, struct pool *pool)
{
    if (pool == NULL)
        return NULL;
    struct heap_bin *bin = bin_of(heap, pool);
    bin->pools++;
    store_relaxed(&pool->owner, (uintptr_t)heap | POOL_DRY);
    if (pool->free != NULL)
        make_ready(heap, pool);
    if (pool_has_uncarved(pool))
        bin->carving = pool;
    return pool;
}

/* An empty pool goes back to its arena. */
static void release(struct heap *heap, struct pool *pool)
{
    VALIDATE(pool_is_valid(pool));
    struct heap_bin *bin = bin_of(heap, pool);
    bin->pools--;
    if (bin->carving == pool)
        bin->carving = NULL;
    pool_queue_remove(&bin->ready, pool);
    arena_put(pool);
}

void heap_emptied(struct heap *heap, struct pool *pool)
{
    if (bin_of(heap, pool)->current != pool)
        release(heap, pool);
}

static void release_if_empty(struct heap *heap, struct pool *pool)
{
    if (pool->used == 0)
        heap_emptied(heap, pool);
}

/* --- what others gave back --------------------------------------------------------------------------------------- */

static void push_pending(struct heap *owner, struct pool *pool)
{
    struct pool *first = load_relaxed(&owner->pending);
    do
        pool->pending_next = first;
    while (!cas_weak_release(&owner->pending, &first, pool)); /* (H1) */
}

static void take_remote(struct heap *heap, struct pool *pool)
{
    bool was_dry = pool->free == NULL;
    fetch_add_relaxed(&heap_foreign_frees, pool_take_remote(pool));
    if (was_dry)
        make_ready(heap, pool);
    VALIDATE(pool_is_valid(pool));
    release_if_empty(heap, pool);
}

static void drain(struct heap *heap)
{
    if (load_relaxed(&heap->pending) == NULL)
        return;
    struct pool *pool = xchg_acquire(&heap->pending, NULL); /* (H2) */
    while (pool != NULL) {
        struct pool *next = pool->pending_next;
        take_remote(heap, pool);
        pool = next;
    }
}

void heap_free_slow(struct heap *heap, struct pool *pool, size_t link, void *block)
{
    struct heap *owner = pool_owner(pool); /* read before the block, and with it the pool, may go */
    if (owner != heap) {
        if (pool_put_remote(pool, link, block))
            push_pending(owner, pool);
        return;
    }
    pool_put(pool, link, block);
    make_ready(heap, pool);
    release_if_empty(heap, pool);
}

/* --- refill ---------------------------------------------------------------------------------------------------------- */

/* The first worthwhile one of the pools that have been ready for the longest.  Those in front of it go to the end, so that
 * all have their turn. */
static struct pool *worthwhile_pool(struct heap_bin *bin)
{
    for (unsigned i = 0; i < LOOKS; i++) {
        struct pool *pool = bin->ready.first;
        if (pool == NULL || pool_is_worthwhile(pool))
            return pool;
        pool_queue_remove(&bin->ready, pool);
        pool_queue_push(&bin->ready, pool);
    }
    return NULL;
}

/* The pool to refill from, as told in heap.h. */
static struct pool *next_pool(struct heap *heap, enum block_kind kind, size_t link,
                              unsigned size_class)
{
    struct heap_bin *bin = &heap->bins[kind][size_class];
    struct pool *pool = worthwhile_pool(bin);
    if (pool == NULL)
        pool = bin->carving;
    if (pool == NULL && bin->pools < POOL_SLACK)
        pool = bin->ready.first;
    if (pool == NULL)
        pool = adopt(heap, arena_take(heap->node, kind, size_class, link));
    return pool != NULL ? pool : bin->ready.first;
}

/* The one before need not stay if it is empty. */
static void make_current(struct heap *heap, struct pool *pool)
{
    struct heap_bin *bin = bin_of(heap, pool);
    struct pool *before = bin->current;
    set_current(bin, pool);
    if (before != NULL)
        release_if_empty(heap, before);
}

static void *carve(struct heap *heap, struct pool *pool)
{
    void *list = pool_carve(pool);
    if (!pool_has_uncarved(pool))
        bin_of(heap, pool)->carving = NULL;
    return list;
}

void *heap_refill(struct heap *heap, enum block_kind kind, size_t link, size_t size)
{
    unsigned size_class = block_class(size);
    drain(heap);
    struct pool *pool = next_pool(heap, kind, link, size_class);
    if (pool == NULL)
        return NULL;
    make_current(heap, pool);
    if (kind == BLOCK_CONTAINER)
        arena_mark_young(pool);
    void *block = pool->free != NULL ? make_dry(heap, pool) : carve(heap, pool);
    VALIDATE(pool_is_valid(pool));
    bin_of(heap, pool)->free = block_next(block, link);
    if (REFBENCH_DEBUG)
        guard_alloc(kind, link, size, block);
    return block;
}

void heap_free_large(struct heap *heap, enum block_kind kind, size_t link, size_t size, void *block)
{
    if (large_free(heap, kind, link, size, block))
        fetch_add_relaxed(&heap_foreign_frees, 1);
}

/* --- flush and reclaim ----------------------------------------------------------------------------------------------- */

/* The blocks on the heap's list go back to their pool, and the pool, if it is empty, to its arena. */
static void flush_bin(struct heap *heap, struct heap_bin *bin)
{
    struct pool *pool = bin->current;
    if (pool == NULL)
        return;
    bool was_dry = pool->free == NULL;
    set_current(bin, NULL);
    pool_put_all(pool, bin->free);
    bin->free = NULL;
    if (was_dry && pool->free != NULL)
        make_ready(heap, pool);
    release_if_empty(heap, pool);
}

void heap_flush(struct heap *heap)
{
    VALIDATE(heap_is_valid(heap));
    drain(heap);
    retire_reclaim(heap);
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 1; size_class <= BLOCK_CLASSES; size_class++)
            flush_bin(heap, &heap->bins[kind][size_class]);
    heap_reclaim();
}

void heap_set_late_readers(bool exist) { waiting_readers = exist; }

void heap_reclaim(void)
{
    if (waiting_is_empty())
        return;
    arena_reclaim();
    large_reclaim();
}

void heap_trim(void) { arena_trim(); }

/* --- validator --------------------------------------------------------------------------------------------------------- */

static bool list_is_valid(const struct pool *current, const void *list)
{
    size_t length = 0;
    for (; list != NULL; list = block_next(list, current->link)) {
        if (arena_pool(list) != current || ++length > current->used)
            return false;
    }
    return true;
}

static bool ready_is_valid(const struct heap *heap, const struct heap_bin *bin)
{
    for (const struct pool *pool = bin->ready.first; pool != NULL; pool = pool->next)
        if (pool->free == NULL || pool_owner(pool) != heap || !pool_is_valid(pool) ||
            (pool->used == 0 && pool != bin->current) ||
            (pool_has_uncarved(pool) && pool != bin->carving))
            return false;
    return true;
}

static bool bin_is_valid(const struct heap *heap, const struct heap_bin *bin)
{
    return bin->current_slot == slot_of(bin->current) && ready_is_valid(heap, bin) &&
           (bin->current == NULL ||
            (pool_owner(bin->current) == heap && pool_is_valid(bin->current))) &&
           (bin->carving == NULL ||
            (pool_owner(bin->carving) == heap && pool_has_uncarved(bin->carving))) &&
           (bin->free == NULL || (bin->current != NULL && list_is_valid(bin->current, bin->free)));
}

bool heap_is_valid(const struct heap *heap)
{
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 1; size_class <= BLOCK_CLASSES; size_class++)
            if (!bin_is_valid(heap, &heap->bins[kind][size_class]))
                return false;
    return true;
}
