/*
 * The cycle collector, as the runtime sees it.
 *
 * Reference counting cannot free cycles; this collector finds containers that are referenced only
 * by one another.  Three generations: new containers in the first (0), survivors move up, older
 * ones are looked at more rarely.
 *
 * Policy (CPython 3.11's)
 *   count[0]  container allocations minus deallocations since the last collection, never below 0
 *   count[i]  collections of generation i-1 since generation i's own last one
 *   A collection is due when count[0] > threshold[0], threshold[0] != 0 and the collector is
 *   enabled.  The oldest generation with count > threshold is collected, together with all younger
 *   ones; generation 2 only if, besides, long_lived_pending >= long_lived_total / 4 (integer
 *   division); else the next younger one that is over.  long_lived_pending are the survivors of
 *   generation 1's collections since the last full one, long_lived_total the survivors of that.
 *
 * Where count[0] is kept: a thread that is alone has all of it, and looks up only when it has
 * reached the threshold, so the 701st allocation triggers.  With n > 1 threads attached each
 * keeps at most a batch of max(1, threshold[0] / (8 n)) to itself, and so a collection may come up
 * to n batches early or late.  A collection ends what every thread has kept.
 *
 * `gc/` knows struct gc_head and a client contract (gc/client.h), nothing of objects.
 */
#ifndef GC_GC_H
#define GC_GC_H

#include "alloc/base/atomics.h"
#include "gc/head.h"
#include "gc/pause.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

enum { GC_GENERATIONS = 3 };

/* The collector's part of a thread record, zero-initialised, then gc_attach.
 * Invariant: low <= allocated < high, unless another thread has just lowered `high`. */
struct gc_thread {
    int32_t allocated;    /* containers allocated minus freed that count[0] does not know of yet */
    int32_t low;          /* a deallocation that goes below takes the slow path */
    _Atomic int32_t high; /* an allocation that reaches it takes the slow path */
    bool alone;           /* all of count[0] is in `allocated` */
    struct gc_thread *next;
    struct gc_thread **link;
    struct pause_log pauses;
};

struct gc_statistics {
    uint64_t collections;
    uint64_t collected; /* unreachable containers found */
    uint64_t visited;   /* containers looked at */
};

/* Once per program: generations empty, thresholds 700, 10, 10, enabled. */
void gc_start(void);

/* A thread begins and ends to allocate containers.  The pause log is kept. */
void gc_attach(struct gc_thread *gc);
void gc_detach(struct gc_thread *gc);

/* Thresholds go up to GC_THRESHOLD_MAX, which stands for all above. */
#define GC_THRESHOLD_MAX ((uint32_t)INT32_MAX - 2)
void gc_set_threshold(unsigned generation, uint32_t threshold);
uint32_t gc_threshold(unsigned generation);
/* Includes what the calling thread has kept to itself. */
uint32_t gc_count(const struct gc_thread *gc, unsigned generation);
void gc_enable(bool enabled);
bool gc_is_enabled(void);
struct gc_statistics gc_statistics(unsigned generation);

/* Collects `generation` and all younger ones now, whatever the thresholds say; `T` must be attached
 * and hold no lock.  Returns how many unreachable containers it found; 0 at once if another
 * collection runs, be it the calling thread's own. */
size_t gc_collect(struct thread *T, unsigned generation);

/* Logs a WAITING pause for each collection that ran since then, or the part of it that did: the
 * calling thread was waiting for a global lock, and now has it, as every collecting thread had.
 * Only where one thread runs at a time; of more than 4096 collections, the last. */
void gc_record_waits(struct pause_log *log, uint64_t since_ns);

/* Slow halves of the two below. */
bool gc_is_due(struct gc_thread *gc);
void gc_did_free_slow(struct gc_thread *gc);

/* Counts a container allocation that is about to happen; true if a collection is due first (call
 * gc_collect_due). */
static inline bool gc_will_allocate(struct gc_thread *gc)
{
    return unlikely(++gc->allocated >= load_relaxed(&gc->high)) && gc_is_due(gc);
}

/* Collects the generation that is due, if one still is. */
void gc_collect_due(struct thread *T);

/* Counts a container deallocation, or an allocation that failed after gc_will_allocate. */
static inline void gc_did_free(struct gc_thread *gc)
{
    if (likely(gc->allocated > gc->low))
        gc->allocated--;
    else
        gc_did_free_slow(gc);
}

#endif
