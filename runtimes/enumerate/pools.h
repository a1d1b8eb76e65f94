/*
 * Enumerating containers by the pools they lie in (alloc/walk.h): a container needs no link, and its making and its end write
 * none.  What all strategies do but where the build says otherwise (runtimes/enumerate/linked.h).
 */
#ifndef RUNTIMES_ENUMERATE_POOLS_H
#define RUNTIMES_ENUMERATE_POOLS_H

#include "alloc/walk.h"
#include "gc/gc.h"
#include "gc/head.h"
#include "runtimes/object/header.h"

#define ENUMERATE_NAME "pools"
#define ENUMERATE_NUMBERS_HEADER "runtimes/gc_numbers.h"

struct container {
    struct obj obj;
    struct gc_head gc;
};

/* A new container is complete; and a dead one's memory is about to go, its collector's word still there. */
static inline void enumerate_add(struct container *c) { (void)c; }
static inline void enumerate_remove(struct container *c) { (void)c; }

static inline enum walk_set enumerate_walk_set(unsigned oldest)
{
    static const enum walk_set sets[GC_GENERATIONS] = {WALK_YOUNG, WALK_MIDDLE, WALK_ALL};
    return sets[oldest];
}

/* Calls `visit` for every container of generation <= oldest, and perhaps others, in memory order within an arena.  World stopped. */
static inline __attribute__((always_inline)) void
enumerate_each(unsigned oldest, void (*visit)(void *container, void *context), void *context)
{
    walk_containers(enumerate_walk_set(oldest), offsetof(struct container, gc), visit, context);
}

/* Those of generations <= oldest have moved up.  World stopped. */
static inline void enumerate_promoted(unsigned oldest)
{
    walk_promoted(enumerate_walk_set(oldest));
}

#endif
