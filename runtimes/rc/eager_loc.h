/*
 * Stack references that are counted: such a reference is counted like any other, so it can be moved, owned and ended without
 * asking where it lives, and a frame is nothing.
 *
 * The strategy defines `eager_increment` and `eager_decrement` before it includes this.
 */
#ifndef RUNTIMES_RC_EAGER_LOC_H
#define RUNTIMES_RC_EAGER_LOC_H

#include "runtimes/rc/frame_eager.h"
#include "runtimes/rc/types.h"

typedef struct {
    struct rc_header *p;
} rc_cslot;

static inline rc_loc eager_loc(struct thread *T, struct rc_header *o)
{
    if (o != NULL)
        eager_increment(T, o);
    return (rc_loc){(uintptr_t)o};
}

static inline struct rc_header *strategy_get(rc_loc loc) { return (struct rc_header *)loc.w; }

static inline rc_loc strategy_dup(struct thread *T, rc_loc loc)
{
    return eager_loc(T, strategy_get(loc));
}

static inline void strategy_release(struct thread *T, rc_ref ref)
{
    if (ref.p != NULL)
        eager_decrement(T, ref.p);
}

static inline void strategy_drop(struct thread *T, rc_loc loc)
{
    strategy_release(T, (rc_ref){strategy_get(loc)});
}

static inline rc_ref strategy_own(struct thread *T, rc_loc loc)
{
    (void)T;
    return (rc_ref){strategy_get(loc)};
}

static inline rc_loc strategy_move(struct thread *T, rc_ref ref)
{
    (void)T;
    return (rc_loc){(uintptr_t)ref.p};
}

static inline void strategy_init_cslot(struct thread *T, rc_cslot *slot, rc_ref ref)
{
    (void)T;
    slot->p = ref.p;
}

static inline rc_loc strategy_cload(struct thread *T, struct rc_header *host, rc_cslot *slot)
{
    (void)host;
    return eager_loc(T, slot->p);
}

static inline struct rc_header *strategy_cpeek(const rc_cslot *slot) { return slot->p; }

static inline rc_ref strategy_ctake(struct thread *T, rc_cslot *slot)
{
    (void)T;
    rc_ref old = {slot->p};
    slot->p = NULL;
    return old;
}

static inline void strategy_each_uncounted_root(struct thread *T,
                                                void (*visit)(struct rc_header *, void *),
                                                void *context)
{
    (void)T, (void)visit, (void)context;
}

#endif
