/*
 * Races: two accesses to the same bytes, at least one a write and at least one not atomic, neither of which happens before the
 * other.  C11 gives such a program no meaning, so the explorer says so, whatever the schedule's outcome.
 *
 * Since it does, plain accesses need not be steps of a schedule: where they do not race, their order among the steps of
 * other threads makes no difference.
 *
 * Source: FastTrack (Flanagan and Freund, PLDI 2009), with a few accesses for each eight bytes instead of one.
 */
#ifndef TESTS_MODEL_EXPLORE_RACES_H
#define TESTS_MODEL_EXPLORE_RACES_H

#include <stdbool.h>
#include <stddef.h>

enum access { ACCESS_READ = 0, ACCESS_WRITE = 1, ACCESS_ATOMIC = 2 }; /* added up */

/* Once per program; and at the beginning of each schedule. */
void races_init(void);
void races_begin(void);

/* The thread accesses `size` bytes, at that place in the code: fails if that races with an access before. */
void races_check(unsigned thread, const void *address, size_t size, unsigned access,
                 const void *place);

/* The thread makes something else of the memory: fails if that races with any access to it before. */
void races_check_all(unsigned thread, const void *address, size_t size, const void *place);

#endif
