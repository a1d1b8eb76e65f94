/* Inside of gc/: which containers of a set are reachable from within it only. */
#ifndef GC_UNREACHABLE_H
#define GC_UNREACHABLE_H

#include "gc/gc.h"

struct unreachable {
    struct gc_head *first; /* linked through their payloads; held, and no longer tracked */
    size_t count;
    size_t survivors;
};

/* Finds the unreachable containers of generations <= oldest; all others of these move up one
 * generation.  Cannot fail.  World stopped and counts exact. */
struct unreachable unreachable_find(struct thread *T, unsigned oldest);

#endif
