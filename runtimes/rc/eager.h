/*
 * What all eager strategies have in common: stack references are counted (eager_loc.h), at once and where all can see it.  So
 * nothing is to be done before a pause, and nobody can be reading what a dead object referred to.
 *
 * The strategy defines `eager_increment` and `eager_decrement` before it includes this.
 */
#ifndef RUNTIMES_RC_EAGER_H
#define RUNTIMES_RC_EAGER_H

#include "runtimes/rc/eager_loc.h"
#include "runtimes/rc/plain_unit.h"

static inline void strategy_before_pause(struct thread *T) { (void)T; }

#endif
