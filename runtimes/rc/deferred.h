/*
 * deferred: references on the stack are not counted; what leaves a slot is counted until a grace period has passed.
 *
 * Idea: rc_load returns a borrowed loc (borrow.h), at the price of a load.  The reference that the slot held when it was
 * read cannot end for now: whoever takes it out defers its end (deferral.h) until a grace period has passed that began
 * later.  Before a thread lets a period pass, it promotes: every uncounted cell of its frames becomes a counted one.
 * A *unit* is one counted reference.  It lies in a slot, or one thread owns it: in a ref or in a counted cell.
 *
 *   who                            count        the unit's end
 *   load, dup, drop of a borrow    -            -
 *   own of a borrow, promotion     +1           -
 *   store, replace                 -            the old one's is deferred
 *   xchg                           +1           the old one's is deferred; what is returned is a new one
 *   release of an owned one        deferred; but of a leaf, which refers to nothing, -1 at once if no alias relies on it
 *   end of what a dead one held    -1 at once
 *
 *   count      30 bits of references, deferred ends included << 2 | NAMED | LEAF; all 0 in a dead object
 *   NAMED      rc_upgrade may raise the count, beside the one who has the last reference; it leaves other counts alone, so
 *              their last reference ends without a read-modify-write
 *   immortal   from DEFERRED_SATURATED on; tested before it is changed, so racing threads may overshoot by one each
 *
 * Why it is safe.  Claim: if a thread R has a loc or a ref of W, then W does not die before R has promoted from then on.  W
 * dies when its last unit ends.  Take the unit that R has or relies on.  If its end was deferred, a period passed that began
 * after R had it; R promoted in it.  If it ended at once, W is a leaf, R owned it, and no alias relied on it.  If it ended with a dead
 * host V in whose slot it lay, then R put it there, or read it there, or relied on it as an alias before it was put there by R:
 * each time R had V, and the claim holds for V, which died before.  So nobody relies on what a dead object held, and
 * its end is final: a chain of a million objects takes one period, not a million.
 * This needs that a unit never goes from one slot to another, or to another thread: somebody may borrow X from a slot, another
 * thread take X's unit out of it and put it into a W that he borrows and whose last end already waits; W's death would
 * then end a unit with a younger borrower.  Hence the new unit of xchg; and rc.h says that references go from thread to
 * thread in slots.
 * A unit of an object that is no leaf is never ended at once, not even while others remain: its own thread may have borrowed from
 * the object's slots, and those others may have waited for their period before it did.
 * Where code of users runs in a death, finalizers and callbacks, it has a frame of its own, and what it ends is not final.
 *
 * Ordering
 *   (D1) acquire load of a slot            with (D2) release store or exchange of it: the object's contents are visible.
 *   (D3) acquire of who finds the last reference with (D4) release of every decrement: all uses come before the death.
 *   (D5) acquire of the try-increment      with (D6) release of what made the count NAMED or immortal: if it is that of a new object
 *        in the place of the one that was named, what took the name away came before, so a second look cannot find it.
 *   Between a borrower and who ends what was deferred the grace period orders (alloc/base/grace.h).
 *   Other increments are relaxed: who increments has a reference.
 * Invariant: count = units in slots, refs and counted cells + units whose end is deferred, unless immortal.
 * Source: D. Anderson, G. Blelloch, Y. Wei, "Concurrent Deferred Reference Counting with Constant-Time Overhead", PLDI 2021, with
 * grace periods in the place of their announcements.
 */
#ifndef RUNTIMES_RC_DEFERRED_H
#define RUNTIMES_RC_DEFERRED_H

#include "alloc/base/atomics.h"
#include "alloc/base/fault.h"
#include "alloc/base/lock.h"
#include "runtimes/rc/borrow.h"
#include "runtimes/rc/deferral.h"
#include "runtimes/rc/types.h"

#define RC_NAME "deferred"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 1,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 0, /* but leaves that were never in a slot die at once */
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_header {
    _Atomic uint32_t count;
    struct lock lock; /* of the container, for changes of more than one slot */
};
#define RC_HEADER_FIELDS "leaf:1 named:1 count:30 lock:32" /* for bench/tour/header.h */

struct rc_thread {
    struct rc_frame *frames;
    const struct rc_frame *final_in; /* what ends in this frame is final; else DEFERRED_NOWHERE */
    struct deferral deferral;
    struct borrow_account borrows;
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

typedef struct {
    struct rc_header *p;
} rc_cslot;

#define DEFERRED_LEAF UINT32_C(1)
#define DEFERRED_NAMED UINT32_C(2)
#define DEFERRED_ONE UINT32_C(4)
#define DEFERRED_SATURATED (UINT32_C(1) << 30)
#define DEFERRED_IMMORTAL (UINT32_C(3) << 30)
#define DEFERRED_NOWHERE ((const struct rc_frame *)1)

/* Ends a unit that the thread owns and that is not simply the last of a leaf. */
void deferred_release(struct thread *T, struct rc_header *o);

static inline uint32_t deferred_references(uint32_t count) { return count / DEFERRED_ONE; }
static inline bool deferred_is_immortal(uint32_t count) { return count >= DEFERRED_SATURATED; }

static inline bool deferred_is_final(struct thread *T)
{
    return rc_self(T)->frames == rc_self(T)->final_in || FAULT(final_for_users);
}

static inline void strategy_init(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, DEFERRED_ONE);
}

static inline void strategy_init_leaf(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, DEFERRED_ONE | DEFERRED_LEAF);
}

static inline void strategy_immortalize(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_release(&o->count, DEFERRED_IMMORTAL); /* (D6) */
}

/* A count of 1 may be that of the slot that the caller borrowed from. */
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

/* A count that has got here must not be brought back by a decrement that raced with it; an immortal object's cache line is
 * written by nobody. */
static inline void deferred_stay_immortal(struct rc_header *o, uint32_t count)
{
    if (unlikely(count != DEFERRED_IMMORTAL))
        store_release(&o->count, DEFERRED_IMMORTAL); /* (D6) */
}

/* The caller has a unit, or relies on one. */
static inline void deferred_increment(struct rc_header *o)
{
    uint32_t count = load_relaxed(&o->count);
    if (likely(!deferred_is_immortal(count)))
        fetch_add_relaxed(&o->count, DEFERRED_ONE);
    else
        deferred_stay_immortal(o, count);
}

/* A unit that lay in a slot. */
static inline void deferred_defer(struct thread *T, struct rc_header *o)
{
    if (likely(!deferred_is_immortal(load_relaxed(&o->count))))
        deferral_push(&rc_self(T)->deferral, o);
}

/* --- references on the stack -------------------------------------------------------------------------------------- */

static inline struct rc_header *strategy_get(rc_loc loc) { return borrow_get(loc); }

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    return borrow_dup(&rc_self(T)->borrows, loc);
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p == NULL)
        return;
    const uint32_t count = load_acquire(&ref.p->count); /* (D3) */
    if (likely(count == (DEFERRED_ONE | DEFERRED_LEAF)) &&
        (likely(!borrow_is_aliased(&rc_self(T)->borrows, ref.p)) || FAULT(ignore_alias))) {
        store_relaxed(&ref.p->count, 0);
        rc_died(T, ref.p);
    } else if (!deferred_is_immortal(count)) {
        deferred_release(T, ref.p);
    }
}

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    if (borrow_is_counted(loc))
        strategy_release(T, (rc_ref){borrow_get(loc)});
    else
        borrow_end(&rc_self(T)->borrows, loc);
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    struct rc_header *o = borrow_get(loc);
    if (!borrow_is_counted(loc)) {
        borrow_end(&rc_self(T)->borrows, loc);
        if (likely(o != NULL))
            deferred_increment(o);
    }
    return (rc_ref){o};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return borrow_counted(ref.p);
}

/* --- names without a count ---------------------------------------------------------------------------------------- */

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    if ((load_relaxed(&o->count) & DEFERRED_NAMED) == 0 &&
        !deferred_is_immortal(load_relaxed(&o->count)))
        fetch_or_release(&o->count, DEFERRED_NAMED); /* (D6) */
}

/* `o` may have been anything of its kind since its name was read. */
static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint32_t count = load_relaxed(&o->count);
    do {
        if (unlikely(deferred_is_immortal(count))) {
            (void)load_acquire(&o->count); /* (D5) */
            deferred_stay_immortal(o, count);
            break;
        }
        if (deferred_references(count) == 0 || (count & DEFERRED_NAMED) == 0)
            return RC_NULL_LOC;
    } while (!cas_weak_acquire(&o->count, &count, count + DEFERRED_ONE)); /* (D5) */
    return borrow_counted(o);
}

/* --- slots -------------------------------------------------------------------------------------------------------- */

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p,
                  ref.p); /* (D2): late readers may find it before its host is published anew */
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return borrow_from_slot(&rc_self(T)->borrows, load_acquire(&slot->p)); /* (D1) */
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

static inline rc_former strategy_replace(struct thread *T, struct rc_header *host, rc_slot *slot,
                                         rc_ref ref)
{
    (void)T, (void)host;
    return (rc_former){xchg_acq_rel(&slot->p, ref.p)}; /* (D2), (D1) */
}

static inline rc_former strategy_replace_locked(struct thread *T, struct rc_header *host,
                                                rc_slot *slot, rc_ref ref)
{
    (void)T, (void)host;
    rc_former old = {load_relaxed(&slot->p)};
    store_release(&slot->p, ref.p); /* (D2) */
    return old;
}

static inline void strategy_end(struct thread *T, rc_former former)
{
    if (former.p != NULL)
        deferred_defer(T, former.p);
}

/* Another unit in the place of one that lay in a slot. */
static inline rc_ref deferred_renew(struct thread *T, struct rc_header *o)
{
    if (o != NULL && !FAULT(move_unit)) {
        deferred_increment(o);
        deferred_defer(T, o);
    }
    return (rc_ref){o};
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    return deferred_renew(T, strategy_replace(T, host, slot, ref).p);
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    return deferred_renew(T, strategy_replace_locked(T, host, slot, ref).p);
}

static inline struct rc_header *strategy_peek(const rc_slot *slot)
{
    return load_relaxed(&slot->p);
}

/* Of a dead object, whose end is final, or of one that is being cleared. */
static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    struct rc_header *o = load_relaxed(&slot->p);
    store_relaxed(&slot->p, NULL);
    if (likely(deferred_is_final(T)))
        return (rc_ref){o};
    return deferred_renew(T, o);
}

/* Final, like its host's. */
static inline void strategy_end_held(struct thread *T, rc_ref ref) { strategy_release(T, ref); }

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)host;
    return borrow_from_slot(&rc_self(T)->borrows, slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    struct rc_header *o = slot->p;
    slot->p = NULL;
    if (likely(deferred_is_final(T)))
        return (rc_ref){o};
    return deferred_renew(T, o);
}

/* --- threads and the collector ------------------------------------------------------------------------------------ */

static inline void strategy_start(void) {}
static inline void strategy_stop(void) { deferral_stop(); }
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
void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context);

static inline size_t strategy_count(const struct rc_header *o)
{
    return deferred_references(load_relaxed(&o->count));
}

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    deferred_increment(o);
    return (rc_ref){o};
}

#endif
