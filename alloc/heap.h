/*
 * The heap of one thread: block => pool => arena.
 *
 * Glossary
 *   block   16 bytes x class, classes 1..32 (<= 512 bytes), or 24 bytes, class 0: what an object lives in
 *   pool    16 KiB of blocks of one class and one kind, owned by one heap
 *   arena   1 MiB, aligned to its size: 64 pools, their descriptors at its base
 *   heap    per thread: for each kind and class a bin, a list of free blocks and the pools these come from
 *   large   a block over 512 bytes, from the system allocator; large *containers* are registered for the collector
 *
 * Kinds: a pool holds one, so the collector can skip what it never looks at, and memory keeps its type.
 *   DATA       tables and text; no header.  The free-list link lies over the first word.
 *   OBJECT     begins with a counting header.  The link lies `link` bytes in (over the type word): the header of a free or
 *   CONTAINER  never used block is all zeros, so that a late reader finds a count of zero; a container's collector word,
 *              the word after the type, is zero in a free or never used block too.
 *
 * Who promises what: heap_alloc returns OBJECT and CONTAINER blocks with header and collector word zero and the rest
 * undefined; the caller gives them back in the same state.  `kind`, `link` and where possible `size` are compile-time
 * constants at the call, which is where the speed comes from.
 *
 * Late readers (strategies with RC_OPTIMISTIC_READERS, see heap_set_late_readers): an empty pool is kept for its own
 * class and kind until a grace period (alloc/base/grace.h) has passed; only then may it change class or be unmapped.  Large
 * OBJECT and CONTAINER blocks wait for one too, their header zeroed.
 *
 * How it works: allocation pops the heap's list of that kind and class, and counts nothing.  When the list is empty the
 * heap refills it from one pool, its *current* one for that kind and class.  A block that is freed goes to the list of its
 * own pool, and a pool without a used block goes back to its arena.  Where the size is known at compile time, a block near the
 * head of the bin's list, and so of the current pool too, goes back to that list, counting nothing either: what was used last,
 * and is in the cache, is used next.  (Sizes that vary make that guess go wrong now and then, which costs more than it saves:
 * 8.1 instead of 5.9 ns with 10,000 live blocks of mixed sizes.)
 *
 * A refill from a pool of CONTAINERs marks the blocks, so that collections of the young find them (alloc/recent.h).
 *
 * Which pool to refill from: among those with free blocks, the one that has been *ready* for the longest, which takes its
 * whole free list; since many may have a block or two, it must have one in 32 free, and a few are looked at.  Else a
 * page of the *carving* pool's never used blocks; else a new pool, if one is little beside those the bin has; else any that
 * is ready.  So a program that frees one block for each it makes does not search a pool for every block.  What that may
 * cost: until every ready pool has been looked at once, four to a refill, each refill may carve a page; so a bin whose
 * live blocks do not grow keeps less than an eighth of its blocks free.  A flush changes no turns: the pool whose list it took
 * back is the next one.
 *
 * Invariant: the blocks on a bin's list are used blocks of its current pool;
 *            a bin's ready queue holds exactly its pools that are not DRY;
 *            a pool with no used block is the current one of its bin;
 *            a pool with blocks not yet carved is the carving one of its bin
 * Source: pages with local, thread and remote lists are mimalloc's (Leijen, Zorn, de Moura, APLAS 2019); pools and arenas
 * that return are CPython's obmalloc.
 *
 * A heap that others may still send blocks to must not be freed.
 *
 * Thread-safety: a heap is used by one thread at a time (its owner), except that any thread may heap_free a block of any
 * heap: it passes *its own* heap and the block finds its way home.
 */
#ifndef ALLOC_HEAP_H
#define ALLOC_HEAP_H

#include "alloc/arena.h"
#include "alloc/block.h"
#include "alloc/failure.h"
#include "alloc/guard.h"
#include "alloc/large.h"
#include "alloc/parcel.h"
#include "alloc/quarantine.h"
#include "alloc/recent.h"
#include "alloc/retire.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HEAP_NEAR = 1024 }; /* bytes; a pool has a whole number of such stretches */

/* One kind and class of a heap. */
struct heap_bin {
    _Alignas(POOL_LINE) void *free; /* the list that allocation pops */
    struct pool *current;           /* whose blocks are on that list, or were last */
    struct pool *carving;           /* the one that has blocks not yet carved */
    struct pool_queue ready;        /* those with free blocks, longest ready first */
    unsigned pools;                 /* how many the heap owns */
};

struct heap {
    struct heap_bin bins[BLOCK_KINDS][BLOCK_CLASSES];

    /* What others write, in a line apart from what the owner needs. */
    _Alignas(POOL_LINE) _Atomic(void *) inbox; /* blocks that they gave back (alloc/parcel.h) */
    struct quarantine quarantine; /* debug builds: freed blocks that are not free yet */

    struct parcel_box box;      /* others' blocks that are to be given back */
    struct retire_list retired; /* tables that late readers may look at */
    size_t untrimmable;         /* bytes of free blocks that the last trim had to leave, at most */
    unsigned node;              /* where its new pools are to come from */
    bool is_sparse;             /* when heap_trim_if_sparse looked last */
};

/* Makes an empty heap in place.  It needs no fini: heap_flush leaves nothing of its own behind, but for tables that late readers
 * may still look at, which it frees when it is called after their grace period. */
void heap_init(struct heap *heap);

/* From now on the heap prefers memory of the node that the caller runs on (alloc/node.h).  The owner calls it when it
 * begins, and when it is pinned. */
void heap_settle(struct heap *heap);

/* Sends what the heap holds of others' blocks; its thread calls it before it rests. */
static inline void heap_send(struct heap *heap) { parcel_send_all(&heap->box); }

/* Takes in what other threads gave back, and what need not wait any longer.  The owner's to call, or anybody's while it cannot
 * run. */
void heap_take_in(struct heap *heap);

/* Sends what it holds of others' blocks, takes in what other threads gave back and what need not wait any longer, hands
 * every free block back to its pool and every empty pool to its arena.
 * The owner calls it before it exits; others may only while the owner cannot run (stopped, or gone). */
void heap_flush(struct heap *heap);

/* A block of `size` >= 1 bytes, or NULL if there is no memory. */
static inline void *heap_alloc(struct heap *heap, enum block_kind kind, size_t link, size_t size);

/* Gives a block back; `kind`, `link` and `size` as it was asked for. */
static inline void heap_free(struct heap *heap, enum block_kind kind, size_t link, size_t size,
                             void *block);

/* Bytes that a block of `size` really takes. */
static inline size_t heap_block_bytes(size_t size);

/* Called once before the first allocation: do late readers exist, so that memory must wait for a grace period? */
void heap_set_late_readers(bool exist);

/* Gives back all memory whose grace period is over; cheap if there is none.  Called after a stop of the world and from
 * safepoints that paid a debt. */
void heap_reclaim(void);

/* Flushes the heap and gives back pages that no block is used on, all but one of each pool with free blocks; the spare arenas
 * too.  Returns how many
 * bytes of the heap's pools that were.  The owner's to call, or anybody's while it cannot run. */
size_t heap_trim(struct heap *heap);

/* The same, if it is likely to be worth its price: more than half of the heap's pools is free blocks that have memory, a MiB
 * more of it than the last trim had to leave; and so it was when this was called last. */
size_t heap_trim_if_sparse(struct heap *heap);

/* The invariant above, and those of its bins' pools; the owner's to call, or anybody's while it cannot run. */
bool heap_is_valid(const struct heap *heap);

/* --- the slow halves --------------------------------------------------------------------------------------------- */

void *heap_refill(struct heap *heap, enum block_kind kind, size_t link, size_t size);
void heap_free_large(struct heap *heap, enum block_kind kind, size_t link, size_t size,
                     void *block);

/* The pool is dry, or another heap's. */
void heap_free_slow(struct heap *heap, struct pool *pool, void *block);

/* The last used block of the pool has come back. */
void heap_emptied(struct heap *heap, struct pool *pool);

/* The bin of one of the heap's pools. */
static inline struct heap_bin *heap_bin_of(struct heap *heap, const struct pool *pool)
{
    return (struct heap_bin *)(void *)((char *)heap + pool->bin);
}

/* Puts the block on its bin's list, if it lies near the list's head and so is of the current pool. */
static inline bool heap_put_near(struct heap_bin *bin, enum block_kind kind, size_t link,
                                 void *block);

/* Puts the block on the list of its own pool, or on its way to that pool's owner. */
static inline void heap_put(struct heap *heap, size_t link, void *block);

/* Blocks that came back from other heaps, as far as their owners have taken them in. */
extern _Atomic size_t heap_foreign_frees;

/* --- the fast halves --------------------------------------------------------------------------------------------- */

static inline void *heap_alloc(struct heap *heap, enum block_kind kind, size_t link, size_t size)
{
    ASSERT(size >= 1 && heap_block_bytes(size) >= block_kept(kind, link));
    if (failure_is_due())
        return NULL;
    if (unlikely(size > BLOCK_MAX))
        return large_alloc(heap, kind, link, size);
    struct heap_bin *bin = &heap->bins[kind][block_class(zone_pad(size))];
    void *block = bin->free;
    if (unlikely(block == NULL))
        return heap_refill(heap, kind, link, size);
    bin->free = block_next(block, link);
    __builtin_prefetch(bin->free);
    if (REFBENCH_DEBUG)
        guard_alloc(heap, kind, link, size, block);
    return block;
}

static inline void heap_free(struct heap *heap, enum block_kind kind, size_t link, size_t size,
                             void *block)
{
    if (unlikely(size > BLOCK_MAX)) {
        heap_free_large(heap, kind, link, size, block);
        return;
    }
    if (REFBENCH_DEBUG) {
        guard_free(heap, kind, link, size, block);
        quarantine_put(heap, arena_pool(block), block);
        return;
    }
    if (__builtin_constant_p(size) &&
        heap_put_near(&heap->bins[kind][block_class(size)], kind, link, block))
        return;
    heap_put(heap, link, block);
}

static inline bool heap_put_near(struct heap_bin *bin, enum block_kind kind, size_t link,
                                 void *block)
{
    if (((uintptr_t)block ^ (uintptr_t)bin->free) >= HEAP_NEAR)
        return false;
    if (kind == BLOCK_CONTAINER && unlikely(!recent_is_marked(block)))
        recent_mark(bin->current, block);
    block_set_next(block, link, bin->free);
    bin->free = block;
    return true;
}

static inline void heap_put(struct heap *heap, size_t link, void *block)
{
    struct pool *pool = arena_pool(block);
    if (unlikely(load_relaxed(&pool->owner) != (uintptr_t)heap)) {
        heap_free_slow(heap, pool, block);
        return;
    }
    pool_put(pool, link, block);
    if (unlikely(pool->used == 0))
        heap_emptied(heap, pool);
}

static inline size_t heap_block_bytes(size_t size)
{
    return size > BLOCK_MAX ? large_bytes(size) : block_round(zone_pad(size));
}

#endif
