/*
 * Records as objects, from a line of text that says one to a dict of totals.
 *
 *   line       "key-00042;12345,67890"
 *   Record     (number, key, values)      what a line says, and the number it was given
 *   Result     (key, total)               the sum of a record's values, weighed by its number
 *   totals     totals[key] = the sum of the totals of all results with that key
 *
 * What line l says depends on l and the form of the lines alone, so what all totals come to can be computed without an object.
 */
#ifndef BENCH_TRIAL_RECORD_H
#define BENCH_TRIAL_RECORD_H

#include "runtimes/thread.h"

enum { RECORD_VALUES_MAX = 64 };

/* What lines are like. */
struct record_form {
    uint32_t values; /* in each, at most RECORD_VALUES_MAX */
    uint32_t keys;   /* in all, at most 100000 */
};

/* The text of a line; null if there is no memory. */
rc_ref record_line(struct thread *T, const struct record_form *form, uint64_t line);

/* The record that a line, an argument, says; null if there is no memory. */
rc_ref record_parse(struct thread *T, rc_loc line, uint64_t number);

/* The result of a record, an argument; null if there is no memory. */
rc_ref record_result(struct thread *T, rc_loc record);

/* Adds a result, an argument, to the dict of totals, which is borrowed and may be null: then, and without memory, false. */
bool record_add(struct thread *T, rc_loc totals, rc_loc result);

/* The sum of totals, which are borrowed, each weighed by its key. */
uint64_t record_sum(struct thread *T, rc_loc totals);

/* What a record of a line adds to that sum. */
uint64_t record_expected(const struct record_form *form, uint64_t line, uint64_t number);

#endif
