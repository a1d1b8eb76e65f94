/* For programs that look at no object's life: what only a profile wants to know leaves no trace. */
#ifndef RUNTIMES_RC_TALLY_UNPROFILED_H
#define RUNTIMES_RC_TALLY_UNPROFILED_H

#include "runtimes/rc/profile.h"
#include "runtimes/rc/types.h"

static inline void rc_tally_immortal(const struct rc_header *object) { (void)object; }
static inline void rc_tally_own(const struct thread *T, const struct rc_header *object)
{
    (void)T, (void)object;
}
static inline void rc_tally_move(const struct thread *T, const struct rc_header *object)
{
    (void)T, (void)object;
}
static inline void rc_tally_type(const struct rc_header *object, const char *type)
{
    (void)object, (void)type;
}
static inline void rc_tally_made(const struct rc_header *object, enum profile_block block,
                                 size_t bytes)
{
    (void)object, (void)block, (void)bytes;
}
static inline void rc_tally_table(size_t bytes) { (void)bytes; }
static inline void rc_tally_write(const struct rc_header *host) { (void)host; }
static inline void rc_tally_lock(void) {}
static inline void rc_tally_end(const struct rc_header *object) { (void)object; }

/* How long a thread may run while others wait, where one runs at a time: as in CPython. */
enum { RC_TALLY_TURN_NS = 5000000 };

enum { RC_PROFILES = 0 };

static inline void rc_profile_begin(void) {}
static inline bool rc_profile_read(struct rc_profile *profile)
{
    *profile = (struct rc_profile){0};
    return false;
}
static inline const struct profile_type *rc_profile_types(size_t *count)
{
    *count = 0;
    return NULL;
}

#endif
