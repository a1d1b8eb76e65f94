/*
 * Counts: a dict that says of each of its keys how often it was met.
 *
 *   counts[key] = counts.get(key, 0) + more
 *
 * Every change makes a new number, whose predecessor dies.  Several threads may not change one key at a time: what the one adds
 * between another's look and its change is lost.
 */
#ifndef BENCH_TRIAL_COUNTS_H
#define BENCH_TRIAL_COUNTS_H

#include "bench/trial/cell.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/int.h"

/* Both are arguments.  False if there is no memory. */
static inline bool counts_add(struct thread *T, rc_loc counts, rc_loc key, int64_t more)
{
    RC_FRAME(T, f, 3);
    enum { COUNTS, KEY, COUNT };
    f[COUNTS] = counts;
    f[KEY] = key;
    thread_safepoint(T);
    f[COUNT] = dict_get(T, f[COUNTS], f[KEY]);
    int64_t before = loc_is_null(f[COUNT]) ? 0 : int_value(obj_get(f[COUNT]));
    rc_ref after = int_new(T, before + more);
    bool ok = !ref_is_null(after) && dict_set(T, f[COUNTS], f[KEY], after);
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

/* Adds all of others to counts; both are arguments.  False if there is no memory. */
bool counts_merge(struct thread *T, rc_loc counts, rc_loc others);

/* The sum of all counts, an argument, whose keys are texts; a checksum of these and how often each is there, the same for every
 * order, is added to *checksum. */
uint64_t counts_sum(struct thread *T, rc_loc counts, uint64_t *checksum);

#endif
