/*
 * Pools: 16 KiB of blocks of one class and one kind, owned by one heap.
 *
 * This is the descriptor; it lies in the arena's header (alloc/arena.h), away from the blocks.  A block of a pool is in
 * exactly one of these places:
 *
 *   not carved   above the carve mark: its memory perhaps never touched, or left as it was by an earlier life
 *   free         on the pool's own list
 *   absent       on a page that was given back to the system (alloc/trim.h)
 *   used         handed out: with a caller, on the owner's list for the class, or on its way back (alloc/parcel.h)
 *
 * Invariant: carved = |free list| + |absent| + used;  carved <= capacity;  cleared <= capacity
 *            an owned pool is DRY <=> its free list is empty <=> it is not in its owner's queue of ready pools
 *
 * The owner word is the heap's address plus POOL_DRY.  A free compares it with the freeing heap: one comparison tells a
 * foreign pool and a dry one from the common case.
 *
 * Everything here is the owner's alone to write, and passes from owner to owner under the arena lock.  What others read (the
 * owner word, class and kind: whoever frees a block, alloc/parcel.h) does not change while a block is used, but for the DRY
 * mark, and lies apart from what the owner changes with every free.
 */
#ifndef ALLOC_POOL_H
#define ALLOC_POOL_H

#include "alloc/base/atomics.h"
#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POOL_BYTES = REFBENCH_POOL_KIB * 1024,
    POOL_SHIFT = __builtin_ctz(POOL_BYTES),
    POOL_SLACK = 32, /* a pool is worthwhile if one block in so many is free */
    POOL_LINE = 64,  /* bytes that one core takes from another at a time */
};

#define POOL_DRY ((uintptr_t)1)

enum pool_state { POOL_UNUSED, POOL_OWNED, POOL_WAITING };

struct heap;

struct pool {
    _Alignas(POOL_LINE) _Atomic uintptr_t owner;
    uint16_t bytes; /* of one block */
    uint8_t kind;
    uint8_t link;
    uint16_t capacity;
    uint16_t bin; /* how far into its owner its bin lies (alloc/heap.h) */
    struct pool *next;
    struct pool *previous;
    uint64_t ticket; /* WAITING: for this grace period */
    uint8_t state;
    bool recycled;       /* its memory has been used before: not all zeros */
    uint32_t reciprocal; /* of `bytes`: pool_number */

    _Alignas(POOL_LINE) void *free;
    uint32_t used;
    uint16_t carved;
    uint16_t
        cleared; /* how many blocks from the first one on are as free blocks are, carved or not */
    uint16_t discarded; /* pages whose blocks are absent (alloc/trim.h), one bit each */
    uint16_t marked;    /* of its blocks, young (alloc/recent.h) */
};

/* First in, first out, but for what is pushed in front; doubly linked. */
struct pool_queue {
    struct pool *first;
    struct pool *last;
};

void pool_queue_push(struct pool_queue *queue, struct pool *pool);
void pool_queue_push_first(struct pool_queue *queue, struct pool *pool);
void pool_queue_remove(struct pool_queue *queue, struct pool *pool);

static inline unsigned pool_class(const struct pool *pool) { return block_class(pool->bytes); }

/* offset / bytes, for offsets that are not far beyond the pool's end: the product is exact as long as offset times the
 * reciprocal's error, below 1 (T. Granlund, P. Montgomery, PLDI 1994). */
static inline unsigned pool_number(const struct pool *pool, size_t offset)
{
    return (unsigned)((uint64_t)offset * pool->reciprocal >> 32);
}

static inline bool pool_has_uncarved(const struct pool *pool)
{
    return pool->carved < pool->capacity;
}

static inline struct heap *pool_owner(const struct pool *pool)
{
    return (struct heap *)(load_relaxed(&pool->owner) & ~POOL_DRY);
}

/* Makes a pool of an unused slot: blocks of that class and kind, none of them carved. */
void pool_init(struct pool *pool, enum block_kind kind, unsigned size_class, size_t link);

/* A pool without a used block begins anew: nothing is carved. */
void pool_renew(struct pool *pool);

/* Takes the whole free list, absent blocks included; all its blocks become used. */
void *pool_take_free(struct pool *pool);

/* Carves the next few blocks, about a page of them, and returns them as a list of used ones. */
void *pool_carve(struct pool *pool);

/* A used block becomes free. */
static inline void pool_put(struct pool *pool, size_t link, void *block)
{
    block_set_next(block, link, pool->free);
    pool->free = block;
    pool->used--;
}

/* A list of used blocks becomes free. */
void pool_put_all(struct pool *pool, void *list);

/* Whether so much of the pool is free that a refill from it is worth its price. */
bool pool_is_worthwhile(const struct pool *pool);

/* The invariant above; the owner's to call, or anybody's while it cannot run. */
bool pool_is_valid(const struct pool *pool);

#endif
