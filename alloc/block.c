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

/* Whether whole words are zero.  Relaxed: a late reader may be looking at them. */
static bool is_zero(const void *start, size_t length)
{
    const _Atomic uint64_t *words = start;
    for (size_t i = 0; i < length / sizeof *words; i++)
        if (load_relaxed(&words[i]) != 0)
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
