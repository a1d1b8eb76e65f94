/*
 * Parcels: blocks on their way from the thread that frees them to the heap that owns their pools.
 *
 * Idea: a foreign block is not given back at once.  The freeing heap keeps it in one of a few parcels, each for one owner.
 * When a parcel is full, its blocks, of whatever pools and kinds, are chained through their links and put into the owner's
 * inbox with one compare-and-swap; the owner takes the whole inbox when it needs blocks, and frees each as one of its own.
 * Until then a block counts as used, so its pool stays, and nobody but the owner ever writes to a pool.
 *
 * What a heap holds back is bounded, by PARCELS parcels of at most PARCEL_BYTES; it is sent when the thread rests, exits or
 * flushes.
 *
 * The blocks of a chain lie in the cache of the thread that sent them, and each names only the next: the owner would wait for
 * one after the other.  So each, where it has room, holds a hint besides: the block some places on, to be asked for ahead.
 *
 * Ordering: (M1) a chain is put into the inbox with release; (M2) the owner takes the inbox with acquire, and with it sees the
 * links and the blocks' last contents.  No ABA: chains are pushed and the inbox is taken whole; a push only relies on "this
 * block is the head now", and if the word is what was read before, that is true, whatever happened in between.  The owner word
 * of a pool is read relaxed: whoever frees a block got it, directly or not, from the heap that wrote the word, and a pool
 * keeps its owner while a block of it is used.
 *
 * Invariant: a parcel is empty <=> it has no owner;  count < PARCEL_BLOCKS and bytes < PARCEL_BYTES, between calls;
 *            a heap that has a parcel which is not empty is among the senders
 * Lock: the senders' lock guards the list of senders; none nests inside.
 * Source: caching and batching of remote frees by owner is snmalloc's (Lietar et al., ISMM 2019); hints are jump pointers
 * (Luk and Mowry, ASPLOS 1996).
 */
#ifndef ALLOC_PARCEL_H
#define ALLOC_PARCEL_H

#include "alloc/base/check.h"
#include "alloc/pool.h"

enum {
    PARCELS = 8,
    PARCEL_BLOCKS = 64,
    PARCEL_BYTES = 8192,
    PARCEL_AHEAD = 8, /* places from a block to the one that it hints at */
};

struct parcel {
    struct heap *owner;
    uint32_t count;
    uint32_t bytes;
    void *blocks[PARCEL_BLOCKS];
};

/* The parcels of one heap.  All zeros: empty. */
struct parcel_box {
    struct parcel parcels[PARCELS];
    bool is_sender;
    struct parcel_box *next; /* among the senders */
    struct parcel_box **link;
};

/* Gives the block of a foreign pool back, sooner or later.  The box's heap calls it. */
void parcel_add(struct parcel_box *box, const struct pool *pool, void *block);

/* Gives one back now, without a box. */
void parcel_send_one(const struct pool *pool, void *block);

/* Sends everything. */
void parcel_send_all(struct parcel_box *box);

/* The same, and the box is no sender any more: its memory may go. */
void parcel_close(struct parcel_box *box);

/* Calls visit(block, context) for each block that the heap was sent and has not taken in; and for each in anybody's parcels.
 * No heap may be in use meanwhile. */
typedef void parcel_visit(const void *block, void *context);
void parcel_each_received(const struct heap *heap, parcel_visit *visit, void *context);
void parcel_each_held(parcel_visit *visit, void *context);

/* Takes and releases the lock, around a fork. */
void parcel_hold(void);
void parcel_resume(void);

/* The hint of a free block of the pool; NULL if it has no room.  Debug builds watch every word of a free block that has no
 * meaning, and give no hints. */
static inline void **parcel_hint(const struct pool *pool, void *block)
{
    if (REFBENCH_DEBUG || block_kept(pool->kind, pool->link) + sizeof(void *) > pool->bytes)
        return NULL;
    return (void **)(void *)((char *)block + block_kept(pool->kind, pool->link));
}

/* Asks for the block that a block of a chain hints at.  Always inlined: gcc takes a function that only prefetches for one that
 * does nothing. */
static inline __attribute__((always_inline)) void parcel_follow(const struct pool *pool,
                                                                void *block)
{
    void **hint = parcel_hint(pool, block);
    if (hint != NULL)
        __builtin_prefetch(*hint, 1);
}

#endif
