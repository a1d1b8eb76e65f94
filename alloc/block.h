/*
 * Blocks: what an object lives in, and the arithmetic on their sizes.
 *
 * A block's class is its size in units of 16 bytes, 1..32.  A free block holds one word of the allocator's: the link to
 * the next free one, `link` bytes in.
 */
#ifndef ALLOC_BLOCK_H
#define ALLOC_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum block_kind { BLOCK_DATA, BLOCK_OBJECT, BLOCK_CONTAINER, BLOCK_KINDS };

enum {
    BLOCK_UNIT = 16,
    BLOCK_CLASSES = 32,
    BLOCK_MAX = BLOCK_UNIT * BLOCK_CLASSES, /* 512 */
};

static inline size_t block_round(size_t size)
{
    return (size + BLOCK_UNIT - 1) & ~(size_t)(BLOCK_UNIT - 1);
}

/* The class of a size in 1..BLOCK_MAX. */
static inline unsigned block_class(size_t size)
{
    return (unsigned)(block_round(size) / BLOCK_UNIT);
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
