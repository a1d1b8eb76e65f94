/*
 * Guard: what debug builds do to every block, so that a wrong program stops at its mistake.
 *
 *   fill     0xCB in a block just handed out, 0xDB in a free one; sparing the words that mean something (block_kept).
 *            A free block whose fill has changed was written to after it was freed.
 *   zone     a red zone behind the asked size (alloc/zone.h), looked at when the block is freed
 *   poison   the filled part of a free block, and the zone of one in use, for the address sanitizer and memcheck
 *            (alloc/base/poison.h)
 *   live     one bit for each block in use: a free of anything else is a double free or no block at all, exactly; which
 *            of them, and what else the pointer points to, is told by alloc/misuse.h.  Large blocks: alloc/ledger.h
 *   clear    header and collector's word are zero on both ways
 *   match    kind, link and class of a free are those of the pool
 *
 * A freed block then goes into its heap's quarantine (alloc/quarantine.h).
 *
 * Called only if REFBENCH_DEBUG; any thread may guard_free, so the bits are atomic, relaxed: each is its block's, and
 * whoever has the block is the only one to change it.
 */
#ifndef ALLOC_GUARD_H
#define ALLOC_GUARD_H

#include "alloc/block.h"
#include "alloc/zone.h"

#include <stdbool.h>
#include <stddef.h>

struct heap;
struct pool;

/* A block of a pool is about to be handed to a caller of the heap, or comes back from one: then it is a block in use, and its
 * pool can be looked up. */
void guard_alloc(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                 void *block);
void guard_free(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                void *block);

/* A freed block enters quarantine, or leaves it. */
void guard_enter(const struct pool *pool, void *block);
void guard_leave(const struct pool *pool, void *block);

/* A block of a pool is carved; and the pool is to become an unused slot. */
void guard_carve(const struct pool *pool, void *block);
void guard_release(const struct pool *pool);

/* The same for a large block of `size` bytes; guard_alloc_large is false if there is no memory for its entry. */
bool guard_alloc_large(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                       void *block);
void guard_free_large(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                      void *block);

/* A large block in use goes with all others (alloc/end.h), whatever is in it. */
void guard_end_large(void *block);

/* Reports unless it is a large block in use that the heap is about to give back. */
void guard_find_large(const struct heap *heap, const void *block);

/* Whether a block of a pool is with a caller; and how many blocks of the pool are. */
bool guard_is_live(const void *block);
size_t guard_live(const struct pool *pool);

/* The size that was asked for a block in use.  Without zones, all that it has. */
size_t guard_asked(const void *block);

/* Looks at the zone of each block in use and at the fill of each free one.  No heap may be in use meanwhile. */
void guard_check_all(void);

#endif
