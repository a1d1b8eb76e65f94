/*
 * What a profile tells of each site: a type of objects, and the calls by which they are made (tally_calls.h).  Types are what
 * their sites come to.  When the table is nearly full, a type has one site more, without calls; the first site stands for all
 * that came when it was quite full.  Used by tally_profile.c alone, one thread at a time.
 */
#ifndef RUNTIMES_RC_TALLY_SITES_H
#define RUNTIMES_RC_TALLY_SITES_H

#include "runtimes/rc/profile.h"

#include <stddef.h>

/* The number of the site at which the type of that name is made by those calls; names live as long as the program. */
unsigned tally_site_number(const char *name, const uintptr_t calls[PROFILE_CALLS]);

struct profile_type *tally_site(unsigned number);

/* A stretch begins: all are known, and nothing has been seen of them. */
void tally_sites_forget(void);

/* Copies all of them to where rc_profile_sites finds them; returns the copies, by number. */
struct profile_site *tally_sites_tell(void);

/* Adds up what was told, for rc_profile_types. */
void tally_types_sum(void);

#endif
