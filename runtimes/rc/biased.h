/*
 * biased: the thread that made an object counts its own references with plain instructions; all others share an atomic word
 * (biased_count.h).
 *
 * Slots: the owner of the object reads without looking twice: if `owned` names me, the object cannot have died since the
 * slot was read, for I am the one who could have ended it.  Another reader try-increments and looks at the slot again, as
 * in atomic.h; an object with shared = PLAIN 0 refuses that, since its owner may be ending it this moment, so the reader
 * takes the host's lock, under which all slots of the host are written, takes a reference, and marks the object.
 *
 * Ordering: (B3) to (B8) in biased_count.h, and
 *   (B1) acquire load of a slot                  with (B2) release store to it.
 *
 * source runtimes/rc/biased_count.c
 */
#ifndef RUNTIMES_RC_BIASED_H
#define RUNTIMES_RC_BIASED_H

#include "runtimes/rc/biased_count.h"

#define RC_NAME "biased"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 0,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH =
        1, /* but for objects queued to their owner, which die at its next safepoint */
    RC_OPTIMISTIC_READERS = 1,
    RC_MAX_THREADS = 256,
};

struct rc_thread {
    struct biased_thread biased;
};

typedef struct {
    struct rc_header *_Atomic p;
} rc_slot;

bool biased_try_load_foreign(struct thread *T, rc_slot *slot, rc_loc *loc);
rc_loc biased_load_marking(struct thread *T, struct rc_header *o);
rc_loc biased_load_under_lock(struct thread *T, struct rc_header *host, rc_slot *slot);

static inline void biased_forget(struct rc_header *o) { (void)o; }

static inline bool strategy_is_unique(struct thread *T, struct rc_header *o)
{
    return load_relaxed(&o->owned) == biased_self(T)->tag + 1 &&
           load_acquire(&o->shared) == 0; /* (B5) */
}

static inline void eager_increment(struct thread *T, struct rc_header *o)
{
    biased_increment(T, o);
}

static inline void eager_decrement(struct thread *T, struct rc_header *o)
{
    biased_decrement(T, o);
}

#include "runtimes/rc/eager.h"

static inline void strategy_init_slot(struct thread *T, rc_slot *slot, rc_ref ref)
{
    (void)T;
    store_release(&slot->p,
                  ref.p); /* (B2): late readers may find it before its host is published anew */
}

static inline bool strategy_try_load(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    struct rc_header *o = load_acquire(&slot->p); /* (B1) */
    *loc = (rc_loc){(uintptr_t)o};
    if (o == NULL)
        return true;
    uint64_t owned = load_relaxed(&o->owned);
    if (unlikely(!biased_is_mine(T, owned)))
        return biased_try_load_foreign(T, slot, loc);
    store_relaxed(&o->owned, owned + 1);
    return true;
}

static inline rc_loc strategy_load(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    rc_loc loc;
    return likely(strategy_try_load(T, slot, &loc)) ? loc : biased_load_under_lock(T, host, slot);
}

static inline rc_loc strategy_load_locked(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    (void)host;
    struct rc_header *o = load_relaxed(&slot->p); /* written under the same lock */
    if (o == NULL)
        return RC_NULL_LOC;
    uint64_t owned = load_relaxed(&o->owned);
    if (unlikely(!biased_is_mine(T, owned)))
        return biased_load_marking(T, o);
    store_relaxed(&o->owned, owned + 1);
    return (rc_loc){(uintptr_t)o};
}

static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref)
{
    (void)T, (void)host;
    rc_ref old = {load_relaxed(&slot->p)};
    store_release(&slot->p, ref.p); /* (B2) */
    return old;
}

extern struct lock biased_hostless; /* for slots outside any object */

static inline struct lock *biased_slot_lock(struct rc_header *host)
{
    return host != NULL ? &host->lock : &biased_hostless;
}

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref)
{
    lock_acquire(biased_slot_lock(host));
    rc_ref old = strategy_xchg_locked(T, host, slot, ref);
    lock_release(biased_slot_lock(host));
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
static inline void strategy_stop(void) { biased_stop(); }
static inline void strategy_attach(struct thread *T) { biased_attach(T); }
void strategy_detach(struct thread *T);
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }
bool strategy_on_safepoint(struct thread *T);
static inline void strategy_flush(struct thread *T) { biased_drain(T); }
static inline void strategy_before_fork(struct thread *T) { biased_before_fork(T); }
static inline void strategy_after_fork(struct thread *T) { biased_after_fork(T); }
static inline void strategy_after_fork_in_child(struct thread *T) { biased_after_fork_in_child(T); }
static inline void strategy_settle(struct thread *T) { biased_settle(T); }

#endif
