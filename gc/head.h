/*
 * The collector's word in every container.
 *
 *   bit 0      ALIVE      from gc_head_init to gc_head_fini; a free block's word is 0, which is how
 *                         the walk over pools tells
 *   bits 1-2   generation 0, 1, 2
 *   bit 3      TRACKED    the collector looks at it
 *   bit 4      CANDIDATE  in the set being searched        }
 *   bit 5      REACHABLE  reached from outside of the set  } only set while the world is stopped
 *   bit 6      PASSED     the marking cursor is past it    }
 *   bit 7      DYING      its last reference is gone; the payload links it in its thread's list (the
 *                         outermost is not listed and not so marked: it goes before any stop)
 *   bit 8      FINALIZED  its finalizer has run, and does not run again
 *   bit 9      FROZEN     in the permanent set, which no collection looks at
 *   bit 10     GARBAGE    found unreachable by the collection that runs, not tracked; whoever
 *                         enumerates containers leaves it out
 *   bit 11     WEAK       a weak reference names it
 *   bit 12     TENTATIVE  tracked until a collection finds that it need not be
 *   bits 13-15 free for later
 *   bits 16-63 payload    references not yet explained during subtraction, else a link: an address,
 *                         which in user space has no more than 48 bits unless it is asked for more
 *
 * Invariant: while the world runs no bit of CANDIDATE, REACHABLE and PASSED is set, and the payload
 * is 0 unless DYING or GARBAGE.
 * Who writes: the thread that makes or destroys the container; the collector while the world is
 * stopped; and while it runs, by atomic or/and only, whoever refers to the container and sets
 * FINALIZED or changes WEAK, since others may do so at the same time.  All of it relaxed: what a
 * bit of WEAK stands for is guarded by locks of the object layer.  A bit of WEAK may outlast the
 * last weak reference; it is never missing.
 */
#ifndef GC_HEAD_H
#define GC_HEAD_H

#include "alloc/base/atomics.h"
#include "alloc/base/fault.h"

#include <stdbool.h>
#include <stdint.h>

enum { GC_GENERATIONS = 3 };

struct gc_head {
    _Atomic uint64_t word;
};

enum {
    GC_ALIVE = 1U << 0,
    GC_GENERATION_SHIFT = 1,
    GC_GENERATION = 3U << GC_GENERATION_SHIFT,
    GC_OLDEST = 2U << GC_GENERATION_SHIFT,
    GC_TRACKED = 1U << 3,
    GC_CANDIDATE = 1U << 4,
    GC_REACHABLE = 1U << 5,
    GC_PASSED = 1U << 6,
    GC_DYING = 1U << 7,
    GC_FINALIZED = 1U << 8,
    GC_FROZEN = 1U << 9,
    GC_GARBAGE = 1U << 10,
    GC_WEAK = 1U << 11,
    GC_TENTATIVE = 1U << 12,
    GC_FLAGS = 0xffff,
    GC_PAYLOAD_SHIFT = 16,
    GC_KEPT_IN_DEATH = GC_ALIVE | GC_FINALIZED | GC_WEAK,
};

/* A new container, tracked, in generation 0.  Its slots must all be initialised (empty will do). */
static inline void gc_head_init(struct gc_head *head)
{
    store_relaxed(&head->word, GC_ALIVE | GC_TRACKED);
}

/* The same, of a container that never changes: unless it refers to a tracked one, it can be part of no
 * cycle, and the first collection that it survives leaves it out of all later ones. */
static inline void gc_head_init_tentative(struct gc_head *head)
{
    store_relaxed(&head->word, GC_ALIVE | GC_TRACKED | GC_TENTATIVE);
}

/* The block goes back to the heap. */
static inline void gc_head_fini(struct gc_head *head) { store_relaxed(&head->word, 0); }

/* The container's last reference is gone: no collector looks at it any more; `link` is kept for the
 * caller. */
static inline void gc_head_set_dying(struct gc_head *head, void *link)
{
    const uint64_t keeps = FAULT(dying_tracked) ? GC_KEPT_IN_DEATH | GC_TRACKED : GC_KEPT_IN_DEATH;
    uint64_t kept = load_relaxed(&head->word) & keeps;
    store_relaxed(&head->word, kept | GC_DYING | (uint64_t)(uintptr_t)link << GC_PAYLOAD_SHIFT);
}

/* A dying container lives again, for its finalizer or for longer; in the oldest generation, since a
 * collection may have passed meanwhile, after which nobody looks for younger ones where it lies. */
static inline void gc_head_set_living(struct gc_head *head)
{
    uint64_t kept = load_relaxed(&head->word) & GC_KEPT_IN_DEATH;
    store_relaxed(&head->word, kept | GC_TRACKED | GC_OLDEST);
}

static inline bool gc_head_has(const struct gc_head *head, uint64_t bit)
{
    return (load_relaxed(&head->word) & bit) != 0;
}

static inline bool gc_head_is_tracked(const struct gc_head *head)
{
    return gc_head_has(head, GC_TRACKED);
}

static inline bool gc_head_is_dying(const struct gc_head *head)
{
    return gc_head_has(head, GC_DYING);
}

static inline bool gc_head_is_frozen(const struct gc_head *head)
{
    return gc_head_has(head, GC_FROZEN);
}

static inline bool gc_head_is_garbage(const struct gc_head *head)
{
    return gc_head_has(head, GC_GARBAGE);
}

static inline bool gc_head_is_finalized(const struct gc_head *head)
{
    return gc_head_has(head, GC_FINALIZED);
}

static inline void gc_head_set_finalized(struct gc_head *head)
{
    fetch_or_relaxed(&head->word, GC_FINALIZED);
}

static inline bool gc_head_is_weak(const struct gc_head *head)
{
    return gc_head_has(head, GC_WEAK);
}

static inline void gc_head_set_weak(struct gc_head *head)
{
    fetch_or_relaxed(&head->word, GC_WEAK);
}

static inline void gc_head_unset_weak(struct gc_head *head)
{
    fetch_and_relaxed(&head->word, ~(uint64_t)GC_WEAK);
}

static inline void *gc_head_link(const struct gc_head *head)
{
    return (void *)(uintptr_t)(load_relaxed(&head->word) >> GC_PAYLOAD_SHIFT);
}

static inline unsigned gc_head_generation(const struct gc_head *head)
{
    return (unsigned)(load_relaxed(&head->word) & GC_GENERATION) >> GC_GENERATION_SHIFT;
}

#endif
