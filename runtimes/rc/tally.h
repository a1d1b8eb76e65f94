/* Counts the contract's operations or leaves no trace, as the build says with RC_TALLY (0 or 1). */
#ifndef RUNTIMES_RC_TALLY_H
#define RUNTIMES_RC_TALLY_H
#if RC_TALLY
#include "runtimes/rc/tally_count.h"
#else
#include "runtimes/rc/tally_none.h"
#endif
#endif
