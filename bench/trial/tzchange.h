/*
 * A change of clocks as an object: what a line of the time zone database (tzdata.h) tells of one subject.
 *
 *   Change(first, last, day, state)        from that day of each of these years on, clocks are in this state
 *
 * A day of any year is one number, so that it is one object.
 */
#ifndef BENCH_TRIAL_TZCHANGE_H
#define BENCH_TRIAL_TZCHANGE_H

#include "bench/trial/tzdata.h"
#include "runtimes/thread.h"

enum { TZCHANGE_FIRST, TZCHANGE_LAST, TZCHANGE_DAY, TZCHANGE_STATE, TZCHANGE_FIELDS };

/* Null if there is no memory. */
rc_ref tzchange_new(struct thread *T, const struct tzdata_change *change);

/* The day of a change, which is borrowed. */
struct tzdata_day tzchange_day(struct thread *T, rc_loc change);

#endif
