/*
 * The report: which steps a schedule has taken, and what went wrong at its end.
 *
 * A failure prints the schedule as a table, then as a string that `--replay` takes: for each run of steps the letter of the
 * thread and their number if it is not one; ~n says that the last of them read the n-th store before the newest.
 */
#ifndef TESTS_MODEL_EXPLORE_REPORT_H
#define TESTS_MODEL_EXPLORE_REPORT_H

#include "tests/model/explore/op.h"
#include "tests/model/explore/visible.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { REPORT_STEPS = 20000 }; /* a schedule that is longer does not end */

/* Once per program; with the names of a model's threads; and at the beginning of each schedule. */
void report_init(void);
void report_threads(const char *const *names);
void report_begin(void);

/* From now on in this schedule, the table calls these bytes so. */
void report_name(const void *object, size_t size, const char *name);

/* One more step. */
void report_step(unsigned thread, const struct op *op, struct visible_outcome outcome,
                 unsigned choice);

/* Prints the steps. */
void report_table(FILE *file);

/* How many steps there are, and the string that tells the schedule. */
unsigned report_steps(void);
const char *report_schedule(void);

/* Reports go to `file` from now on, and when there has been one, `then` is told of it, which ends the program: at first stdout, and
 * exit code 1. */
void report_to(FILE *file, void (*then)(const char *message));

/* Says what is wrong, and how it came to it, and ends the program. */
_Noreturn void report_failure(const char *format, ...) __attribute__((format(printf, 1, 2), cold));

/* What two threads do to an address, or one to memory that it must not touch. */
_Noreturn void report_race(const void *address, unsigned before, const void *before_place,
                           const void *now_place);

_Noreturn void report_unmapped(const void *address, const char *access, const void *place);

/* A system call that must not fail, did; ends the program with exit code 2. */
void report_unless(bool success, const char *call);

#endif
