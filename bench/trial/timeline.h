/*
 * The timeline of a subject of the time zone database: when its clocks came into which state.
 *
 *   timeline = [(moment, state), ...]      sorted; a moment is the date and the state as one text, "19800406 1/S"
 *
 * A change of many years (tzchange.h) is a moment in each of them.
 * Invariant: the moments of a timeline ascend bytewise, so those of one day are in the order of their states.
 */
#ifndef BENCH_TRIAL_TIMELINE_H
#define BENCH_TRIAL_TIMELINE_H

#include "runtimes/thread.h"

/* What an item has. */
enum { TIMELINE_MOMENT, TIMELINE_STATE, TIMELINE_ITEM };

/* Of a list of changes, an argument; null if there is no memory. */
rc_ref timeline_new(struct thread *T, rc_loc changes);

#endif
