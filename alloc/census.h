/*
 * Census: what is allocated at this moment.  Derived from pools and arenas on demand, so that it costs nothing before.
 */
#ifndef ALLOC_CENSUS_H
#define ALLOC_CENSUS_H

#include "alloc/block.h"
#include "alloc/node.h"

#include <stddef.h>

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

/* Counts everything.  No heap may be in use meanwhile. */
struct heap_census heap_census(void);

#endif
