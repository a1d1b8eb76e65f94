/*
 * Injection: a case is run with one of its allocations failing.
 *
 * `--fail-allocation=N` lets the n-th allocation from the start of the runtime on fail, once: a block of any heap, a list of
 * the collector, the record of a thread.  The case asks again (sure.h) and goes on, so all that it expects of counts, deaths
 * and collections, and that nothing is left at the end, holds of a runtime that was refused memory once, anywhere.
 *
 * The collector asks for nothing again: it abandons its collection and keeps the garbage for a later one.  A case that counts
 * on that very collection cannot go on: it is out of memory, and says so.  When the runtime stops the case is over: that
 * nothing is left, and what was to be finalized is, holds whatever was abandoned.
 */
#ifndef TESTS_CONFORMANCE_INJECTION_H
#define TESTS_CONFORMANCE_INJECTION_H

#include <stdbool.h>

/* From `--fail-allocation=N`; false if that is no number from 1 on. */
bool injection_parse(const char *number);

/* Before the runtime starts: counts from here on, if it was asked for. */
void injection_begin(void);

/* Whether it was asked for, and whether the allocation has failed. */
bool injection_is_on(void);
bool injection_has_come(void);

/* Whether a collection was abandoned because of it, which is why something else is not as expected. */
bool injection_excuses(void);

/* Before the runtime stops. */
void injection_excuse_nothing(void);

/* After the runtime has stopped: the exit status of a case that did all it should. */
int injection_end(const char *name);

#endif
