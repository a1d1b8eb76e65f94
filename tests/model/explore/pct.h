/*
 * Random schedules with priorities: PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010).
 *
 * Idea: most faults need few decisions, their *depth* d, to be right, wherever the others fall.  Each thread gets a random
 * priority, and always the highest that can go on takes the step; at d - 1 random steps whoever is about to take it
 * becomes the lowest.  With n threads and k steps one schedule finds a fault of depth d with a probability of at least
 * 1 / (n k^(d-1)), where tossing a coin at each step needs luck at all of them.
 *
 * d is random, 1 to PCT_DEPTH; k is the longest schedule so far.  Who yields becomes the lowest, and so does who has taken a
 * thousand steps in a row, or a loop that waits for another thread would never end.  In half of the schedules a few loads,
 * at random, return older values (visible.h).
 *
 * All of a schedule follows from its seed and from k, and so from how many there were before it: what repeats it alone
 * is its own string (report.h).
 */
#ifndef TESTS_MODEL_EXPLORE_PCT_H
#define TESTS_MODEL_EXPLORE_PCT_H

#include "tests/model/explore/search.h"

enum { PCT_DEPTH = 6 };

extern const struct chooser pct_chooser;

/* Once per program; and before each schedule. */
void pct_init(void);
void pct_begin(uint64_t seed, unsigned threads);

#endif
