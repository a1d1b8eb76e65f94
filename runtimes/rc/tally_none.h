/* No operation counting: what every measured program uses. */
#ifndef RUNTIMES_RC_TALLY_NONE_H
#define RUNTIMES_RC_TALLY_NONE_H

#include "runtimes/rc/tally_unprofiled.h"
#include "runtimes/rc/types.h"

static inline void rc_tally_new(struct thread *T, const struct rc_header *object)
{
    (void)T, (void)object;
}
static inline void rc_tally_inc(struct thread *T, const struct rc_header *object,
                                enum profile_place place)
{
    (void)T, (void)object, (void)place;
}
static inline void rc_tally_dec(struct thread *T, const struct rc_header *object,
                                enum profile_place place)
{
    (void)T, (void)object, (void)place;
}

/* Whether this program counts, and what it counted in all threads that have exited or called rc_tally_flush. */
struct rc_tally {
    uint64_t allocations;
    uint64_t increments;
    uint64_t decrements;
};
static inline void rc_tally_flush(void) {}
static inline bool rc_tally_total(struct rc_tally *total)
{
    *total = (struct rc_tally){0};
    return false;
}

#endif
