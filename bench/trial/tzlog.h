/*
 * The log of what clocks did: all changes that the time zone database tells of, by their subjects.
 *
 *   log[subject] = [Change(...), ...]      in the order in which they were added
 *
 * A log is a dict.  Its keys are texts, "R EU" of a set of rules and "Z Europe/London" of a zone, made anew whenever one is needed,
 * as by a program that reads lines.  Several threads may add to one log: who comes first to a subject makes its list.
 */
#ifndef BENCH_TRIAL_TZLOG_H
#define BENCH_TRIAL_TZLOG_H

#include "bench/trial/tzdata.h"
#include "runtimes/thread.h"

/* The key of a subject; null if there is no memory. */
rc_ref tzlog_key(struct thread *T, char kind, struct span name);

/* Adds what a line tells to a log, an argument.  False if there is no memory. */
bool tzlog_add(struct thread *T, rc_loc log, const struct tzdata_change *change);

#endif
