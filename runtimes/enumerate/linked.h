/*
 * Enumerating containers by lists, as CPython does: one for each generation, doubly linked through the containers.
 *
 * A container joins the list of the youngest when it is complete and leaves whichever it is on when its memory goes.  A
 * collection goes through the lists of its generations, oldest first, and then splices them, in this order, to the end of
 * the next older one: O(1), whatever they hold.  So a list is in the order in which containers were made, which is that of
 * memory at first, and no longer when they were made in place of others.
 *
 * Here to be compared with runtimes/enumerate/pools.h: the same counting, objects and collector.  A container is 16 bytes
 * larger than there and 8 larger than CPython's, which keeps the collector's word in a link.
 *
 * Only for strategies under whose global lock one thread runs at a time: it guards the lists.
 * Invariant: a tracked container is on the list of its generation or of a younger one; next->previous is itself.
 * Source: CPython's gcmodule.c (N. Schemenauer, 2000).
 */
#ifndef RUNTIMES_ENUMERATE_LINKED_H
#define RUNTIMES_ENUMERATE_LINKED_H

#include "gc/gc.h"
#include "gc/head.h"
#include "runtimes/object/header.h"

#define ENUMERATE_NAME "lists"
#define ENUMERATE_NUMBERS_HEADER "gc/unnumbered.h"
_Static_assert(RC_SERIAL, "the lists of containers are guarded by a global lock");

struct enumerate_links {
    struct enumerate_links *next;
    struct enumerate_links *previous;
};

struct container {
    struct obj obj;
    struct gc_head gc;
    struct enumerate_links links;
};

/* The rings that containers are linked into. */
extern struct enumerate_links enumerate_lists[GC_GENERATIONS];

static inline void enumerate_link(struct enumerate_links *before, struct enumerate_links *after)
{
    before->next = after;
    after->previous = before;
}

static inline void enumerate_add(struct container *c)
{
    struct enumerate_links *youngest = &enumerate_lists[0];
    enumerate_link(youngest->previous, &c->links);
    enumerate_link(&c->links, youngest);
}

/* One that never was complete is on no list. */
static inline void enumerate_remove(struct container *c)
{
    if (likely(gc_head_has(&c->gc, GC_ALIVE)))
        enumerate_link(c->links.previous, c->links.next);
}

/* Calls `visit` for every container of generation <= oldest, and perhaps others, in the order of the lists.  World stopped. */
static inline __attribute__((always_inline)) void
enumerate_each(unsigned oldest, void (*visit)(void *container, void *context), void *context)
{
    for (unsigned lists = oldest + 1; lists > 0; lists--) {
        struct enumerate_links *list = &enumerate_lists[lists - 1];
        for (struct enumerate_links *at = list->next; at != list; at = at->next)
            visit((char *)at - offsetof(struct container, links), context);
    }
}

/* Those of generations <= oldest have moved up.  World stopped. */
void enumerate_promoted(unsigned oldest);

#endif
