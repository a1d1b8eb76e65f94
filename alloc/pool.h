/*
 * Pools: 16 KiB of blocks of one class and one kind, owned by one heap.
 *
 * This is the descriptor; it lies in the arena's header (alloc/arena.h), away from the blocks.  A block of a pool is in
 * exactly one of these places:
 *
 *   not carved   above the carve mark: never handed out, its memory perhaps never touched
 *   free         on the pool's own list
 *   used         handed out: with a caller, on the owner's list for the class, or on the pool's remote list
 *
 * Invariant: carved = |free list| + used;  used >= |remote list|;  carved <= capacity
 *            an owned pool is DRY <=> its free list is empty <=> it is not in its owner's queue of ready pools
 *
 * The owner word is the heap's address plus POOL_DRY.  A free compares it with the freeing heap: one comparison tells a
 * foreign pool and a dry one from the common case.
 *
 * The remote list is where other heaps give blocks back: one word that packs the first block, the last one, and the
 * count, so that publishing a block and making the pool *pending* (count 0 -> 1) is one compare-and-swap, and the owner
 * splices the list without walking it.  Whoever makes a pool pending must put it on its owner's stack; until the owner
 * has taken it from there `used` counts those blocks, so the pool cannot be released under anybody's feet.
 * No ABA: blocks are pushed one at a time and taken all at once.  A push only relies on "this block is the head now", and
 * if the word is what was read before, that is true, whatever happened in between.
 *
 * Ordering: (P1) each push and (P2) the owner's taking are acquire and release both.  Forward, the owner sees the links
 * and the blocks' last contents; backward, who makes the pool pending anew may overwrite `pending_next`, which the
 * owner read before it took the list.  Everything else in the first cache line is the owner's alone, and passes from
 * owner to owner under the arena lock; the owner word is read relaxed, since whoever frees a block got it, directly or not,
 * from the heap that wrote the word.
 */
#ifndef ALLOC_POOL_H
#define ALLOC_POOL_H

#include "alloc/base/atomics.h"
#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POOL_SHIFT = 14,
    POOL_BYTES = 1 << POOL_SHIFT,
    POOL_SLACK = 32, /* a pool is worthwhile if one block in so many is free */
    POOL_LINE = 64,  /* bytes that one core takes from another at a time */
};

#define POOL_DRY ((uintptr_t)1)

enum pool_state { POOL_UNUSED, POOL_OWNED, POOL_WAITING };

struct heap;

struct pool {
    _Alignas(POOL_LINE) _Atomic uintptr_t owner;
    void *free;
    uint32_t used;
    uint16_t carved;
    uint16_t capacity;
    uint16_t bytes; /* of one block */
    uint8_t kind;
    uint8_t link;
    uint8_t state;
    bool recycled; /* its memory has been used before: not all zeros */
    struct pool *next;
    struct pool *previous;
    struct pool_queue
        *queue; /* OWNED and not DRY: one of the owner's; WAITING: among those that wait */

    _Alignas(POOL_LINE) _Atomic uint64_t remote;
    struct pool *pending_next; /* on the owner's stack of pending pools */
    uint64_t ticket;           /* WAITING: for this grace period */
};

/* First in, first out, doubly linked. */
struct pool_queue {
    struct pool *first;
    struct pool *last;
};

void pool_queue_push(struct pool_queue *queue, struct pool *pool);
void pool_queue_remove(struct pool_queue *queue, struct pool *pool);

static inline unsigned pool_class(const struct pool *pool) { return pool->bytes / BLOCK_UNIT; }

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

/* Takes the whole free list; all its blocks become used. */
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

/* Gives back a block from a thread that does not own the pool.  True if this made the pool pending: the caller must
 * put it on its owner's stack, else it must not touch the pool again. */
bool pool_put_remote(struct pool *pool, size_t link, void *block);

/* The owner's: what others gave back becomes free.  Returns how many these were. */
size_t pool_take_remote(struct pool *pool);

/* How many blocks others have given back that are not taken yet. */
size_t pool_remote_count(const struct pool *pool);

/* The invariant above; the owner's to call, or anybody's while it cannot run. */
bool pool_is_valid(const struct pool *pool);

#endif
