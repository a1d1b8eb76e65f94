/*
 * The closure of a package (package.h): the set of all that it needs, directly or not, which it keeps.
 *
 *   package.closure = {package, ...}
 *
 * Idea: a stack of packages that are to become members.  Who is popped becomes one, unless it is already, and what it needs and is
 * none yet is pushed.
 * Invariant: the needs of every member are members, or on the stack.
 */
#ifndef BENCH_TRIAL_CLOSURE_H
#define BENCH_TRIAL_CLOSURE_H

#include "runtimes/thread.h"

/* Makes the closure of a package, an argument whose needs are packages.  False if there is no memory; else of the closure, *sum is
 * the same for every order of its members and *length is how many there are. */
bool closure_make(struct thread *T, rc_loc package, uint64_t *sum, uint64_t *length);

/* Whether the closure of a package, an argument, has the package, and with each member what that needs. */
bool closure_is_closed(struct thread *T, rc_loc package);

#endif
