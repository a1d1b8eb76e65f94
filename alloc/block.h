/*
 * Blocks: what an object lives in, and the arithmetic on their sizes.
 *
 * A block's class is its size in units of 16 bytes, 1..32, or 0 for 24 bytes, which is what a float and a small int take where a
 * header has 8.  A free block holds one word of the allocator's: the link to the next free one, `link` bytes in.
 */
#ifndef ALLOC_BLOCK_H
#define ALLOC_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum block_kind { BLOCK_DATA, BLOCK_OBJECT, BLOCK_CONTAINER, BLOCK_KINDS };

enum {
    BLOCK_ALIGN = 8, /* of every block; 16 if its size is a multiple of 16 */
    BLOCK_UNIT = 16,
    BLOCK_ODD = 24,                       /* the size of class 0 */
    BLOCK_MAX = 512,                      /* the greatest size that is asked of a pool */
    BLOCK_ZONE = REFBENCH_DEBUG ? 32 : 0, /* what a block has behind that size (alloc/zone.h) */
    BLOCK_CLASSES = (BLOCK_MAX + BLOCK_ZONE) / BLOCK_UNIT + 1, /* 0..32 without zones */
};

/* Whether class 0 is the smallest that holds it. */
static inline bool block_is_odd(size_t size)
{
    return size - BLOCK_UNIT - 1 < BLOCK_ODD - BLOCK_UNIT;
}

/* The size of the block that holds `size` bytes, of whatever size. */
static inline size_t block_round(size_t size)
{
    return block_is_odd(size) ? BLOCK_ODD : (size + BLOCK_UNIT - 1) & ~(size_t)(BLOCK_UNIT - 1);
}

/* The class of a size in 1..BLOCK_MAX. */
static inline unsigned block_class(size_t size)
{
    return block_is_odd(size) ? 0 : (unsigned)((size + BLOCK_UNIT - 1) / BLOCK_UNIT);
}

/* The size of the blocks of a class. */
static inline size_t block_bytes(unsigned size_class)
{
    return size_class == 0 ? BLOCK_ODD : (size_t)size_class * BLOCK_UNIT;
}

static inline void *block_next(const void *block, size_t link)
{
    return *(void *const *)(const void *)((const char *)block + link);
}

static inline void block_set_next(void *block, size_t link, void *next)
{
    *(void **)(void *)((char *)block + link) = next;
}

/* How much of a free block has a meaning, from its beginning: the header, the link, and a container's collector word. */
static inline size_t block_kept(enum block_kind kind, size_t link)
{
    return link + sizeof(void *) + (kind == BLOCK_CONTAINER ? sizeof(uint64_t) : 0);
}

/* Zeroes what must be zero in a free block: the header and a container's collector word.  Nothing in a DATA block. */
void block_clear(enum block_kind kind, size_t link, void *block);

/* Whether it is. */
bool block_is_clear(enum block_kind kind, size_t link, const void *block);

#endif
