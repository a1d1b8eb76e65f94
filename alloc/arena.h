/*
 * Arenas: 1 MiB of address space each, aligned to its size, in slots for pools: 64 of 16 KiB.
 *
 * The header with the pool descriptors lies at the base and takes the first slot, or part of it: blocks there begin
 * after it.  So the pool of a block is found by a mask and a shift.
 *
 * All arenas in use form a list in address order, for the walk, and those with free slots also lists by their number of
 * free slots: pools are taken from the fullest arena, which lets emptier ones run dry.  An arena whose last pool goes is
 * unmapped at once, save one that is kept as a spare while any arena is in use.  A new pool is made of a
 * slot that was last one of the same kind and class, if there is one: its blocks need not be cleared when they are carved.
 *
 * Nodes (alloc/node.h): an arena is bound to the node that it was made for, and what can be taken lies on a shelf for each
 * node.  A heap takes from the shelf of its node, then has a new arena made there, and takes from others only when there is
 * no memory for that.  A spare is kept for each node.
 *
 * Late readers: an empty pool of OBJECTs or CONTAINERs may only become a free slot when the grace period of its ticket is
 * over (alloc/waiting.h).  Until then it waits here, and any heap may have it for the
 * same kind and class.
 *
 * Lock: arenas.lock guards everything here that is not atomic; alloc/base/grace.h's nests inside.
 *
 * Invariant: every slot behind the header is free, or its pool is OWNED or WAITING:
 *              slots = |free| + |owned| + |waiting|
 *            containers = the OWNED pools of kind CONTAINER;  young and middle are subsets of it
 *            an arena is in the list of recent ones if young or middle is not empty
 *            arena->next, if there is one, has a higher address
 *            an arena is in the list by_free[|free|] of its node <=> |free| > 0, and in use <=> |free| < slots
 */
#ifndef ALLOC_ARENA_H
#define ALLOC_ARENA_H

#include "alloc/arena_map.h"
#include "alloc/base/check.h"
#include "alloc/base/lock.h"
#include "alloc/node.h"
#include "alloc/pool.h"

enum {
    ARENA_POOLS = ARENA_BYTES / POOL_BYTES,
    ARENA_LIVE_WORDS = POOL_BYTES / BLOCK_ALIGN / 64,
    RECENT_UNIT = 32, /* bytes for which there is one mark */
    RECENT_WORD_BYTES = 64 * RECENT_UNIT,
    RECENT_WORDS = ARENA_BYTES / RECENT_WORD_BYTES,
};

/* Which container blocks may be young, or of the middle generation (alloc/recent.h); side by side, since who needs the one
 * soon needs the other. */
struct recent {
    uint64_t young;
    uint64_t middle;
};

struct arena {
    uint64_t free;       /* slots that are no pool */
    uint64_t recycled;   /* slots whose memory has been used since it was mapped */
    uint64_t containers; /* owned pools of containers */
    _Atomic uint64_t
        young; /* of these, the ones that have young blocks (alloc/recent.h): set by owners */
    _Atomic uint64_t middle; /* the same for the middle generation */
    struct arena *recent;    /* the next one that has young or middle pools, if this one has */
    struct arena **recent_link;
    struct arena *next; /* in address order */
    struct arena **link;
    struct arena *peer; /* with the same number of free slots */
    struct arena **peer_link;
    unsigned node;
    struct pool pools[ARENA_POOLS];
    struct recent recents[RECENT_WORDS]; /* marks of container blocks */
    uint16_t returned[ARENA_POOLS];      /* a census writes here what it counts (alloc/census.c) */

    /* Debug builds: one bit for each block in use by a caller (alloc/guard.h). */
    _Atomic uint64_t live[REFBENCH_DEBUG ? ARENA_POOLS : 1][ARENA_LIVE_WORDS];
};

/* What can be taken on one node. */
struct arena_shelf {
    struct arena *by_free[ARENA_POOLS];
    uint64_t some_free; /* which of by_free are not empty */
    struct arena *spare;
    struct pool_queue waiting[BLOCK_KINDS][BLOCK_CLASSES];
};

struct arena_table {
    struct lock lock;
    struct arena *first;
    struct arena *recent;                 /* those with young or middle pools */
    struct arena_shelf shelves[NODE_MAX]; /* by node */
    _Atomic size_t made;                  /* ever mapped; */
    _Atomic size_t returned;              /* of these, unmapped again */
};

extern struct arena_table arenas;

static inline struct arena *arena_of(const void *inside)
{
    return (struct arena *)((uintptr_t)inside & ~(uintptr_t)(ARENA_BYTES - 1));
}

/* The pool of a block. */
static inline struct pool *arena_pool(const void *block)
{
    return &arena_of(block)->pools[((uintptr_t)block >> POOL_SHIFT) & (ARENA_POOLS - 1)];
}

static inline unsigned arena_index(const struct pool *pool)
{
    return (unsigned)(pool - arena_of(pool)->pools);
}

/* Where the slot of a pool begins. */
static inline char *arena_slot(const struct pool *pool)
{
    return (char *)arena_of(pool) + (size_t)arena_index(pool) * POOL_BYTES;
}

/* Where its blocks begin. */
static inline char *arena_blocks(const struct pool *pool)
{
    char *slot = arena_slot(pool);
    char *header_end = (char *)arena_of(pool) + sizeof(struct arena);
    return slot < header_end ? header_end : slot;
}

/* A pool without an owner for blocks of that class and kind, on that node if it can be: one that waits,
 * or a new one.  NULL if there is no memory. */
struct pool *arena_take(unsigned node, enum block_kind kind, unsigned size_class, size_t link);

/* Whether there is one on that node without mapping a new arena; true a moment ago. */
bool arena_has_room(unsigned node);

/* Gives back a pool that has no used block. */
void arena_put(struct pool *pool);

/* Makes free slots of the pools whose grace period is over. */
void arena_reclaim(void);

/* Unmaps the spares; whether there was one. */
bool arena_unmap_spares(void);

/* Unmaps the spares, and discards the memory of free slots. */
void arena_trim(void);

/* The invariant above, of one arena.  No heap is in use. */
bool arena_is_valid(const struct arena *arena);

/* What of it is changed inside the lock only, which must be held.  The rest, who may be young, is its owners'. */
bool arena_slots_are_valid(const struct arena *arena);

#endif
