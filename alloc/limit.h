/*
 * A limit on what the allocator holds, so that a program can be run in a heap of a given size.
 *
 *   held   the bytes of all mapped arenas, spares among them, and of all large blocks with their prefixes, those that wait for a
 *          grace period too: whole arenas, however many of their pools are in use, and whole pools, however many of their
 *          blocks; so what fragmentation costs is in it.  Records of threads, the collector's own memory and the index of interned
 *          strings are not.
 *   freed  what has been given back since the limit was set: bytes of arenas and large blocks, and of pools that became free
 *          slots.  It only grows, so two readings that are equal say that nobody gave anything back in between.
 *
 * Who maps takes from the limit first and gives back what it could not map.  What does not fit is refused: the allocation
 * fails, as if the system had no memory.  Whether anything can be done about it is up to higher floors (runtimes/object/room.h).
 *
 * Without a limit nothing is counted, and all that it costs is a load of a word that nobody writes, where an arena or a large
 * block comes or goes.  So it is set before the first allocation, and not changed while there is anything to count.
 *
 * Ordering: all relaxed.  `held` decides whether memory may be mapped and never hands any over: that is done by the system, by
 * malloc and by the locks of who keeps it.  One word is changed by read-modify-writes only, so it is exact; it is what all have
 * taken in some order.  Who compares two readings of `freed` stops the world in between, which orders them with what others did.
 * Invariant: held <= most, if there is a limit; held = 0 when nothing is mapped
 */
#ifndef ALLOC_LIMIT_H
#define ALLOC_LIMIT_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct limit {
    size_t most; /* 0: no limit */
    _Atomic size_t held;
    _Atomic size_t peak; /* the most that was held */
    _Atomic uint64_t freed;
};

extern struct limit limit;

/* At most so many bytes from now on; 0: as many as there are.  Nothing is held. */
void heap_limit_set(size_t bytes);

static inline size_t heap_limit(void) { return limit.most; }
static inline size_t heap_limit_held(void) { return load_relaxed(&limit.held); }
static inline uint64_t heap_limit_freed(void) { return load_relaxed(&limit.freed); }

/* The most that was held since it was set, or since heap_limit_forget_peak. */
static inline size_t heap_limit_peak(void) { return load_relaxed(&limit.peak); }
void heap_limit_forget_peak(void);

bool limit_take_slow(size_t bytes);
void limit_give_slow(size_t bytes);

/* Whether so many more may be held; then they are. */
static inline bool limit_take(size_t bytes)
{
    return likely(limit.most == 0) || limit_take_slow(bytes);
}

/* So many fewer are. */
static inline void limit_give(size_t bytes)
{
    if (unlikely(limit.most != 0))
        limit_give_slow(bytes);
}

/* What is held can be used by others, too. */
static inline void limit_freed(size_t bytes)
{
    if (unlikely(limit.most != 0))
        fetch_add_relaxed(&limit.freed, bytes);
}

#endif
