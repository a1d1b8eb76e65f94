/*
 * Sorting a list of tuples by their first items, as a program of the runtime would: every comparison and every move goes
 * through the operations of objects.
 *
 * Texts are compared bytewise.  Tuples whose first items are equal keep their order; what is no text is equal to
 * everything.
 */
#ifndef BENCH_TRIAL_SORT_H
#define BENCH_TRIAL_SORT_H

#include "runtimes/thread.h"

/* The sorted list, which may be `tuples`, an argument: the callee's.  Null if there is no memory. */
rc_ref sort_tuples(struct thread *T, rc_loc tuples);

#endif
