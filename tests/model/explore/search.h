/*
 * The search: a tree of decisions, gone through depth first.
 *
 * A node is a step: which threads can take it, which one does, and which of the stores that it may read it does read.  The
 * nodes on the way to the current step are kept; a schedule is run again along them, and goes on with first choices: the
 * thread that took the last step, the newest store.  Then the deepest node that has another choice takes it.
 *
 * Sleep sets (only without a bound on preemptions, for with one the schedule that is left out may be the only one within it):
 * a thread whose step has been tried at a node sleeps in what follows from the other choices there, until a step is taken that
 * does not commute with its own.
 *
 * Invariant: thread is in enabled, neither in tried nor in asleep; choice < choices, if these are known
 */
#ifndef TESTS_MODEL_EXPLORE_SEARCH_H
#define TESTS_MODEL_EXPLORE_SEARCH_H

#include "tests/model/explore/explore.h"

/* The state before a step: bit i stands for thread i. */
struct search_state {
    unsigned enabled;
    unsigned running;                 /* who took the last step, or COROUTINE_MAIN */
    const struct op *ops[COROUTINES]; /* what each would do */
};

enum { SEARCH_REDUNDANT = COROUTINE_MAIN };

/* Who makes the decisions of a schedule. */
struct chooser {
    void (*begin)(void); /* a schedule begins */
    unsigned (*thread)(
        const struct search_state *state); /* who takes the next step; SEARCH_REDUNDANT
                                                             if the rest needs not be seen */
    unsigned (*choice)(unsigned choices);  /* which of so many this step takes */
};

extern const struct chooser search_chooser;

/* Once per program. */
void search_init(void);

/* A new search. */
void search_begin(struct bound bound);

/* The next decisions are these, whatever the bound; before the first schedule. */
void search_force(unsigned thread, unsigned choice);

/* Decides otherwise for the next schedule.  False if there is nothing left. */
bool search_advance(void);

#endif
