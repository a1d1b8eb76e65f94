/*
 * JSON values as objects: whether two are the same.
 */
#ifndef BENCH_TRIAL_JSON_VALUE_H
#define BENCH_TRIAL_JSON_VALUE_H

#include "runtimes/thread.h"

/* The same kinds and the same values, all the way down; the order of a dict's keys does not matter.  Both are borrowed, and
 * no deeper than JSON_DEPTH_MAX. */
bool json_value_equals(struct thread *T, rc_loc a, rc_loc b);

#endif
