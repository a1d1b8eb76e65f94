/*
 * How far an object is: in which of three caches its line would be.  Of a usual processor (32 KiB, 1 MiB, 32 MiB, lines of 64
 * bytes, 8 ways, 16 in the last), which sees the count operations only, in the order of one thread at a time.
 *
 * Idea: each set is a row of lines, the last used first; what is found moves to the front, and what is not pushes the last one
 * out.  A line that was in no near cache is looked for in the next, and is then in both.
 * Source: R. L. Mattson, J. Gecsei, D. R. Slutz, I. L. Traiger, "Evaluation techniques for storage hierarchies", IBM Systems
 * Journal 9(2), 1970.
 *
 * Used by tally_profile.c alone, one thread at a time.
 */
#ifndef RUNTIMES_RC_TALLY_CACHE_H
#define RUNTIMES_RC_TALLY_CACHE_H

#include "runtimes/rc/profile.h"

/* The nearest that has the line of that address, which is the last used of it and of those before it afterwards. */
enum profile_level tally_cache_touch(const void *address);

#endif
