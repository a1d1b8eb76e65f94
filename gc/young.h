/* Inside of gc/: the finder for small sets. */
#ifndef GC_YOUNG_H
#define GC_YOUNG_H

#include "gc/unreachable.h"

#include <stdbool.h>

enum { YOUNG_MOST = 16384 }; /* more containers than that are no small set */

/* Does as unreachable_find for a generation that is not the oldest, if its containers are few; false if they are not: then
 * nothing has been done.  World stopped and counts exact. */
bool young_find(struct thread *T, unsigned generation, bool weighs, struct unreachable *found);

#endif
