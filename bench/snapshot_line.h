/*
 * One snapshot of the allocator: counted while the world is stopped, written as a line when it is not.
 */
#ifndef BENCH_SNAPSHOT_LINE_H
#define BENCH_SNAPSHOT_LINE_H

#include "alloc/census.h"
#include "gc/gc.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum snapshot_reason { SNAPSHOT_TIME, SNAPSHOT_END, SNAPSHOT_SIGNAL };

struct snapshot_line {
    enum snapshot_reason reason;
    unsigned number;
    char trial[128]; /* empty: none */
    unsigned trial_number;
    unsigned threads;
    uint64_t at_ns;
    uint64_t stopped_ns;
    struct census census;
    size_t resident_bytes; /* of the arenas */
    size_t rss_bytes;      /* of the process */
    uint64_t collections[GC_GENERATIONS];
    struct census_pool *pools;
    size_t length;
    size_t capacity;
};

/* The heaps of a program, numbered from 1 in the order in which they are first seen. */
enum { SNAPSHOT_HEAPS = 1024 };
struct snapshot_heaps {
    const struct heap *heaps[SNAPSHOT_HEAPS];
    unsigned length;
};

/* Counts; no heap may be in use.  False if there is no memory for the list of pools. */
bool snapshot_line_count(struct snapshot_line *line);

/* Whether it could be written. */
bool snapshot_line_write(FILE *file, struct snapshot_heaps *heaps,
                         const struct snapshot_line *line);

void snapshot_line_fini(struct snapshot_line *line);

#endif
