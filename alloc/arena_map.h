/*
 * The arena map: which addresses are in arenas.  One bit for each MiB of the address space, so that any pointer can be asked
 * about without touching what it points to.
 *
 * Idea: addresses that a program gets from Linux have 47 bits, or 48; so the map is a fixed array that is mostly never
 * touched, and asking is a shift, a load and a test of a bit.
 *
 * Ordering: relaxed.  A bit is set before the arena's first block is handed out and cleared after its last one has come back,
 * so whoever has a block sees it.  Of other addresses the answer is what was true a moment ago.
 */
#ifndef ALLOC_ARENA_MAP_H
#define ALLOC_ARENA_MAP_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stdint.h>

enum { ARENA_SHIFT = 20, ARENA_BYTES = 1 << ARENA_SHIFT };

enum { ADDRESS_BITS = 48, ARENA_MAP_WORDS = 1 << (ADDRESS_BITS - ARENA_SHIFT - 6) };

extern _Atomic uint64_t arena_map[ARENA_MAP_WORDS];

/* Whether the address lies in a mapped arena.  Any address, any thread. */
static inline bool arena_is_mapped(const void *address)
{
    const uintptr_t number = (uintptr_t)address >> ARENA_SHIFT;
    if (__builtin_expect(number >= UINT64_C(64) * ARENA_MAP_WORDS, 0))
        return false;
    return (load_relaxed(&arena_map[number / 64]) >> (number % 64) & 1) != 0;
}

/* For the arena table. */
void arena_map_set(const void *arena);
void arena_map_clear(const void *arena);

#endif
