/*
 * Looking at every object's life, for a program of its own (refbench-profile) that is never timed: who made it, when, how large
 * it is, who touches it, when it ends.
 *
 * Idea: a table beside the heap, by address, so that no object gets larger by being looked at.  The program is of a strategy in
 * which one thread runs at a time (RC_SERIAL), and that orders all access to the table.
 */
#ifndef RUNTIMES_RC_TALLY_PROFILE_H
#define RUNTIMES_RC_TALLY_PROFILE_H

#include "runtimes/rc/profile.h"
#include "runtimes/rc/types.h"

struct rc_tally {
    uint64_t allocations;
    uint64_t increments;
    uint64_t decrements;
};

void rc_tally_new(const struct thread *T, const struct rc_header *object);
void rc_tally_inc(const struct thread *T, const struct rc_header *object, enum profile_place place);
void rc_tally_dec(const struct thread *T, const struct rc_header *object, enum profile_place place);

/* The object is not counted any more; was taken from the stack to be stored; came to the stack as an owned reference; is of that
 * type, whose name lives as long as the program; has been made in a block of so many bytes; has a slot written that it had before;
 * gives its memory back.  Null objects are ignored. */
void rc_tally_immortal(const struct rc_header *object);
void rc_tally_own(const struct thread *T, const struct rc_header *object);
void rc_tally_move(const struct thread *T, const struct rc_header *object);
void rc_tally_type(const struct rc_header *object, const char *type);
void rc_tally_made(const struct rc_header *object, enum profile_block block, size_t bytes);
void rc_tally_write(const struct rc_header *host);
void rc_tally_end(const struct rc_header *object);

/* The lock of a container is taken. */
void rc_tally_lock(void);

/* A table of so many bytes has been made, for whichever container. */
void rc_tally_table(size_t bytes);

/* Operations are not told by thread here. */
static inline void rc_tally_flush(void) {}
static inline bool rc_tally_total(struct rc_tally *total)
{
    *total = (struct rc_tally){0};
    return false;
}

/* How long a thread may run while others wait: as short as a clock can make it, so that threads come to an object by turns as
 * they do when they run together. */
enum { RC_TALLY_TURN_NS = 20000 };

/* A stretch begins, and what has been seen since; true, since this program looks. */
enum { RC_PROFILES = 1 };

void rc_profile_begin(void);
bool rc_profile_read(struct rc_profile *profile);

/* The types of what was seen, and the sites, as they were when it was read last. */
const struct profile_type *rc_profile_types(size_t *count);
const struct profile_site *rc_profile_sites(size_t *count);

#endif
