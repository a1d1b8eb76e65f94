/*
 * borrow: references on the stack are not counted, decrements wait for a grace period.
 *
 * A strategy for the tests: small, unlike the others in everything the contract leaves open, so
 * that object code, the collector or a workload that relies on more than the contract promises
 * breaks here.
 *
 * Idea: rc_load returns a *borrowed* loc, the object's address with bit 0 set.  It costs no count,
 * since the reference that the slot held when it was read cannot go for now: every decrement is
 * deferred until a grace period (alloc/base/grace.h) has passed that began after the reference was
 * given up.  Before a thread lets a period pass, it promotes: every borrowed cell of its frames
 * becomes a counted one.
 *
 * What a dead object referred to is released at once, or a chain of a million objects would take a
 * million periods.  This is safe by induction.  A *unit* is one counted reference.  A unit in a
 * slot can only be borrowed by somebody who refers to the slot's host.  Let W be dead.  Each of its
 * units went by a decrement that waited for a period after the unit was given up, or with a dead
 * host of which the same holds; so whoever ever referred to W has since promoted or dropped what he
 * borrowed from W's slots, and nobody can refer to W again.  This needs that a unit never moves
 * from one slot to another: somebody may borrow X from a slot, another thread take X's unit out of
 * it and put it into a W that he borrows and whose last decrement already waits; W's death would
 * then end a unit with a younger borrower.  So rc_xchg does not return the slot's unit, but a new
 * one, and defers the old one's end.
 *
 * Ordering: (B1) storing a slot is a release, (B2) loading it an acquire: who borrows an object
 * sees its contents. (B3) a decrement releases what its thread did to the object, the one that
 * finds 1 also acquires all of it.  Between a borrower and the thread that applies a decrement the
 * grace period's mutex orders.  Increments are relaxed: whoever increments is protected by a
 * reference or a borrow.
 * Invariant: count = references in slots, refs and counted cells + decrements deferred, or at least
 * BORROW_IMMORTAL for ever.
 * Invariant: at a pause, `borrowed` of the thread = cells of its frames with the borrowed bit.
 * Source: deferred decrements protected by an epoch: D. Anderson, G. Blelloch, Y. Wei, "Concurrent
 * Deferred Reference Counting with Constant-Time Overhead", PLDI 2021; uncounted stacks: L. P.
 * Deutsch, D. Bobrow, CACM 1976.
 */
#ifndef TESTS_CONTRACT_BORROW_H
#define TESTS_CONTRACT_BORROW_H

#include "alloc/base/atomics.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/frame_linked.h"
#include "runtimes/rc/types.h"

#define RC_NAME "borrow"
enum {
    RC_SERIAL = 0,
    RC_BORROWS = 1,
    RC_PROMPT_DEATH = 0,
    RC_OPTIMISTIC_READERS = 0, /* a grace period protects the object itself, not only its memory */
    RC_MAX_THREADS = 256,
};

struct rc_header {
    _Atomic uint64_t count;
    struct lock lock;
};

/* Decrements that wait, oldest first; only the last batch is not yet full or sealed. */
struct borrow_queue {
    struct borrow_batch *first;
    struct borrow_batch *last;
};

struct rc_thread {
    struct rc_frame *frames;
    int64_t borrowed; /* locs with the borrowed bit that the thread has */
    struct borrow_queue deferred;
    bool applying; /* decrements are final: nobody can have borrowed from what they end */
    const struct rc_frame *applied_in; /* but not those of a frame above this one: it is that of a
                                          finalizer or callback, which may borrow */
    struct rc_thread *next;            /* all attached threads; guarded by the lock in borrow.c */
};

typedef struct {
    _Atomic(struct rc_header *) p;
} rc_slot;

typedef struct {
    struct rc_header *p;
} rc_cslot;

#define BORROW_IMMORTAL (UINT64_C(1) << 63)
#define BORROW_BIT ((uintptr_t)1)

/* Ends one counted reference to `o`, which is not immortal: later, or now if the thread is
 * applying. */
void borrow_defer(struct thread *T, struct rc_header *o);

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, BORROW_IMMORTAL);
}

/* A count of 1 may be that of the slot the caller borrowed from. */
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

static inline bool borrow_is_immortal(const struct rc_header *o)
{
    return load_relaxed(&o->count) >= BORROW_IMMORTAL;
}

static inline void borrow_increment(struct rc_header *o)
{
    if (!borrow_is_immortal(o))
        fetch_add_relaxed(&o->count, 1);
}

static inline bool borrow_is_borrowed(rc_loc loc) { return (loc.w & BORROW_BIT) != 0; }

static inline struct rc_header *strategy_get(rc_loc loc)
{
    return (struct rc_header *)(loc.w & ~BORROW_BIT);
}

static inline rc_loc borrow_loc(struct thread *T, struct rc_header *o)
{
    if (o == NULL)
        return RC_NULL_LOC;
    rc_self(T)->borrowed++;
    return (rc_loc){(uintptr_t)o | BORROW_BIT};
}

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    if (borrow_is_borrowed(loc))
        rc_self(T)->borrowed++;
    else if (loc.w != 0)
        borrow_increment(strategy_get(loc));
    return loc;
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL && !borrow_is_immortal(ref.p))
        borrow_defer(T, ref.p);
}

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    if (borrow_is_borrowed(loc))
        rc_self(T)->borrowed--;
    else
        strategy_release(T, (rc_ref){strategy_get(loc)});
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    if (borrow_is_borrowed(loc)) {
        rc_self(T)->borrowed--;
        borrow_increment(strategy_get(loc));
    }
    return (rc_ref){strategy_get(loc)};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return (rc_loc){(uintptr_t)ref.p};
}

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
}

/* Counted: nothing else holds the object.  A decrement that ends an object takes its count to 0 in
 * one step (B3), so either this comes first or it finds 0. */
static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint64_t count = load_relaxed(&o->count);
    do {
        if (count == 0)
            return RC_NULL_LOC;
        if (count >= BORROW_IMMORTAL)
            break;
    } while (!cas_weak_acquire(&o->count, &count, count + 1)); /* (B3) */
    return (rc_loc){(uintptr_t)o};
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_relaxed(&slot->p, ref.p); /* whoever publishes the host publishes this */
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return borrow_loc(T, load_acquire(&slot->p)); /* (B2) */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    *loc = strategy_load(T, NULL, slot);
    return true;
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    return strategy_load(T, host, slot);
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    (void)host;
    rc_ref old = {xchg_acq_rel(&slot->p, ref.p)}; /* (B1) (B2) */
    if (old.p != NULL && !borrow_is_immortal(old.p)) {
        borrow_increment(old.p);
        borrow_defer(T, old.p);
    }
    return old;
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    return strategy_xchg(T, host, slot, ref);
}

static inline struct rc_header *strategy_peek(const rc_slot *slot)
{
    return load_relaxed(&slot->p);
}

static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    (void)T;
    rc_ref old = {load_relaxed(&slot->p)}; /* nobody else can reach the slot */
    store_relaxed(&slot->p, NULL);
    return old;
}

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)host;
    return borrow_loc(T, slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    (void)T;
    rc_ref old = {slot->p};
    slot->p = NULL;
    return old;
}

void strategy_start(void);
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
static inline size_t strategy_count(const struct rc_header *o) { return load_relaxed(&o->count); }
void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context);

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    borrow_increment(o);
    return (rc_ref){o};
}

#endif
