/* Inside of gc/: when a collection is due, of which generation, and what it does to the counts. */
#ifndef GC_POLICY_H
#define GC_POLICY_H

#include "gc/gc.h"

enum { POLICY_YOUNG = 0, POLICY_OLDEST = GC_GENERATIONS - 1, POLICY_NOTHING_DUE = -1 };

#define POLICY_NO_LIMIT INT64_MAX

/* Generation 0 is over when its count reaches this; POLICY_NO_LIMIT while no collection can come. */
int64_t policy_young_limit(void);

/* What an allocation weighs. */
struct gc_weight policy_weight(enum gc_policy chosen);

/* Whether the bytes of survivors matter. */
bool policy_counts_bytes(void);

/* The generation that is due, by the counts and what `gc`'s thread has kept to itself. */
int policy_due(const struct gc_thread *gc);

/* A collection is over but for the garbage.  World stopped. */
void policy_collected(unsigned generation, size_t survivors, uint64_t survivors_bytes);

/* All counts begin at 0.  World stopped. */
void policy_reset(void);

#endif
