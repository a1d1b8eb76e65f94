/* Setting and clearing the bits of arenas. */
#include "alloc/arena_map.h"

#include "alloc/base/check.h"

_Atomic uint64_t arena_map[ARENA_MAP_WORDS];

static uintptr_t number_of(const void *arena) { return (uintptr_t)arena >> ARENA_SHIFT; }

static uint64_t bit_of(const void *arena) { return UINT64_C(1) << number_of(arena) % 64; }

void arena_map_set(const void *arena)
{
    CHECK(number_of(arena) / 64 < ARENA_MAP_WORDS, "an arena at %p, beyond %d bits", arena,
          ADDRESS_BITS);
    fetch_or_relaxed(&arena_map[number_of(arena) / 64], bit_of(arena));
}

void arena_map_clear(const void *arena)
{
    fetch_and_relaxed(&arena_map[number_of(arena) / 64], ~bit_of(arena));
}
