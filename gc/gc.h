/*
 * The cycle collector, as the runtime sees it.
 *
 * Reference counting cannot free cycles; this collector finds containers that are referenced only
 * by one another.  Three generations: new containers in the first (0), survivors move up, older
 * ones are looked at more rarely.
 *
 * When a collection is due is up to one of three policies, chosen at run time.  A collection is due
 * when generation 0 is over and the collector is enabled; then the oldest generation that is over
 * is collected, together with all younger ones.
 *
 *   counts (CPython 3.11's)
 *     count[0]  container allocations minus deallocations since the last collection, never below 0
 *     count[i]  collections of generation i-1 since generation i's own last one
 *     A generation is over when count > threshold; generation 2 only if, besides,
 *     long_lived_pending >= long_lived_total / 4 (integer division).  long_lived_pending are the
 *     survivors of generation 1's collections since the last full one, long_lived_total the
 *     survivors of that; here a tuple that leaves what is looked at is a survivor, there it is not.  threshold[0] = 0: none is ever due.
 *   bytes
 *     bytes[0]  block bytes of containers and their tables allocated minus freed since the last
 *               collection, never below 0
 *     bytes[i]  block bytes that collections moved up into generation i since its own last one
 *     A generation is over when bytes >= budget: 256 KiB, 512 KiB and 10 MiB.  budget[0] = 0: none
 *     is ever due.  A fixed budget for the oldest generation makes building a heap of n bytes take
 *     time that grows with n squared: every 10 MiB all of it is looked at.
 *   bytes-adaptive
 *     The same, but the oldest generation's budget is max(budget[2], live / 4), live being the
 *     bytes that survived the last full collection.  The time is then proportional to n log n.
 *
 * Where count[0] or bytes[0] is kept: a thread that is alone has all of it, and looks up only when
 * it has reached the limit, so the 701st allocation triggers.  With n > 1 threads attached each
 * keeps at most a batch of max(1, limit / (8 n)) to itself, and so a collection may come up to n
 * batches early or late.  A collection ends what every thread has kept.  Tables never trigger by
 * themselves: the next container allocation does.
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

/* --- a thread's part ------------------------------------------------------------------------------ */

/* What an allocation weighs: `each` plus those of its bytes that `bytes_mask` leaves. */
struct gc_weight {
    int64_t each;
    int64_t bytes_mask;
};

/* The collector's part of a thread record, zero-initialised, then gc_attach.
 * Invariant: low <= allocated; allocated < high, unless another thread has just lowered `high` or a
 * table has grown. */
struct gc_thread {
    int64_t allocated;    /* weight allocated minus freed that the shared count does not know of */
    int64_t low;          /* a deallocation that goes below takes the slow path */
    _Atomic int64_t high; /* an allocation that reaches it takes the slow path */
    struct gc_weight weight;
    bool collecting; /* this thread makes a collection now */
    bool alone;      /* all of the count is in `allocated` */
    struct gc_thread *next;
    struct gc_thread **link; /* NULL while it is not attached */
    struct phases phases;    /* of the collection that this thread makes */
    struct pause_log pauses;
};

/* Once per program: generations empty, policy counts, thresholds 700, 10, 10, enabled, no
 * callbacks. */
void gc_start(void);

/* A thread begins and ends to allocate containers.  The pause log is kept. */
void gc_attach(struct gc_thread *gc);
void gc_detach(struct gc_thread *gc);

/* Slow halves of those below. */
bool gc_is_due(struct gc_thread *gc);
void gc_did_free_slow(struct gc_thread *gc, int64_t weight);

static inline int64_t gc_weigh_bytes(const struct gc_thread *gc, size_t bytes)
{
    return (int64_t)bytes & gc->weight.bytes_mask;
}

static inline void gc_lighten(struct gc_thread *gc, int64_t weight)
{
    int64_t allocated = gc->allocated - weight;
    if (likely(allocated >= gc->low))
        gc->allocated = allocated;
    else
        gc_did_free_slow(gc, weight);
}

/* Counts the allocation of a container, a block of `bytes` bytes, that is about to happen; true if
 * a collection is due first (call gc_collect_due). */
static inline bool gc_will_allocate(struct gc_thread *gc, size_t bytes)
{
    gc->allocated += gc->weight.each + gc_weigh_bytes(gc, bytes);
    return unlikely(gc->allocated >= load_relaxed(&gc->high)) && gc_is_due(gc);
}

/* Counts the deallocation of a container, or an allocation that failed after gc_will_allocate. */
static inline void gc_did_free(struct gc_thread *gc, size_t bytes)
{
    gc_lighten(gc, gc->weight.each + gc_weigh_bytes(gc, bytes));
}

/* A container's table takes so many block bytes more, or fewer.  Any thread, and inside locks. */
static inline void gc_did_grow(struct gc_thread *gc, size_t bytes)
{
    gc->allocated += gc_weigh_bytes(gc, bytes);
}

static inline void gc_did_shrink(struct gc_thread *gc, size_t bytes)
{
    gc_lighten(gc, gc_weigh_bytes(gc, bytes));
}

/* --- policy ---------------------------------------------------------------------------------------- */

enum gc_policy { GC_COUNTS, GC_BYTES, GC_BYTES_ADAPTIVE, GC_POLICIES };
extern const char *const gc_policy_names[GC_POLICIES];

/* Chooses a policy; all counts begin at 0.  Stops the world: `T` is attached and holds no lock. */
void gc_set_policy(struct thread *T, enum gc_policy chosen);
enum gc_policy gc_policy(void);

/* Thresholds go up to GC_THRESHOLD_MAX, which stands for all above. */
#define GC_THRESHOLD_MAX ((uint32_t)INT32_MAX - 2)
void gc_set_threshold(unsigned generation, uint32_t threshold);
uint32_t gc_threshold(unsigned generation);

/* Budgets go up to GC_BUDGET_MAX, which stands for all above. */
#define GC_BUDGET_MAX ((uint64_t)INT64_MAX / 2)
void gc_set_budget(unsigned generation, uint64_t budget);
uint64_t gc_budget(unsigned generation);

/* What is compared with thresholds, 0 under another policy than counts; and with budgets, 0 under
 * counts.  Includes what the calling thread has kept to itself. */
uint32_t gc_count(const struct gc_thread *gc, unsigned generation);
uint64_t gc_bytes(const struct gc_thread *gc, unsigned generation);

void gc_enable(bool enabled);
bool gc_is_enabled(void);

/* --- collections ----------------------------------------------------------------------------------- */

/* Collects `generation` and all younger ones now, whatever the thresholds say; `T` must be attached
 * and hold no lock.  Returns how many unreachable containers it found and ended: those that
 * finalizers resurrected, and what these reach, do not count.  0 at once if another collection
 * runs, be it the calling thread's own. */
size_t gc_collect(struct thread *T, unsigned generation);

/* The same; false at once if another collection runs, and then *found stays as it was. */
bool gc_try_collect(struct thread *T, unsigned generation, size_t *found);

/* Collects the generation that is due, if one still is. */
void gc_collect_due(struct thread *T);

/* Keeps collections from running, as one that runs does: false if one runs.  And lets them run again. */
bool gc_claim(void);
void gc_unclaim(void);

/* Full collections of heaps with room for so many containers, used or not, find garbage by number
 * (gc/numbered.c), of smaller ones, which caches hold, by what they write into the containers.  0:
 * all do; SIZE_MAX: none does.  What is found is the same.  GC_NUMBER_FROM at the start. */
enum { GC_NUMBER_FROM = 1 << 13 };
void gc_number_from(size_t places);

/* Of the collections of a generation, in containers.  A collection is added before its callbacks
 * are told that it stops. */
struct gc_statistics {
    uint64_t collections;
    uint64_t collected; /* found unreachable and ended, or saved (gc/inspect.h) */
    uint64_t
        uncollectable;    /* found unreachable but kept, for a later collection to find again: there
                               was no memory to tell which of them finalizers had resurrected, or to save it */
    uint64_t visited;     /* looked at */
    uint64_t survivors;   /* reachable, the resurrected not among them */
    uint64_t resurrected; /* unreachable until finalizers ran */
};
struct gc_statistics gc_statistics(unsigned generation);

/* Logs a WAITING pause for each collection that ran since then, or the part of it that did: the
 * calling thread was waiting for a global lock, and now has it, as every collecting thread had.
 * Only where one thread runs at a time; of more than 4096 collections, the last. */
void gc_record_waits(struct pause_log *log, uint64_t since_ns);

/* --- callbacks ------------------------------------------------------------------------------------- */

enum gc_phase { GC_PHASE_START, GC_PHASE_STOP };

struct gc_report {
    enum gc_phase phase;
    unsigned generation;
    size_t collected; /* this and the next are 0 at the start */
    size_t uncollectable;
};

/* Called by the collecting thread before it stops the world and after it has ended the garbage; the
 * world runs.  It may do what any code may; a collection that it asks for does not happen, and
 * gc_collect returns 0. */
typedef void gc_callback(struct thread *T, const struct gc_report *report, void *context);

enum { GC_CALLBACKS = 32 };

/* Any thread, at any time, callbacks too.  A collection calls those that are registered when it
 * starts and those that are when it stops, in the order of registering; one that is unregistered
 * may be called for the last time meanwhile.  False: there are GC_CALLBACKS already; or there is
 * none such. */
bool gc_add_callback(gc_callback *callback, void *context);
bool gc_remove_callback(gc_callback *callback, void *context);

/* --- the permanent set ------------------------------------------------------------------------------ */

/* All tracked containers leave the generations for a set that no collection looks at: what it
 * refers to is reachable.  Unfreezing moves all of it to the oldest generation.  Each stops the
 * world: `T` is attached and holds no lock. */
void gc_freeze(struct thread *T);
void gc_unfreeze(struct thread *T);
size_t gc_freeze_count(struct thread *T);

#endif
