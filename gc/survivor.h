/* Inside of gc/: what becomes of the word of a container that a search of the heap has found reachable. */
#ifndef GC_SURVIVOR_H
#define GC_SURVIVOR_H

#include "gc/client.h"

/* `word` without the marks of a search; `generation` as bits.  One that is TENTATIVE may leave what collections look at. */
__attribute__((always_inline)) static inline uint64_t
survivor_word(const struct gc_head *head, uint64_t word, uint64_t generation)
{
    if (unlikely((word & GC_TENTATIVE) != 0))
        word = (word & ~(uint64_t)(GC_TRACKED | GC_TENTATIVE)) | gc_client_tracking(head);
    return (word & ~(uint64_t)GC_GENERATION) | generation;
}

#endif
