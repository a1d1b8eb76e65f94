/* Counts the contract's operations, looks at the life of every object too, or leaves no trace, as the build says with RC_TALLY
 * (1, 2 or 0). */
#ifndef RUNTIMES_RC_TALLY_H
#define RUNTIMES_RC_TALLY_H
#if RC_TALLY == 2
#include "runtimes/rc/tally_profile.h"
#elif RC_TALLY
#include "runtimes/rc/tally_count.h"
#else
#include "runtimes/rc/tally_none.h"
#endif
#endif
