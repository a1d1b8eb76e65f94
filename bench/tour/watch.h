/*
 * Watching collections: which generation, after how many containers made, and how long the collecting thread could do
 * nothing else, from the callback at its start to the one at its stop.
 */
#ifndef BENCH_TOUR_WATCH_H
#define BENCH_TOUR_WATCH_H

#include "gc/gc.h"

enum { WATCH_COLLECTIONS = 1024 };

struct watch {
    const size_t *made; /* what the watched code has made, or NULL */
    size_t length;      /* more than WATCH_COLLECTIONS are counted, not kept */
    uint64_t start_ns;
    struct watch_entry {
        unsigned generation;
        size_t made;
        uint64_t ns;
    } entries[WATCH_COLLECTIONS];
};

/* From now on, and until it ends.  The watch stays where it is meanwhile. */
void watch_begin(struct watch *watch, const size_t *made);
void watch_end(struct watch *watch);

/* How many entries are kept; the longest and the median of them in nanoseconds, 0 of none. */
size_t watch_kept(const struct watch *watch);
uint64_t watch_longest_ns(const struct watch *watch);
uint64_t watch_median_ns(const struct watch *watch);

#endif
