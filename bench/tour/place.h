/*
 * Where a block lies: its arena, its pool, its number there; and what the pools of an arena and the blocks of a pool are.
 */
#ifndef BENCH_TOUR_PLACE_H
#define BENCH_TOUR_PLACE_H

#include "bench/json.h"

#include <stdbool.h>

/* Whether the address lies in an arena of the allocator. */
bool place_is_in_arena(const void *address);

/* The number of a block in its pool. */
unsigned place_number(const void *block);

/* Writes {"arena", "pool", "block", "block_bytes", "blocks_begin"} of a block in an arena. */
void place_write(struct json *json, const char *key, const void *block);

/* The arena of a block, slot by slot: d o c the kind of a pool, . a slot that is free, H one that has the header and no
 * pool. */
void place_write_arena(struct json *json, const char *key, const void *block);

/* The pool of a container, block by block: # alive, - free, . never used. */
void place_write_pool(struct json *json, const char *key, const void *block);

#endif
