/* Inside of gc/: adding up what collections found. */
#ifndef GC_STATISTICS_H
#define GC_STATISTICS_H

#include "gc/gc.h"

/* Once per program: all zeros. */
void statistics_start(void);

/* One collection more; `outcome.collections` is not looked at. */
void statistics_add(unsigned generation, const struct gc_statistics *outcome);

#endif
