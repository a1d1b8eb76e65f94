/* Inside of gc/: when a collection is due, of which generation, and what it does to the counts. */
#ifndef GC_POLICY_H
#define GC_POLICY_H

#include "gc/gc.h"

enum { POLICY_NOTHING_DUE = -1 };

/* The generation that is due, by the counts and what `gc`'s thread has kept to itself. */
int policy_due(const struct gc_thread *gc);

/* A collection is over but for the clearing.  World stopped. */
struct policy_outcome {
    size_t visited;
    size_t survivors;
    size_t unreachable;
};
void policy_collected(unsigned generation, struct policy_outcome outcome);

#endif
