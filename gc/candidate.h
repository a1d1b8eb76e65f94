/*
 * Inside of gc/: the word of a container while a search in words looks at it (gc/unreachable.c, gc/young.c): a CANDIDATE,
 * whose payload is the references not yet explained, or a link.
 */
#ifndef GC_CANDIDATE_H
#define GC_CANDIDATE_H

#include "gc/head.h"

#define ONE_REFERENCE (UINT64_C(1) << GC_PAYLOAD_SHIFT)
#define MOST_REFERENCES (UINT64_MAX >> GC_PAYLOAD_SHIFT)

/* What decides who is in a set. */
enum { STANDING = GC_GENERATION | GC_TRACKED | GC_FROZEN | GC_GARBAGE };

static inline uint64_t payload(uint64_t word) { return word >> GC_PAYLOAD_SHIFT; }

static inline uint64_t with_link(uint64_t word, const struct gc_head *link)
{
    return (word & GC_FLAGS) | (uint64_t)(uintptr_t)link << GC_PAYLOAD_SHIFT;
}

/* The word of a new candidate that has so many references. */
static inline uint64_t candidate_word(uint64_t word, uint64_t count)
{
    if (count > MOST_REFERENCES)
        count = MOST_REFERENCES;
    return word | GC_CANDIDATE | count << GC_PAYLOAD_SHIFT;
}

static inline bool is_reached(uint64_t word)
{
    return (word & GC_REACHABLE) != 0 || payload(word) != 0;
}

#endif
