/*
 * For strategies in which references are all alike: one in a slot is like any other (plain_slot.h), that of a dead object
 * too.
 */
#ifndef RUNTIMES_RC_PLAIN_UNIT_H
#define RUNTIMES_RC_PLAIN_UNIT_H

#include "runtimes/rc/plain_slot.h"

static inline void strategy_end_held(struct thread *T, rc_ref ref) { strategy_release(T, ref); }

#endif
