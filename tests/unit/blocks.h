/*
 * What the tests of the allocator share: blocks laid out as the runtime lays out objects.
 *
 *   header at 0, type word at 8 (the link of a free block), a container's collector word at 16
 */
#ifndef TESTS_UNIT_BLOCKS_H
#define TESTS_UNIT_BLOCKS_H

#include "alloc/census.h"
#include "alloc/heap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { LINK = 8, COLLECTOR = 16, SMALLEST = 24 };

/* For tests of how many blocks fit into a pool, and of which of them comes next: debug builds do as others do.  Before the
 * first allocation. */
static inline void use_plain_blocks(void)
{
    zone_switch(false);
    quarantine_set_budget(0);
}

static inline size_t link_of(enum block_kind kind) { return kind == BLOCK_DATA ? 0 : LINK; }

static inline void *take_block(struct heap *heap, enum block_kind kind, size_t size)
{
    return heap_alloc(heap, kind, link_of(kind), size);
}

/* Gives a block back in the state that it must be in. */
static inline void give_block(struct heap *heap, enum block_kind kind, size_t size, void *block)
{
    block_clear(kind, link_of(kind), block);
    heap_free(heap, kind, link_of(kind), size, block);
}

static inline void set_collector_word(void *block, uint64_t word)
{
    memcpy((char *)block + COLLECTOR, &word, sizeof word);
}

static inline uint64_t word_at(const void *block, size_t offset)
{
    uint64_t word;
    memcpy(&word, (const char *)block + offset, sizeof word);
    return word;
}

struct way_back {
    const struct pool *pool;
    size_t blocks;
};

static inline void count_way_back(const void *block, void *way_back)
{
    struct way_back *found = way_back;
    found->blocks += arena_pool(block) == found->pool;
}

/* How many blocks of the owned pool others have given back, on whatever part of their way. */
static inline size_t remote_blocks(const struct pool *pool)
{
    struct way_back found = {.pool = pool};
    parcel_each_received(pool_owner(pool), count_way_back, &found);
    parcel_each_held(count_way_back, &found);
    return found.blocks;
}

static inline size_t live_blocks(void)
{
    struct heap_census census = heap_census();
    return census.live[BLOCK_DATA] + census.live[BLOCK_OBJECT] + census.live[BLOCK_CONTAINER];
}

/* The end of every test: no block, no pool, no arena. */
static inline void assert_nothing_left(void)
{
    struct heap_census census = heap_census();
    assert_int_equal(live_blocks(), 0);
    assert_int_equal(census.live_bytes, 0);
    assert_int_equal(census.large, 0);
    assert_int_equal(census.waiting, 0);
    assert_int_equal(census.pools, 0);
    assert_int_equal(census.arenas, 0);
    assert_int_equal(census.arena_bytes, 0);
}

/* A generator of test data: Marsaglia's xorshift64. */
static inline uint64_t next_random(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

#endif
