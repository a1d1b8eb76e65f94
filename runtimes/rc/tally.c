/* Where the counting program (RC_TALLY) keeps its totals. */
#include "runtimes/rc/tally.h"

#if RC_TALLY == 1
#include "alloc/base/atomics.h"

_Thread_local struct rc_tally rc_tally_here;

static _Atomic uint64_t allocations;
static _Atomic uint64_t increments;
static _Atomic uint64_t decrements;

void rc_tally_flush(void)
{
    fetch_add_relaxed(&allocations, rc_tally_here.allocations);
    fetch_add_relaxed(&increments, rc_tally_here.increments);
    fetch_add_relaxed(&decrements, rc_tally_here.decrements);
    rc_tally_here = (struct rc_tally){0};
}

bool rc_tally_total(struct rc_tally *total)
{
    *total = (struct rc_tally){load_relaxed(&allocations), load_relaxed(&increments),
                               load_relaxed(&decrements)};
    return true;
}
#else
typedef int tally_none; /* ISO C wants a declaration in every file */
#endif
