/*
 * What all strategies have in common that borrow: a reference on the stack is not counted if it was read from a slot, or is
 * another name for one on the stack; decrements wait for a grace period (deferral.h).
 *
 * Idea: rc_load and rc_dup return a *borrowed* loc, the object's address with bit 0 set.  It costs no count, since the reference it
 * was made from cannot go for now: every decrement is deferred until a grace period has passed that began after the
 * reference was given up.  Before a thread lets a period pass it *promotes*: every borrowed cell of its frames becomes a
 * counted one.  The thread that collects need not: the collector visits what its stack borrows.
 *
 *   loc                  made by                                        at its end
 *   borrowed, bit 0      rc_load, rc_cload, rc_dup; a null one need     nothing
                                                         not be dropped
 *   counted              rc_move, rc_upgrade, promotion of the above    deferred decrement; of a leaf see below
 *
 * What a dead object referred to is released at once, or a chain of a million objects would take a million periods.  This is safe
 * by induction.  A *unit* is one counted reference.  A unit in a slot can only be borrowed by somebody who refers to the slot's
 * host, and one on a stack by its thread only.  Let W be dead.  Each of its units went by a decrement that waited for a period
 * after the unit was given up, or with a dead host of which the same holds; so whoever ever referred to W has since promoted
 * or dropped what he borrowed from W's slots, and nobody can refer to W again.  A unit that moves from a stack into W's slot is borrowed by
 * the mover alone, who refers to W at that moment, so the same holds of what he borrowed.  But a unit must never move from a
 * slot to another one: somebody may borrow X from a slot, another thread take X's unit out of it and put it into a W that he borrows and
 * whose last decrement already waits; W's death would then end a unit with a younger borrower.  So rc_xchg does not return
 * the slot's unit, but a new one, and defers the old one's end.
 *
 * Leaves, which refer to nothing, need not wait: if the only reference to one is on its thread's stack, none is in a slot, and
 * nobody can have borrowed it but by another name for that very reference.  So rc_dup counts where the strategy wants to end
 * such a leaf at once.
 *
 * A strategy includes frame_linked.h and deferral.h, has in its struct rc_thread the members `frames`, `borrowed`, `deferral` and
 * `final`, and defines before it includes this
 *   counted_increment(T, o)      for a reference that T has, counted or borrowed
 *   counted_decrement(T, o)      for one that nobody borrows from
 *   counted_is_immortal(o)       whether neither of them would do anything
 *   counted_end_leaf(T, o)       ends a leaf at once if T has the only reference, which it counted by counted_dup_leaf; else false
 *   counted_dup_leaf(T, o)       counts another name for a reference that counted_end_leaf might end; else false
 *   counted_reduce(o)            ends one of several references while the world is stopped, whoever counted it
 * and the operations on objects, threads and forks that concern counts only.
 *
 * Ordering: (E1) storing a slot is a release, (E2) loading it an acquire: who borrows an object sees its contents, and whose
 * second look finds a table replaced sees what was done before.  Between a borrower and the thread that applies a decrement the
 * grace period's lock orders.  The stop of the world orders what settling does.
 * Invariant: count = references in slots, refs and counted cells + decrements deferred, unless the object is immortal.
 * Invariant, in debug builds: `borrowed` of a thread = locs with the borrowed bit that it has, but for null ones; at a pause all of these are
 * in cells.
 * Source: deferred decrements protected by an epoch: D. Anderson, G. Blelloch, Y. Wei, "Concurrent Deferred Reference Counting with
 * Constant-Time Overhead", PLDI 2021; uncounted stacks: L. P. Deutsch, D. Bobrow, CACM 1976; stack references that say whether they
 * are counted, and a collector that visits them: CPython 3.14, after PEP 703 (S. Gross).
 */
#ifndef RUNTIMES_RC_BORROWING_H
#define RUNTIMES_RC_BORROWING_H

#include "alloc/base/atomics.h"
#include "runtimes/rc/deferral.h"
#include "runtimes/rc/frame_linked.h"
#include "runtimes/rc/types.h"

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

typedef struct {
    struct rc_header *p;
} rc_cslot;

#define BORROWED ((uintptr_t)1)

/* In `final`: decrements of this thread are deferred.  Else they are final as long as its top frame is that: nobody can have
 * borrowed from what they end.  Code of users that runs in an end has a frame of its own. */
#define BORROWING_DEFERS ((const struct rc_frame *)1)

/* Ends references whose period is over. */
void borrowing_end_all(struct thread *T, struct rc_header *const *objects, size_t length);

/* Applies what is ripe, of this thread and of those that are gone; at a safepoint it may wait for it. */
void borrowing_apply(struct thread *T);
void borrowing_on_safepoint(struct thread *T);

/* Every decrement from `begin` to `end` is final; what `begin` returns goes to `end`. */
static inline const struct rc_frame *borrowing_begin_final(struct thread *T)
{
    const struct rc_frame *outer = rc_self(T)->final;
    rc_self(T)->final = rc_self(T)->frames;
    return outer;
}

static inline void borrowing_end_final(struct thread *T, const struct rc_frame *outer)
{
    rc_self(T)->final = outer;
}

/* Ends one counted reference to `o`, which is not immortal: later, or now if that is final. */
static inline void borrowing_defer(struct thread *T, struct rc_header *o)
{
    struct rc_thread *self = rc_self(T);
    if (unlikely(self->final == self->frames))
        counted_decrement(T, o);
    else
        deferral_push(&self->deferral, o);
}

static inline bool borrowing_is_borrowed(rc_loc loc) { return (loc.w & BORROWED) != 0; }

static inline struct rc_header *strategy_get(rc_loc loc)
{
    return (struct rc_header *)(loc.w & ~BORROWED);
}

static inline rc_loc borrowing_loc(struct thread *T, struct rc_header *o)
{
    if (REFBENCH_DEBUG)
        rc_self(T)->borrowed += o != NULL;
    return (rc_loc){(uintptr_t)o | BORROWED};
}

/* A borrowed loc to `o` is no more. */
static inline void borrowing_end(struct thread *T, const struct rc_header *o)
{
    if (REFBENCH_DEBUG)
        rc_self(T)->borrowed -= o != NULL;
}

/* A count of 1 may be that of the slot the caller borrowed from. */
static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    (void)T, (void)o;
    return false;
}

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    if (!borrowing_is_borrowed(loc) && loc.w != 0 && counted_dup_leaf(T, strategy_get(loc)))
        return loc;
    return borrowing_loc(T, strategy_get(loc));
}

/* Ends a unit that was in a slot. */
static inline void strategy_end(struct thread *T, rc_former former)
{
    if (former.p != NULL && !counted_is_immortal(former.p))
        borrowing_defer(T, former.p);
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL && !counted_end_leaf(T, ref.p))
        strategy_end(T, (rc_former){ref.p});
}

/* Like one that was taken out of the slot. */
static inline void strategy_end_held(struct thread *T, rc_ref ref) { strategy_release(T, ref); }

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    if (likely(borrowing_is_borrowed(loc)))
        borrowing_end(T, strategy_get(loc));
    else
        strategy_release(T, (rc_ref){strategy_get(loc)});
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    struct rc_header *o = strategy_get(loc);
    if (borrowing_is_borrowed(loc)) {
        borrowing_end(T, o);
        if (o != NULL)
            counted_increment(T, o);
    }
    return (rc_ref){o};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return (rc_loc){(uintptr_t)ref.p};
}

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p,
                  ref.p); /* (E1): late readers may find it before its host is published anew */
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return borrowing_loc(T, load_acquire(&slot->p)); /* (E2) */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    *loc = strategy_load(T, NULL, slot);
    return true;
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return borrowing_loc(T, load_relaxed(&slot->p)); /* written under the same lock */
}

static inline rc_former strategy_replace(struct thread *T, struct rc_header *host, rc_slot *slot,
                                         rc_ref ref)
{
    (void)T, (void)host;
    return (rc_former){xchg_acq_rel(&slot->p, ref.p)}; /* (E1), (E2) */
}

static inline rc_former strategy_replace_locked(struct thread *T, struct rc_header *host,
                                                rc_slot *slot, rc_ref ref)
{
    (void)T, (void)host;
    rc_former old = {load_relaxed(&slot->p)}; /* written under the same lock */
    store_release(&slot->p, ref.p);           /* (E1) */
    return old;
}

/* A new unit for the one that was in a slot. */
static inline rc_ref borrowing_renew(struct thread *T, rc_former former)
{
    struct rc_header *o = former.p;
    if (o != NULL && !counted_is_immortal(o) && !FAULT(move_unit)) {
        counted_increment(T, o);
        borrowing_defer(T, o);
    }
    return (rc_ref){o};
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    return borrowing_renew(T, strategy_replace(T, host, slot, ref));
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    return borrowing_renew(T, strategy_replace_locked(T, host, slot, ref));
}

static inline struct rc_header *strategy_peek(const rc_slot *slot)
{
    return load_relaxed(&slot->p);
}

/* What is taken from the dead nobody borrows; from what is being cleared somebody might. */
static inline rc_ref borrowing_take(struct thread *T, struct rc_header *o)
{
    if (likely(rc_self(T)->final == rc_self(T)->frames))
        return (rc_ref){o};
    return borrowing_renew(T, (rc_former){o});
}

static inline rc_ref strategy_take(struct thread *T, rc_slot *slot)
{
    struct rc_header *old = load_relaxed(&slot->p);
    store_relaxed(&slot->p, NULL);
    return borrowing_take(T, old);
}

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)host;
    return borrowing_loc(T, slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    struct rc_header *old = slot->p;
    slot->p = NULL;
    return borrowing_take(T, old);
}

void strategy_before_pause(struct thread *T);
void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context);

/* The parts of the operations on threads and of settling that concern what is deferred. */
void borrowing_attach(struct thread *T);
void borrowing_detach(struct thread *T, deferral_end *end);
void borrowing_flush(struct thread *T);
void borrowing_settle(struct thread *T);

#endif
