/*
 * The collector's word in every container.
 *
 *   bit 0      ALIVE      from gc_head_init to gc_head_fini; a free block's word is 0, which is how
 *                         the walk over pools tells
 *   bit 1      TRACKED    the collector looks at it
 *   bits 2-3   generation 0, 1, 2
 *   bit 4      CANDIDATE  in the set being collected       }
 *   bit 5      REACHABLE  reached from outside of the set  } only set during a collection
 *   bit 6      PASSED     the marking cursor is past it    }
 *   bit 7      DYING      its last reference is gone; the payload links it in its thread's list
 *   bits 8-15  free for later: finalized, frozen
 *   bits 16-63 payload    references not yet explained during subtraction, else a link: an address,
 *                         which in user space has no more than 48 bits unless it is asked for more
 *
 * Invariant: outside a collection no bit of CANDIDATE, REACHABLE and PASSED is set, and the payload
 * is 0 unless DYING.
 * Written by the thread that makes or destroys the container, and by the collector while the world
 * is stopped.
 */
#ifndef GC_HEAD_H
#define GC_HEAD_H

#include <stdbool.h>
#include <stdint.h>

struct gc_head {
    uint64_t word;
};

enum {
    GC_ALIVE = 1U << 0,
    GC_TRACKED = 1U << 1,
    GC_GENERATION_SHIFT = 2,
    GC_GENERATION = 3U << GC_GENERATION_SHIFT,
    GC_CANDIDATE = 1U << 4,
    GC_REACHABLE = 1U << 5,
    GC_PASSED = 1U << 6,
    GC_DYING = 1U << 7,
    GC_FLAGS = 0xffff,
    GC_PAYLOAD_SHIFT = 16,
};

/* A new container, tracked, in generation 0.  Its slots must all be initialised (empty will do). */
static inline void gc_head_init(struct gc_head *head) { head->word = GC_ALIVE | GC_TRACKED; }

/* The block goes back to the heap. */
static inline void gc_head_fini(struct gc_head *head) { head->word = 0; }

/* The container's last reference is gone: no collector looks at it any more; `link` is kept for the
 * caller. */
static inline void gc_head_set_dying(struct gc_head *head, void *link)
{
    head->word = GC_ALIVE | GC_DYING | (uint64_t)(uintptr_t)link << GC_PAYLOAD_SHIFT;
}

static inline bool gc_head_is_dying(const struct gc_head *head)
{
    return (head->word & GC_DYING) != 0;
}

static inline void *gc_head_link(const struct gc_head *head)
{
    return (void *)(uintptr_t)(head->word >> GC_PAYLOAD_SHIFT);
}

static inline unsigned gc_head_generation(const struct gc_head *head)
{
    return (unsigned)(head->word & GC_GENERATION) >> GC_GENERATION_SHIFT;
}

static inline bool gc_head_is_tracked(const struct gc_head *head)
{
    return (head->word & GC_TRACKED) != 0;
}

#endif
