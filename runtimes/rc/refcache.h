/*
 * refcache: each thread counts in a cache of its own; what it has counted reaches the object once in a while.
 *
 * Idea: a reference taken or ended changes a *delta* in the thread's cache, and no other thread's memory.  The cache gives
 * its deltas up to the objects' words when two objects want one way, and all of them at every pause, so in every grace
 * period (alloc/base/grace.h): periods are the epochs.  A word may be zero while references exist, for what is taken by
 * one thread and ended by another arrives in any order.  So an object whose word becomes zero is put under *review*, and
 * dies if nobody has touched it for long enough.
 *
 *   word   touched << 32 | count << 3 | state
 *   touched   the last period that had begun when a cache gave up an entry of the object, even one with a delta of zero;
 *             modulo 2^32
 *   count     references that the caches do not hold; may be negative
 *   state     LIVE    nobody's memory is 0; a dead object's is
 *             REVIEW  listed by a thread; an object that is not has a count above 0
 *             NAMED   may be upgraded: it must not end without a compare-and-swap
 *
 *   count                means
 *   1 .. SATURATED - 1   references exist, or deltas that are on their way
 *   1 - SATURATED .. 0   under review: dead, or deltas are on their way
 *   beyond either        immortal: never written again
 *
 * Review: the list is sealed when periods up to P - 1 have begun at most, and looked at when P + 1 is over.  Each thread
 * flushes its cache in P and again in P + 1; let t be a moment between the two periods.  If nobody has touched the object in
 * P or later, each thread's delta was zero at t, and stayed so: all references were counted in the word, which was zero.
 * Nobody was about to take one from a slot either, for he would have touched the object before his next pause.  One period
 * does not suffice: who flushes in P need not know yet that P has begun, and touches as of before.  Nor does it suffice that
 * the word was zero throughout, as the paper has it: two threads can hand a reference to and fro, so that whoever flushes has
 * a delta of zero; hence `touched`.
 *
 * What a dead object refers to ends with it (strategy_end_held): the reference is taken off the word at once, and if that leaves
 * zero, and the same object has not been touched since P either, it is dead too, for the same t.  So a chain dies in two
 * periods, and not in two for each link.  This holds of slots of the dead only: another slot may have a reader.
 *
 * A new object's first reference is in its word and in no cache, so to make one and to keep it touches the cache never.
 *
 * Ordering
 *   (R1) acquire load of a slot                    with (R2) release store to it: the object's contents are visible.
 *   (R3) acquire of an upgrade                     with (R4) release of the word's first store; what changes the word after
 *        that is read-modify-writes, which carry it on: if the word belongs to a new object in the place of the one that was
 *        named, a second look at the name cannot find it.
 *   Otherwise words change relaxed.  Who ends an object has found P + 1 over (G2), so it knows what the others did before they
 *   paid that period (G1): all flushes in it, and all uses of what is dead.
 * Invariant: count + all deltas = references, unless immortal;  a way is marked in `used` <=> it has an object.
 * What waits is bounded: a list is sealed after so many drops (REFCACHE_DROPS), or when memory was taken (grace_took), and
 * looked at three periods later.
 * Source: A. Clements, F. Kaashoek, N. Zeldovich, "RadixVM: Scalable Address Spaces for Multithreaded Applications",
 * EuroSys 2013, section 3.1; `touched`, and ends of what the dead refer to, are this project's.
 */
#ifndef RUNTIMES_RC_REFCACHE_H
#define RUNTIMES_RC_REFCACHE_H

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/grace.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/refcache_list.h"
#include "runtimes/rc/refcache_word.h"
#include "runtimes/rc/types.h"

#define RC_NAME "refcache"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 0,
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_header {
    _Atomic uint64_t word;
    struct lock lock; /* of the container, for changes of more than one slot */
};
#define RC_HEADER_FIELDS                                                                           \
    "live:1 review:1 named:1 count:29s touched:32 lock:32 none:32" /* for bench/tour/header.h */

enum {
    REFCACHE_WAYS = 1024, /* a power of two */
    REFCACHE_MAPS = (REFCACHE_WAYS + 63) / 64,
    REFCACHE_DROPS = 256,        /* drops that miss the cache, and are worth a grace period; */
    REFCACHE_DROPS_AMONG = 1024, /* where there are other threads, which it disturbs */
};

/* One entry of a cache. */
struct refcache_way {
    struct rc_header *object; /* NULL: not in use */
    int64_t delta;
};

struct rc_thread {
    struct refcache_way ways[REFCACHE_WAYS];
    uint64_t used[REFCACHE_MAPS]; /* a bit for each way */
    struct refcache_list open;    /* under review, since the list was last sealed */
    struct refcache_list sealed;  /* under review from period `sealed_at` on */
    struct refcache_list ripe;    /* under review, and being looked at */
    struct refcache_list kept; /* of references: each to one that a stop of the world found dead */
    uint64_t sealed_at;
    uint64_t ripe_at;       /* the last period before which what is ripe must have been dead */
    uint64_t kept_at;       /* the first period in which what is kept may have been touched since */
    uint64_t dead_at;       /* of what is being ended: 0 outside of it */
    uint64_t taken_at;      /* grace_steps when the list was last sealed */
    size_t drops;           /* that missed the cache since then: mostly ends of objects */
    struct rc_thread *next; /* all attached threads; guarded by the lock in refcache.c */
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

/* Gives the way to `o`, with that delta; what was in it is given up. */
void refcache_replace(struct thread *T, struct refcache_way *way, struct rc_header *o,
                      int64_t delta);

/* Ends a reference of a dead object, which is being ended by T. */
void refcache_end(struct thread *T, struct rc_header *o);

/* A block is a multiple of 16 bytes, and a pool of them of 16 KiB. */
static inline struct refcache_way *refcache_way_of(struct rc_thread *self,
                                                   const struct rc_header *o)
{
    const uintptr_t address = (uintptr_t)o;
    return &self->ways[(address >> 4 ^ address >> 14) % REFCACHE_WAYS];
}

static inline void refcache_add(struct thread *T, struct rc_header *o, int64_t delta)
{
    struct refcache_way *way = refcache_way_of(rc_self(T), o);
    if (likely(way->object == o))
        way->delta += delta;
    else
        refcache_replace(T, way, o, delta);
}

static inline void eager_increment(struct thread *T, struct rc_header *o) { refcache_add(T, o, 1); }
static inline void eager_decrement(struct thread *T, struct rc_header *o)
{
    refcache_add(T, o, -1);
}

#include "runtimes/rc/eager_loc.h"

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->word, REFCACHE_ONE | REFCACHE_LIVE); /* (R4) */
}

#include "runtimes/rc/plain_slot.h"

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->word, REFCACHE_IMMORTAL); /* (R4) */
}

/* Others' caches may hold more. */
static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
    return false;
}

static inline void strategy_lock(struct thread *T, struct rc_header *host)
{
    (void)T;
    lock_acquire(&host->lock);
}

static inline void strategy_unlock(struct thread *T, struct rc_header *host)
{
    (void)T;
    lock_release(&host->lock);
}

static inline void strategy_end_held(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL)
        refcache_end(T, ref.p);
}

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    const uint64_t word = load_relaxed(&o->word);
    if (!refcache_is_immortal(word) && (word & REFCACHE_NAMED) == 0)
        fetch_or_relaxed(&o->word, REFCACHE_NAMED);
}

/* Whether T, which is ending objects, would end this one too. */
static inline bool refcache_is_dead(struct thread *T, uint64_t word)
{
    const uint64_t dead_at = rc_self(T)->dead_at;
    return dead_at != 0 && refcache_count(word) == 0 &&
           !refcache_is_touched_since(word, dead_at, grace_begun());
}

/* Counted in the word, not in the cache: the object may be about to die. */
static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    uint64_t word = load_relaxed(&o->word);
    do {
        if (word == 0 || refcache_is_dead(T, word))
            return RC_NULL_LOC;
        if (refcache_is_immortal(word)) {
            (void)load_acquire(&o->word); /* (R3) */
            break;
        }
    } while (!cas_weak_acquire(&o->word, &word, refcache_with_one_more(word))); /* (R3) */
    return (rc_loc){(uintptr_t)o};
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p,
                  ref.p); /* (R2): late readers may find it before its host is published anew */
}

/* What was in the slot cannot die before the caller's next pause. */
static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, load_acquire(&slot->p)); /* (R1) */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    *loc = strategy_load(T, NULL, slot);
    return true;
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return eager_loc(T, load_relaxed(&slot->p)); /* written under the same lock */
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    (void)T, (void)host;
    return (rc_ref){xchg_acq_rel(&slot->p, ref.p)}; /* (R2), (R1) */
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {load_relaxed(&slot->p)};
    store_release(&slot->p, ref.p); /* (R2) */
    return old;
}

static inline struct rc_header *strategy_peek(const rc_slot *slot)
{
    return load_relaxed(&slot->p);
}

static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    (void)T;
    rc_ref old = {load_relaxed(&slot->p)};
    store_relaxed(&slot->p, NULL);
    return old;
}

static inline void strategy_start(void) {}
void strategy_stop(void);
void strategy_attach(struct thread *T);
void strategy_detach(struct thread *T);
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }
void strategy_before_pause(struct thread *T);
bool strategy_on_safepoint(struct thread *T);
void strategy_flush(struct thread *T);
void strategy_before_fork(struct thread *T);
void strategy_after_fork(struct thread *T);
void strategy_after_fork_in_child(struct thread *T);
void strategy_settle(struct thread *T);

static inline size_t strategy_count(const struct rc_header *o)
{
    return (size_t)(int64_t)refcache_count(load_relaxed(&o->word));
}

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    const uint64_t word = load_relaxed(&o->word);
    if (!refcache_is_immortal(word))
        store_relaxed(&o->word, refcache_with_one_more(word)); /* nobody else runs */
    return (rc_ref){o};
}

#endif
