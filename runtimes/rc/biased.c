/* Slots of objects that the reader does not own, and the end of a thread: the other half of biased.h. */
#include RC_STRATEGY_HEADER

struct lock biased_hostless = LOCK_INIT;

/* One more reference to the object in a slot whose host is locked, and a mark that lets the next reader do without. */
static void increment_and_mark(struct rc_header *o)
{
    uint32_t shared = load_relaxed(&o->shared);
    uint32_t next;
    do {
        if (biased_is_immortal(shared))
            return;
        next = shared + BIASED_ONE;
        if ((shared & BIASED_STATE) == BIASED_PLAIN)
            next |= BIASED_MARKED;
    } while (!cas_weak_release(&o->shared, &shared, next)); /* (B4) */
}

/* For an object that this thread does not own, or whose owned count is full. */
rc_loc biased_load_marking(struct thread *T, struct rc_header *o)
{
    if (load_relaxed(&o->owned) >> 32 == biased_self(T)->tag >> 32)
        eager_increment(T, o);
    else
        increment_and_mark(o);
    return (rc_loc){(uintptr_t)o};
}

rc_loc biased_load_under_lock(struct thread *T, struct rc_header *host, rc_slot *slot)
{
    lock_acquire(biased_slot_lock(host));
    rc_loc loc = strategy_load_locked(T, host, slot);
    lock_release(biased_slot_lock(host));
    return loc;
}

/* The slot names the object of *loc, which is another's. */
bool biased_try_load_foreign(struct thread *T, rc_slot *slot, rc_loc *loc)
{
    struct rc_header *o = strategy_get(*loc);
    if (!biased_try_increment(o))
        return false;
    if (likely(load_acquire(&slot->p) == o || FAULT(skip_recheck))) /* (B1) */
        return true;
    biased_decrement_shared(T, o);
    return false;
}

/* Queued objects are merged until none is left at the moment the queue closes. */
void strategy_detach(struct thread *T)
{
    if (FAULT(close_unlooked))
        biased_drain(T);
    while (!biased_close(T))
        biased_drain(T);
}

bool strategy_on_safepoint(struct thread *T)
{
    biased_drain(T);
    return false;
}
