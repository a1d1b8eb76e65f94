/*
 * For strategies in which a reference that leaves a slot is like any other: what was replaced is released as if it had been
 * taken out to be kept; and a leaf is like any object.
 *
 * The strategy defines strategy_init and strategy_release before it includes this, and the other operations that it declares afterwards.
 */
#ifndef RUNTIMES_RC_PLAIN_SLOT_H
#define RUNTIMES_RC_PLAIN_SLOT_H

#include "runtimes/rc/types.h"

static inline rc_ref strategy_xchg(struct thread *T, struct rc_header *host, rc_slot *slot,
                                   rc_ref ref);
static inline rc_ref strategy_xchg_locked(struct thread *T, struct rc_header *host, rc_slot *slot,
                                          rc_ref ref);

static inline void strategy_init_leaf(struct thread *T, struct rc_header *o)
{
    strategy_init(T, o);
}

static inline rc_former strategy_replace(struct thread *T, struct rc_header *host, rc_slot *slot,
                                         rc_ref ref)
{
    return (rc_former){strategy_xchg(T, host, slot, ref).p};
}

static inline rc_former strategy_replace_locked(struct thread *T, struct rc_header *host,
                                                rc_slot *slot, rc_ref ref)
{
    return (rc_former){strategy_xchg_locked(T, host, slot, ref).p};
}

static inline void strategy_end(struct thread *T, rc_former former)
{
    strategy_release(T, (rc_ref){former.p});
}

#endif
