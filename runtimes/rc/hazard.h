/*
 * hazard: references on the stack are announced in a few words of their thread, and not counted while these suffice.
 *
 * Idea: each thread has a line of eight words that it writes and others read.  Who reads a slot *announces* the object in a free
 * word, then looks at the slot again: if it still names the object, the loc is *protected*: an object whose count is zero
 * ends only after a scan of everybody's words that has not found it.  The three low bits of a loc are the number of the word
 * that protects it, or 0 if it is counted; aliases of a protected loc share its word, and a plain number beside it says how many.
 * When all seven are taken, the first word, 0, protects the increment of a count instead.
 *
 *   word       32 bits: references that are counted << 3 | state
 *   MARKED     the object has been in a slot or may be upgraded: others may announce or raise it.  Without this, who has the only
 *              reference is alone, and ends the object at once
 *   RETIRED    the count was zero; the object is in somebody's list of the retired, and in no other
 *   TOUCHED    the count was raised from RETIRED: the scan that is under way, if any, proves nothing
 *
 *   event                                 word
 *   made                                  ONE
 *   stored in a slot, or named            | MARKED, before that
 *   another counted reference             + ONE;  if RETIRED, then | TOUCHED, before the announcement ends
 *   the last one ends, not MARKED         0, and it dies
 *   the last one ends, MARKED             | RETIRED, by whoever can set it
 *   a scan begins, count is not zero      without RETIRED and TOUCHED: it leaves the list
 *   a scan begins, count is zero          without TOUCHED
 *   the scan has not found it             0 and it dies, if the word is still RETIRED | MARKED
 *
 * Why a scan proves death.  An announcement that was made before the heavy barrier of the scan is seen by it.  What is announced
 * later is looked for in a slot later, and there the object is no more, since all its slots were empty when its count was zero,
 * unless somebody has raised it since: he must have had it announced before, or have upgraded it, and TOUCHED tells.  An
 * announcement that a scan does not see any more has ended before, and with it (H4) came what was done under it.  No barrier stands
 * between the look at a constant slot, or an alias of a counted loc, and its announcement: the reference that the thread has
 * meanwhile ends later, and whoever ends the object comes after that.
 *
 * Ordering
 *   (H1) acquire load of a slot                 with (H2) release store to it: the object's contents are visible.
 *   (H3) announcing, light barrier, second look with (H9) heavy barrier, scan (alloc/base/barrier.h).
 *   (H4) release of a word that ends a protection with (H5) acquire of a scan: all uses come before the death, as does TOUCHED.
 *        The scan may find the next announcement in that word instead, so this releases, too.
 *   (H6) release of every decrement, and of what takes an object off its list, with (H7) acquire of what turns the word to zero, or finds it to be ONE.
 *   (H8) release of MARKED                      with (H8') acquire of a raise by who has no reference: if the word is of a new object
 *        in the place of the one that was named, whatever took the name away comes before a second look at it.
 *   Increments for a reference that one has are relaxed: a barrier or a later (H6) orders them.
 * An announcement costs no barrier unless the system refuses its part: a full barrier there, or an exchange on x86, would be
 * most of what a read costs, while the heavy one is shared by all that a scan ends.  On ARM the release of an announcement holds up the
 * acquire that follows it, but where that is an LDAPR (ARMv8.3).
 * Memory: an object that died may be looked at by late readers of a table that was replaced, so it keeps its type for a grace
 * period.  Garbage is bounded by number: a thread scans when it has retired 256 objects (64 if it is alone) since it did last, at
 * once or at its next safepoint (hazard.c), and goes on as long as that retires others.  A chain beside other threads costs a heavy barrier for each link.
 * Settling, with the world stopped, takes what nobody has announced out of all lists, and gives it to T with a reference.
 * Invariant: count = references in slots, refs and locs of number 0; a word i of a thread is not NULL exactly while the thread has
 * locs of number i, more[i] + 1 of them.  A count that reaches HAZARD_SATURATED is immortal.
 * Source: M. Michael, "Hazard Pointers", TPDS 2004; counts that are ended by whoever finds no announcement: Herlihy, Luchangco,
 * Martin and Moir, TOCS 2005; that only zero counts need a scan: A. Correia, P. Ramalhete and P. Felber, "OrcGC", PPoPP 2021.
 */
#ifndef RUNTIMES_RC_HAZARD_H
#define RUNTIMES_RC_HAZARD_H

#include "alloc/base/barrier.h"
#include "runtimes/rc/frame_eager.h"
#include "runtimes/rc/hazard_count.h"
#include "runtimes/rc/hazard_list.h"

#define RC_NAME "hazard"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 1,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 0, /* but for objects that were never in a slot */
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

enum {
    HAZARD_WORDS = 8, /* a cache line; and the numbers that fit below an address */
    HAZARD_NUMBER = HAZARD_WORDS - 1,
    HAZARD_ALL = 0xFE, /* one bit for each but the first */
};

struct rc_thread {
    _Alignas(64) struct rc_header *_Atomic announced[HAZARD_WORDS];
    _Alignas(64) uint32_t more[HAZARD_WORDS]; /* protected locs beside the first */
    uint32_t free;                            /* bit i: announced[i] is NULL */
    uint32_t batch;                           /* so many are retired between two scans */
    uint32_t fresh;                           /* so many have been since the last began */
    uint32_t ending;                          /* calls of rc_died that are under way */
    struct hazard_list retired;
    struct hazard_list seen; /* by the last scan, in order */
    struct hazard_list dead; /* what the scan that is under way has ended */
    struct hazard_list kept; /* since counts were settled: each holds a reference, to be ended */
    struct rc_thread *next;  /* all attached threads; guarded by the lock in hazard.c */
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

typedef struct {
    struct rc_header *p;
} rc_cslot;

/* --- announcements -------------------------------------------------------------------------------------------------- */

static inline unsigned hazard_number(rc_loc loc) { return (unsigned)(loc.w & HAZARD_NUMBER); }

static inline struct rc_header *strategy_get(rc_loc loc)
{
    return (struct rc_header *)(loc.w & ~(uintptr_t)HAZARD_NUMBER);
}

static inline rc_loc hazard_counted(struct rc_header *o) { return (rc_loc){(uintptr_t)o}; }

/* Of a thread that has a free word, for an object that cannot go meanwhile. */
static inline rc_loc hazard_protect(struct rc_thread *self, struct rc_header *o)
{
    unsigned i = (unsigned)__builtin_ctz(self->free);
    store_release(&self->announced[i], o); /* (H4) */
    self->free &= self->free - 1;
    return (rc_loc){(uintptr_t)o | i};
}

/* One more loc for an object that cannot go meanwhile. */
static inline rc_loc hazard_loc(struct thread *T, struct rc_header *o)
{
    if (o == NULL)
        return RC_NULL_LOC;
    if (likely(rc_self(T)->free != 0))
        return hazard_protect(rc_self(T), o);
    hazard_increment(o);
    return hazard_counted(o);
}

static inline void hazard_unprotect(struct rc_thread *self, unsigned i)
{
    if (self->more[i] != 0) {
        self->more[i]--;
        return;
    }
    store_release(&self->announced[i], NULL); /* (H4) */
    self->free |= 1U << i;
}

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    unsigned i = hazard_number(loc);
    struct rc_header *o = strategy_get(loc);
    if (likely(i != 0) && likely(rc_self(T)->more[i] != UINT32_MAX)) {
        rc_self(T)->more[i]++;
        return loc;
    }
    if (o != NULL && (load_relaxed(&o->word) & HAZARD_MARKED) != 0)
        return hazard_loc(T, o);
    if (o != NULL)
        hazard_increment(o);
    return hazard_counted(o);
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL)
        hazard_decrement(T, ref.p);
}

#include "runtimes/rc/plain_unit.h"

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    unsigned i = hazard_number(loc);
    if (likely(i != 0))
        hazard_unprotect(rc_self(T), i);
    else
        strategy_release(T, (rc_ref){strategy_get(loc)});
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    unsigned i = hazard_number(loc);
    struct rc_header *o = strategy_get(loc);
    if (i != 0) {
        hazard_increment(o);
        hazard_unprotect(rc_self(T), i);
    }
    return (rc_ref){o};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return hazard_counted(ref.p);
}

static inline void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    hazard_mark(o);
}

static inline rc_loc strategy_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    return hazard_try_increment(o) ? hazard_counted(o) : RC_NULL_LOC;
}

/* --- slots ---------------------------------------------------------------------------------------------------------- */

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    if (ref.p != NULL)
        hazard_mark(ref.p);
    store_release(&slot->p,
                  ref.p); /* (H2): late readers may find it before its host is published anew */
}

/* All words but the first are taken. */
static inline bool hazard_try_load_counted(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    struct rc_header *_Atomic *passing = &rc_self(T)->announced[0];
    struct rc_header *o = load_relaxed(&slot->p);
    *loc = hazard_counted(o);
    if (o == NULL)
        return true;
    store_release(passing, o); /* (H3), (H4) */
    barrier_light();
    bool raised = load_acquire(&slot->p) == o && hazard_try_increment(o); /* (H1) */
    store_release(passing, NULL);                                         /* (H4) */
    return raised;
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    struct rc_thread *self = rc_self(T);
    if (unlikely(self->free == 0))
        return hazard_try_load_counted(T, slot, loc);
    struct rc_header *o = load_relaxed(&slot->p); /* only the second look counts */
    if (o == NULL) {
        *loc = RC_NULL_LOC;
        return true;
    }
    *loc = hazard_protect(self, o); /* (H3) */
    barrier_light();
    if (likely(load_acquire(&slot->p) == o || FAULT(skip_recheck))) /* (H1) */
        return true;
    hazard_unprotect(self, hazard_number(*loc));
    return false;
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    rc_loc loc;
    while (unlikely(!strategy_try_load(T, slot, &loc)))
        cpu_relax();
    return loc;
}

/* Written under the same lock: what takes the object out comes later. */
static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    return hazard_loc(T, load_relaxed(&slot->p));
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    (void)T, (void)host;
    if (ref.p != NULL)
        hazard_mark(ref.p);
    return (rc_ref){xchg_acq_rel(&slot->p, ref.p)}; /* (H2), (H1) */
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    rc_ref old = {load_relaxed(&slot->p)};
    (void)host;
    strategy_init_slot(T, slot, ref); /* (H2) */
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

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    if (ref.p != NULL)
        hazard_mark(ref.p);
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)host;
    return hazard_loc(T, slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    (void)T;
    rc_ref old = {slot->p};
    slot->p = NULL;
    return old;
}

/* --- threads and the collector -------------------------------------------------------------------------------------- */

void strategy_start(void);
void strategy_stop(void);
void strategy_attach(struct thread *T);
void strategy_detach(struct thread *T);
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }
static inline void strategy_before_pause(struct thread *T) { (void)T; } /* words stay announced */
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
    return load_relaxed(&o->word) / HAZARD_ONE;
}

static inline rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    hazard_increment(o);
    return (rc_ref){o};
}

#endif
