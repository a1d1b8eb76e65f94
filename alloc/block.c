/* The words of a free block that must be zero. */
#include "alloc/block.h"

#include "alloc/base/atomics.h"

#include <string.h>

void block_clear(enum block_kind kind, size_t link, void *block)
{
    if (kind == BLOCK_DATA)
        return;
    memset(block, 0, link);
    if (kind == BLOCK_CONTAINER)
        memset((char *)block + link + sizeof(void *), 0, sizeof(uint64_t));
}

/* Bytewise and relaxed: a late reader may be looking at it. */
static bool is_zero(const char *word, size_t length)
{
    const _Atomic char *bytes = (const _Atomic char *)word;
    for (size_t i = 0; i < length; i++)
        if (load_relaxed(&bytes[i]) != 0)
            return false;
    return true;
}

bool block_is_clear(enum block_kind kind, size_t link, const void *block)
{
    const char *bytes = block;
    return kind == BLOCK_DATA ||
           (is_zero(bytes, link) &&
            (kind != BLOCK_CONTAINER || is_zero(bytes + link + sizeof(void *), sizeof(uint64_t))));
}
