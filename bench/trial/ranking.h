/*
 * Rankings: counts (counts.h) as a list, the most frequent first, those of one count by their texts.
 *
 *   ranking = [(rank, text, count), ...]
 *
 * Idea: a list of tuples is sorted by their first items, which are texts (sort.h).  So a rank is one: how much the count lacks to
 * RANKING_MAX in so many digits, and the text behind it.
 * Invariant: no count is above RANKING_MAX.
 */
#ifndef BENCH_TRIAL_RANKING_H
#define BENCH_TRIAL_RANKING_H

#include "runtimes/thread.h"

#define RANKING_MAX UINT64_C(999999999999)

/* Of all counts, an argument, whose keys are texts; null if there is no memory. */
rc_ref ranking_new(struct thread *T, rc_loc counts);

/* Whether item `i` of a ranking, an argument, is there, and has this text and count. */
bool ranking_has(struct thread *T, rc_loc ranking, size_t i, const char *text, uint64_t count);

#endif
