/* The slow halves: refill, foreign and dry frees, pools that ran empty, flush. */
#include "alloc/heap.h"

#include "alloc/base/fault.h"
#include "alloc/trim.h"
#include "alloc/waiting.h"

#include <string.h>

enum {
    LOOKS = 4,                /* how many ready pools a refill looks at */
    TRIM_LEAST = 1024 * 1024, /* bytes that it is worth trimming for */
};

_Atomic size_t heap_foreign_frees;

_Static_assert(POOL_BYTES % HEAP_NEAR == 0, "blocks that are near each other are of one pool");

void heap_init(struct heap *heap) { memset(heap, 0, sizeof *heap); }

void heap_settle(struct heap *heap) { heap->node = node_here(); }

/* --- pools coming and going -------------------------------------------------------------------------------------- */

/* The pool, dry until now, has free blocks. */
static void make_ready(struct heap *heap, struct pool *pool)
{
    store_relaxed(&pool->owner, (uintptr_t)heap);
    pool_queue_push(&heap_bin_of(heap, pool)->ready, pool);
}

/* All its free blocks become used. */
static void *make_dry(struct heap *heap, struct pool *pool)
{
    store_relaxed(&pool->owner, (uintptr_t)heap | POOL_DRY);
    if (!FAULT(dry_stays))
        pool_queue_remove(&heap_bin_of(heap, pool)->ready, pool);
    return pool_take_free(pool);
}

static struct pool *adopt(struct heap *heap, struct pool *pool)
{
    if (pool == NULL)
        return NULL;
    struct heap_bin *bin = &heap->bins[pool->kind][pool_class(pool)];
    pool->bin = (uint16_t)((char *)bin - (char *)heap);
    bin->pools++;
    store_relaxed(&pool->owner, (uintptr_t)heap | POOL_DRY);
    bin->carving = pool;
    return pool;
}

/* An empty pool goes back to its arena. */
static void release(struct heap *heap, struct pool *pool)
{
    VALIDATE(pool_is_valid(pool));
    struct heap_bin *bin = heap_bin_of(heap, pool);
    bin->pools--;
    if (bin->carving == pool)
        bin->carving = NULL;
    pool_queue_remove(&bin->ready, pool);
    arena_put(pool);
}

void heap_emptied(struct heap *heap, struct pool *pool)
{
    if (heap_bin_of(heap, pool)->current != pool)
        release(heap, pool);
}

static void release_if_empty(struct heap *heap, struct pool *pool)
{
    if (FAULT(release_early) && pool->used == 1)
        heap_emptied(heap, pool);
    if (pool->used == 0)
        heap_emptied(heap, pool);
}

/* --- what others gave back --------------------------------------------------------------------------------------- */

/* A used block of one of the heap's pools becomes free. */
static void put_own(struct heap *heap, struct pool *pool, void *block)
{
    const bool was_dry = pool->free == NULL;
    pool_put(pool, pool->link, block);
    if (was_dry)
        make_ready(heap, pool);
    release_if_empty(heap, pool);
}

static void drain(struct heap *heap)
{
    if (load_relaxed(&heap->inbox) == NULL)
        return;
    size_t count = 0;
    void *block = xchg_acquire(&heap->inbox, NULL); /* (M2) */
    while (block != NULL) {
        struct pool *pool = arena_pool(block);
        void *next = block_next(block, pool->link);
        parcel_follow(pool, block);
        put_own(heap, pool, block);
        count++;
        block = next;
    }
    fetch_add_relaxed(&heap_foreign_frees, count);
}

void heap_free_slow(struct heap *heap, struct pool *pool, void *block)
{
    if (pool_owner(pool) == heap)
        put_own(heap, pool, block);
    else if (likely(heap != NULL))
        parcel_add(&heap->box, pool, block);
    else
        parcel_send_one(pool, block);
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

/* Whether blocks in quarantine are to be had before a new arena is. */
static bool should_flush(const struct heap *heap)
{
    return !quarantine_is_empty(&heap->quarantine) && !arena_has_room(heap->node);
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
    if (pool == NULL && !(REFBENCH_DEBUG && should_flush(heap)))
        pool = adopt(heap, arena_take(heap->node, kind, size_class, link));
    return pool != NULL ? pool : bin->ready.first;
}

/* The one before need not stay if it is empty. */
static void make_current(struct heap *heap, struct pool *pool)
{
    struct heap_bin *bin = heap_bin_of(heap, pool);
    struct pool *before = bin->current;
    bin->current = pool;
    if (before != NULL)
        release_if_empty(heap, before);
}

static void *carve(struct heap *heap, struct pool *pool)
{
    void *list = pool_carve(pool);
    if (!pool_has_uncarved(pool))
        heap_bin_of(heap, pool)->carving = NULL;
    return list;
}

/* The last resort: what was freed a short while ago. */
static void *refill_from_quarantine(struct heap *heap, enum block_kind kind, size_t link,
                                    size_t size)
{
    return quarantine_flush(heap) ? heap_refill(heap, kind, link, size) : NULL;
}

void *heap_refill(struct heap *heap, enum block_kind kind, size_t link, size_t size)
{
    unsigned size_class = block_class(zone_pad(size));
    drain(heap);
    struct pool *pool = next_pool(heap, kind, link, size_class);
    if (pool == NULL)
        return REFBENCH_DEBUG ? refill_from_quarantine(heap, kind, link, size) : NULL;
    make_current(heap, pool);
    void *block = pool->free != NULL ? make_dry(heap, pool) : carve(heap, pool);
    if (kind == BLOCK_CONTAINER && !FAULT(forget_recent))
        recent_mark_list(pool, block);
    VALIDATE(pool_is_valid(pool));
    heap_bin_of(heap, pool)->free = block_next(block, link);
    if (REFBENCH_DEBUG)
        guard_alloc(heap, kind, link, size, block);
    return block;
}

void heap_free_large(struct heap *heap, enum block_kind kind, size_t link, size_t size, void *block)
{
    if (large_free(heap, kind, link, size, block))
        fetch_add_relaxed(&heap_foreign_frees, 1);
}

/* --- flush and reclaim ----------------------------------------------------------------------------------------------- */

/* The pool is the next to refill from. */
static void make_next(struct heap *heap, struct pool *pool)
{
    struct pool_queue *ready = &heap_bin_of(heap, pool)->ready;
    pool_queue_remove(ready, pool);
    pool_queue_push_first(ready, pool);
}

/* The blocks on the heap's list go back to their pool, and the pool, if it is empty, to its arena.  Else allocation goes on where
 * it was: with another pool after every flush, a few live blocks would come into each, and none would run empty. */
static void flush_bin(struct heap *heap, struct heap_bin *bin)
{
    struct pool *pool = bin->current;
    if (pool == NULL)
        return;
    const bool was_dry = pool->free == NULL;
    const bool has_more = bin->free != NULL;
    bin->current = NULL;
    pool_put_all(pool, bin->free);
    bin->free = NULL;
    if (was_dry && pool->free != NULL)
        make_ready(heap, pool);
    if (has_more)
        make_next(heap, pool);
    release_if_empty(heap, pool);
}

void heap_take_in(struct heap *heap)
{
    drain(heap);
    retire_reclaim(heap);
}

void heap_flush(struct heap *heap)
{
    VALIDATE(heap_is_valid(heap));
    heap_take_in(heap);
    if (REFBENCH_DEBUG)
        quarantine_flush(heap);
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++)
            flush_bin(heap, &heap->bins[kind][size_class]);
    parcel_close(&heap->box);
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

static size_t trim_bin(const struct heap_bin *bin)
{
    size_t bytes = 0;
    for (struct pool *pool = bin->ready.first; pool != NULL; pool = pool->next)
        bytes += trim_pool(pool);
    return bytes;
}

size_t heap_trim(struct heap *heap)
{
    heap_flush(heap);
    size_t bytes = 0;
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++)
            bytes += trim_bin(&heap->bins[kind][size_class]);
    arena_trim();
    VALIDATE(heap_is_valid(heap));
    return bytes;
}

struct room {
    size_t bytes; /* of pools */
    size_t free;  /* of these, free blocks that have memory */
};

static struct room room_in(const struct heap *heap)
{
    struct room room = {0};
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++) {
            const struct heap_bin *bin = &heap->bins[kind][size_class];
            room.bytes += (size_t)bin->pools * POOL_BYTES;
            for (const struct pool *pool = bin->ready.first; pool != NULL; pool = pool->next)
                room.free += trim_free_bytes(pool);
        }
    return room;
}

/* Free blocks that the last trim had to leave lie between used ones: they are no reason for the next. */
static bool is_sparse(struct heap *heap, struct room room)
{
    if (heap->untrimmable > room.free)
        heap->untrimmable = room.free;
    const size_t quarter = heap->untrimmable / 4;
    const size_t more = quarter > TRIM_LEAST ? quarter : TRIM_LEAST;
    return room.free > room.bytes / 2 && room.free >= heap->untrimmable + more;
}

size_t heap_trim_if_sparse(struct heap *heap)
{
    const bool was_sparse = heap->is_sparse;
    heap->is_sparse = is_sparse(heap, room_in(heap));
    if (!was_sparse || !heap->is_sparse)
        return 0;
    const size_t bytes = heap_trim(heap);
    heap->untrimmable = room_in(heap).free;
    return bytes;
}

/* --- validator --------------------------------------------------------------------------------------------------------- */

static bool list_is_valid(const struct pool *current, const void *list)
{
    size_t length = 0;
    for (; list != NULL; list = block_next(list, current->link)) {
        if (arena_pool(list) != current || ++length > current->used ||
            (current->kind == BLOCK_CONTAINER && !recent_is_marked(list)))
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
    return ready_is_valid(heap, bin) &&
           (bin->current == NULL ||
            (pool_owner(bin->current) == heap && pool_is_valid(bin->current))) &&
           (bin->carving == NULL ||
            (pool_owner(bin->carving) == heap && pool_has_uncarved(bin->carving))) &&
           (bin->free == NULL || (bin->current != NULL && list_is_valid(bin->current, bin->free)));
}

bool heap_is_valid(const struct heap *heap)
{
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++)
            if (!bin_is_valid(heap, &heap->bins[kind][size_class]))
                return false;
    return quarantine_is_valid(&heap->quarantine);
}
