/*
 * Coroutines: the threads of a model, all of them in one thread of the system.
 *
 * Idea: an explorer decides after every step who does the next one, millions of times.  Between threads of the system each such
 * step would be a sleep and a wake, microseconds, and another order every time; a switch of contexts costs a hundredth of
 * that, needs no lock in the explorer, and what has run once runs again in the same way.  A coroutine whose schedule is given up
 * is simply never continued.
 *
 * What is thread-local must be the coroutine's: the program's thread-local block is exchanged at every switch.
 */
#ifndef TESTS_MODEL_EXPLORE_COROUTINE_H
#define TESTS_MODEL_EXPLORE_COROUTINE_H

#include <stdbool.h>

enum { COROUTINES = 4, COROUTINE_MAIN = COROUTINES }; /* main: who starts the others */

/* Once per program. */
void coroutines_init(void);

/* The coroutine will run `body`, which must not return, from its beginning, with thread-local data as a new thread has. */
void coroutine_prepare(unsigned coroutine, void (*body)(void));

/* Continues `to`; returns when somebody continues `from`, which is the caller. */
void coroutine_switch(unsigned from, unsigned to);

/* Whether the address lies in a coroutine's stack or is thread-local. */
bool coroutine_owns(const void *address);

#endif
