/* Of the client contract: containers' words at equal distances, whose numbers are in a row. */
#ifndef GC_STRETCH_H
#define GC_STRETCH_H

#include "gc/head.h"

#include <stddef.h>

struct gc_stretch {
    struct gc_head *first;
    size_t step; /* bytes from one to the next */
    uint32_t number;
    uint32_t length;
};

static inline struct gc_head *gc_stretch_at(const struct gc_stretch *stretch, uint32_t i)
{
    return (struct gc_head *)(void *)((char *)stretch->first + i * stretch->step);
}

#endif
