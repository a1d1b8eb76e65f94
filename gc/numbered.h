/* Inside of gc/: the unreachable, found by number. */
#ifndef GC_NUMBERED_H
#define GC_NUMBERED_H

#include "gc/unreachable.h"

/* What unreachable_find does for all generations; false if it cannot: then no container has changed,
 * but for those that moved up or are no longer TENTATIVE or tracked. */
bool numbered_find(struct thread *T, bool weighs, struct unreachable *found);

#endif
