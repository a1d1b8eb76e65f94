/*
 * What a profile tells of each type: a list of those seen so far, by name, the first of which stands for all that came when the
 * list was full.  Used by tally_profile.c alone, one thread at a time.
 */
#ifndef RUNTIMES_RC_TALLY_TYPES_H
#define RUNTIMES_RC_TALLY_TYPES_H

#include "runtimes/rc/profile.h"

#include <stddef.h>

/* The number of the type of that name; names live as long as the program. */
unsigned tally_type_number(const char *name);

struct profile_type *tally_type(unsigned number);

/* A stretch begins: all are known, and nothing has been seen of them. */
void tally_types_forget(void);

/* Copies all of them to where rc_profile_types finds them; returns the copies, by number. */
struct profile_type *tally_types_tell(void);

#endif
