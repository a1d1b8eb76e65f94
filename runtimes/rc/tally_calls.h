/*
 * Where an object is made: the innermost calls that lead there, as addresses in the program's file.
 *
 * Idea: a program that looks keeps frame pointers (PROFILE, cmake/runtime.cmake), so each frame holds the address of its caller's
 * and the address that it returns to, on x86-64 and on AArch64 alike.  What was compiled without, such as a library that calls
 * back, leaves anything in that register: a frame that is not above the one before, within the stack, ends the walk.
 * Used by tally_profile.c alone.
 */
#ifndef RUNTIMES_RC_TALLY_CALLS_H
#define RUNTIMES_RC_TALLY_CALLS_H

#include "runtimes/rc/profile.h"

/* Of whoever calls it: the calls that lead to its caller, the innermost first; 0 where there are no more. */
void tally_calls(uintptr_t calls[PROFILE_CALLS]);

#endif
