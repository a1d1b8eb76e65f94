/*
 * Guard: what debug builds do to every block, so that a wrong program stops at its mistake.
 *
 *   fill     0xCB in a block just handed out, 0xDB in a free one; sparing the words that mean something (block_kept).
 *            A free block whose fill has changed was written to after it was freed.
 *   poison   the filled part of a free block, for the address sanitizer
 *   live     one bit for each block in use: a free of anything else is a double free or no block at all, exactly
 *   clear    header and collector's word are zero on both ways
 *   match    kind, link and class of a free are those of the pool
 *
 * Called only if REFBENCH_DEBUG; any thread may guard_free, so the bits are atomic, relaxed: each is its block's, and
 * whoever has the block is the only one to change it.
 */
#ifndef ALLOC_GUARD_H
#define ALLOC_GUARD_H

#include "alloc/block.h"

struct pool;

/* A block of a pool is about to be handed to a caller, or comes back from one. */
void guard_alloc(enum block_kind kind, size_t link, size_t size, void *block);
void guard_free(enum block_kind kind, size_t link, size_t size, void *block);

/* A block of a pool is carved; and the pool is to become an unused slot. */
void guard_carve(const struct pool *pool, void *block);
void guard_release(const struct pool *pool);

/* The same for a large block of `size` bytes. */
void guard_alloc_large(enum block_kind kind, size_t link, size_t size, void *block);
void guard_free_large(enum block_kind kind, size_t link, size_t size, void *block);

#endif
