/*
 * Items: blocks that threads hand one another, filled so that whoever gives one back sees whether anybody else wrote to it.
 *
 * An item is one word, so that it can be exchanged atomically and even a block of a single byte is one: the block's address,
 * its size, and its way, which says how it was allocated and how it must be given back.
 *
 *   DATA, OBJECT, CONTAINER   heap_alloc and heap_free, of that kind
 *   GENERAL                   general_alloc and general_free
 *   TABLE                     heap_alloc, of kind DATA; retired instead of freed (alloc/retire.h), if there are late readers
 *
 * Contents: the first word follows from address and seed, so that a late reader of an object, who knows no more, can tell it;
 * all others follow from the size too.  Two bits of a container's collector word are marks of the inventory.
 */
#ifndef TESTS_EXCHANGE_ITEM_H
#define TESTS_EXCHANGE_ITEM_H

#include "alloc/base/check.h"
#include "alloc/general.h"
#include "bench/trial/mix.h"

#include <string.h>

enum item_way { WAY_DATA, WAY_OBJECT, WAY_CONTAINER, WAY_GENERAL, WAY_TABLE, WAYS };

enum {
    WORD = 8,
    LINK = 8, /* of objects: header, type word, a container's collector word */
    COLLECTOR = 16,
    SIZE_SHIFT = 48,
    WAY_SHIFT = 59,
    LARGEST = 2000,
};

_Static_assert(LARGEST < 1 << (WAY_SHIFT - SIZE_SHIFT), "a size fits between address and way");

/* In a container's collector word. */
enum { MARK_SEEN = 1, MARK_OLD = 2, MARKS = MARK_SEEN | MARK_OLD };

static const char *const way_names[WAYS] = {"data", "object", "container", "general", "table"};
static const enum block_kind way_kinds[WAYS] = {BLOCK_DATA, BLOCK_OBJECT, BLOCK_CONTAINER,
                                                BLOCK_DATA, BLOCK_DATA};
static const size_t way_smallest[WAYS] = {1, 2 * WORD, 3 * WORD, 1, 2 * WORD};

struct item {
    char *block; /* NULL: there is none */
    size_t size;
    enum item_way way;
};

static inline uint64_t item_pack(struct item p)
{
    return (uintptr_t)p.block | (uint64_t)p.size << SIZE_SHIFT | (uint64_t)p.way << WAY_SHIFT;
}

static inline struct item item_unpack(uint64_t word)
{
    return (struct item){
        .block = (char *)(uintptr_t)(word & ((UINT64_C(1) << SIZE_SHIFT) - 1)),
        .size = word >> SIZE_SHIFT & ((1 << (WAY_SHIFT - SIZE_SHIFT)) - 1),
        .way = (enum item_way)(word >> WAY_SHIFT),
    };
}

static inline bool item_is_object(struct item p) { return way_kinds[p.way] != BLOCK_DATA; }
static inline size_t item_link(struct item p) { return item_is_object(p) ? LINK : 0; }

/* --- contents ------------------------------------------------------------------------------------------------------ */

/* Never zero. */
static inline uint64_t item_header(const void *block, uint64_t seed)
{
    return mix64((uintptr_t)block ^ seed) | 1;
}

/* The word `at` bytes into the block. */
static inline uint64_t item_word(struct item p, uint64_t header, size_t at)
{
    if (at == 0)
        return header;
    uint64_t word = header + ((uint64_t)p.size << SIZE_SHIFT) + at * UINT64_C(0x9e3779b97f4a7c15);
    bool is_collector = at == COLLECTOR && p.way == WAY_CONTAINER;
    return is_collector ? (word & ~(uint64_t)MARKS) | (MARKS + 1) : word;
}

static inline uint64_t *collector_word(void *container)
{
    return (uint64_t *)(void *)((char *)container + COLLECTOR);
}

/* An object's header, which late readers look at. */
static inline _Atomic uint64_t *object_header(void *object) { return object; }

/* Bytes of the word that are in the block. */
static inline size_t item_step(struct item p, size_t at)
{
    return p.size - at < WORD ? p.size - at : WORD;
}

static inline void item_fill(struct item p, uint64_t seed)
{
    uint64_t header = item_header(p.block, seed);
    if (item_is_object(p))
        store_relaxed(object_header(p.block), header);
    for (size_t at = item_is_object(p) ? WORD : 0; at < p.size; at += WORD) {
        uint64_t word = item_word(p, header, at);
        memcpy(p.block + at, &word, item_step(p, at));
    }
}

static inline void item_check_word(struct item p, uint64_t expected, size_t at)
{
    uint64_t found = expected; /* what lies beyond the end is right */
    memcpy(&found, p.block + at, item_step(p, at));
    if (at == COLLECTOR && p.way == WAY_CONTAINER)
        found &= ~(uint64_t)MARKS;
    CHECK(found == expected, "a %s block of %zu bytes in use at %p changed at +%zu",
          way_names[p.way], p.size, (void *)p.block, at);
}

static inline void item_check(struct item p, uint64_t seed)
{
    uint64_t header = item_header(p.block, seed);
    for (size_t at = 0; at < p.size; at += WORD)
        item_check_word(p, item_word(p, header, at), at);
}

/* --- life ---------------------------------------------------------------------------------------------------------- */

static inline char *item_new_block(enum item_way way, size_t size)
{
    struct heap *heap = general_heap();
    CHECK(heap != NULL, "no memory for a heap");
    char *block = way == WAY_GENERAL ? general_alloc(size)
                                     : heap_alloc(heap, way_kinds[way],
                                                  way_kinds[way] == BLOCK_DATA ? 0 : LINK, size);
    CHECK(block != NULL, "no memory for a %s block of %zu bytes", way_names[way], size);
    return block;
}

/* What the allocator promises of a block. */
static inline void item_check_new(struct item p)
{
    if (p.way == WAY_GENERAL) {
        CHECK((uintptr_t)p.block % 16 == 0, "%p is not aligned", (void *)p.block);
        CHECK(general_usable(p.block) >= p.size, "%zu bytes of %zu at %p may be used",
              general_usable(p.block), p.size, (void *)p.block);
    }
    CHECK(block_is_clear(way_kinds[p.way], item_link(p), p.block),
          "a new %s block of %zu bytes at %p is not clear", way_names[p.way], p.size,
          (void *)p.block);
}

static inline uint64_t item_make(enum item_way way, size_t size, uint64_t seed)
{
    size_t smallest = way_smallest[way];
    struct item p = {.size = size < smallest ? smallest : size, .way = way};
    p.block = item_new_block(way, p.size);
    item_check_new(p);
    item_fill(p, seed);
    return item_pack(p);
}

static inline void item_end(uint64_t word, uint64_t seed)
{
    if (word == 0)
        return;
    struct item p = item_unpack(word);
    item_check(p, seed);
    if (p.way == WAY_GENERAL) {
        general_free(p.block);
        return;
    }
    if (p.way == WAY_TABLE) {
        retire(general_heap(), (struct retired *)(void *)p.block, p.size);
        return;
    }
    if (item_is_object(p))
        store_relaxed(object_header(p.block), 0);
    if (p.way == WAY_CONTAINER)
        *collector_word(p.block) = 0;
    heap_free(general_heap(), way_kinds[p.way], item_link(p), p.size, p.block);
}

#endif
