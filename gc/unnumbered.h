/*
 * The part of the client contract that is about numbers (gc/client.h), for a client that gives its
 * containers none: it includes this, and every collection uses the words in the containers.
 */
#ifndef GC_UNNUMBERED_H
#define GC_UNNUMBERED_H

#include "gc/stretch.h"

struct gc_numbers {
    char none;
};

static inline size_t gc_client_places(void) { return 0; }

static inline bool gc_client_number(struct gc_numbers *numbers)
{
    (void)numbers;
    return false;
}

static inline void gc_client_unnumber(struct gc_numbers *numbers) { (void)numbers; }

static inline uint32_t gc_client_last(const struct gc_numbers *numbers)
{
    (void)numbers;
    return 0;
}

static inline uint32_t gc_client_number_of(const struct gc_numbers *numbers, struct gc_head *head)
{
    (void)numbers, (void)head;
    return 0;
}

static inline void gc_client_each_stretch(const struct gc_numbers *numbers,
                                          bool (*visit)(const struct gc_stretch *, void *),
                                          void *context)
{
    (void)numbers, (void)visit, (void)context;
}

static inline void *gc_client_map(size_t bytes)
{
    (void)bytes;
    return NULL;
}

static inline void gc_client_unmap(void *memory, size_t bytes) { (void)memory, (void)bytes; }

#endif
