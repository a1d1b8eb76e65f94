/*
 * Census: what is allocated at this moment.  Derived from arenas, pools and large blocks on demand, so that it costs nothing
 * before.  No heap may be in use meanwhile, unless it says otherwise.
 *
 * Where a block of a pool is, is a finer question here than in alloc/pool.h, which counts as used what nobody has:
 *
 *   live       with a caller
 *   free       on the pool's list, or on that of the heap which allocates from it
 *   remote     given back by another heap: in a parcel (alloc/parcel.h), or not yet taken in by the owner
 *   absent     free, on a page that was given back (alloc/trim.h)
 *   uncarved   never handed out
 *
 * and so is the state of a pool: WAITING for a grace period; else EMPTY if none of its blocks is live or remote, FULL if all
 * are, PARTIAL.
 *
 * Committed is what the allocator holds: arenas, spares included, and large blocks, in use or waiting.  Resident is what of
 * the arenas has memory behind it, as the kernel says (mincore).  Fragmentation = 1 - live / committed, in bytes.
 *
 * Invariant: live + free + remote + absent + uncarved = the capacity of a pool, and of a class the sum of its pools'
 */
#ifndef ALLOC_CENSUS_H
#define ALLOC_CENSUS_H

#include "alloc/block.h"
#include "alloc/node.h"

#include <stddef.h>

struct heap;

struct heap_census {
    size_t live[BLOCK_KINDS]; /* blocks in use by callers, large ones included */
    size_t live_bytes;        /* of the same, as blocks */
    size_t pools;             /* in use; those waiting for a grace period included */
    size_t waiting;           /* pools and large blocks that wait for a grace period */
    size_t arenas;            /* mapped, a spare one included */
    size_t arena_bytes;
    size_t node_arenas[NODE_MAX]; /* of `arenas`, those bound to each node */
    size_t large;                 /* large blocks in use */
    size_t foreign_frees;         /* blocks ever freed by another heap than their own */
};

enum census_state { CENSUS_FULL, CENSUS_PARTIAL, CENSUS_EMPTY, CENSUS_WAITING, CENSUS_STATES };

struct census_blocks {
    size_t live;
    size_t free;
    size_t remote;
    size_t absent;
    size_t uncarved;
};

/* One pool. */
struct census_pool {
    size_t arena;  /* its number among those in use, in address order */
    unsigned slot; /* of the arena */
    unsigned bytes;
    enum block_kind kind;
    enum census_state state;
    struct census_blocks blocks;
    const struct heap *owner; /* NULL while it waits */
};

/* All pools of a class and kind. */
struct census_class {
    size_t bytes; /* of a block; 0: there is no such pool */
    struct census_blocks blocks;
    size_t pools[CENSUS_STATES];
};

struct census {
    struct census_class classes[BLOCK_KINDS][BLOCK_CLASSES];
    size_t large[BLOCK_KINDS]; /* blocks in use */
    size_t large_bytes;        /* of these, with their prefixes */
    size_t large_waiting;      /* blocks that wait for a grace period */
    size_t large_waiting_bytes;
    size_t pools;
    size_t arenas;              /* mapped, spares included */
    size_t spares;              /* of these, kept though nothing is in them */
    size_t arenas_made;         /* ever */
    size_t arenas_returned;     /* ever */
    size_t arenas_of[NODE_MAX]; /* of `arenas`, those bound to each node */
};

/* Counts everything. */
void census_take(struct census *census);

/* The same, summed up. */
struct heap_census heap_census(void);

/* Describes the first `capacity` pools, in address order.  Returns how many there are. */
size_t census_pools(struct census_pool *pools, size_t capacity);

/* Any thread, at any time. */
size_t census_resident_bytes(void);

size_t census_live_bytes(const struct census *census);
size_t census_waiting_bytes(const struct census *census);
size_t census_committed_bytes(const struct census *census);
double census_fragmentation(const struct census *census); /* 0 if nothing is committed */

#endif
