/*
 * Memory nodes (NUMA), as arenas and heaps see them: numbers below node_count().
 *
 * A heap asks for pools near to where its thread runs, and a new arena is bound to the node that it is asked for; where the
 * kernel does not let it be bound, its pages come from the node of whoever touches them first, which is mostly the same.
 * With one node, which is what most machines have, nothing is asked and nothing is bound.
 *
 * Where the answers come from can be set, for tests of a machine that one does not have.  It is set before the first heap
 * is used, or while there is no arena.
 */
#ifndef ALLOC_NODE_H
#define ALLOC_NODE_H

#include "alloc/base/refusal.h"

#include <stdbool.h>
#include <stddef.h>

enum { NODE_MAX = 64 }; /* a machine of more is taken for one node */

struct node_source {
    unsigned count;
    unsigned (*here)(void);                                  /* the node that the caller runs on */
    bool (*prefer)(void *start, size_t size, unsigned node); /* false: cannot be bound */
};

extern struct node_source node_source; /* one node, until set */

/* The nodes of this machine. */
void node_start(void);

static inline unsigned node_count(void) { return node_source.count; }

/* The node that the caller runs on now. */
static inline unsigned node_here(void) { return node_source.count > 1 ? node_source.here() : 0; }

/* Binds memory that nobody has touched to a node. */
static inline void node_bind(void *start, size_t size, unsigned node)
{
    if (node_source.count > 1 && !refusal_is_due())
        (void)node_source.prefer(start, size, node); /* else: first touch */
}

#endif
