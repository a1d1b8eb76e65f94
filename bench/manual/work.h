/*
 * A workload whose memory is managed by hand: the same work as the one of bench/workloads with that name, on the same objects
 * one to one, written as C is written.
 *
 * What is the same: the sizes, the order in which things are made and end, every node, entry, packet and number that is an
 * object there is a block here, and the checksum.  What is not there: counts, types, safepoints, a collector.  None, true and
 * false, which are nobody's objects, are NULL and bool.  Each block has one owner, who frees it.
 *
 * Ordering: `right` is only added to, and read when all have done their work, which the end of the team's job orders.  The first
 * wrong result is written by the one thread that raised `wrong` from 0.
 */
#ifndef MANUAL_WORK_H
#define MANUAL_WORK_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct work_run {
    unsigned threads;
    void *input;         /* what setup needs to keep; freed by teardown */
    uint64_t operations; /* set by setup */
    _Atomic bool out_of_memory;
    _Atomic uint64_t right; /* results */
    _Atomic uint64_t wrong;
    char problem[256]; /* why setup failed, or what is wrong */
};

struct work {
    const char *name;
    const char *summary;
    const char *tags;
    const char *suites;
    const char *source;
    size_t bytes; /* memory it needs at most, about */

    /* As those of bench/workload.h. */
    bool (*setup)(struct work_run *run);
    uint64_t (*work)(struct work_run *run, unsigned index);
    void (*teardown)(struct work_run *run);
};

static inline void work_out_of_memory(struct work_run *run)
{
    store_relaxed(&run->out_of_memory, true);
}

static inline bool work_failed(struct work_run *run) { return load_relaxed(&run->out_of_memory); }

static inline void work_right(struct work_run *run, uint64_t results)
{
    fetch_add_relaxed(&run->right, results);
}

/* One result that is not what it should be. */
void work_wrong(struct work_run *run, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* At the end: that as many results came out right as there should be. */
void work_close(struct work_run *run, uint64_t results);

#endif
