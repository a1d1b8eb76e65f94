/*
 * Large blocks: over 512 bytes, from the system allocator, each behind a prefix.
 *
 * Blocks in use are linked into registries: containers, which the walk finds, and the others, which alloc/end.h does.  Any thread may free any block, so registry and
 * counts are in a few shards, each with a lock; a block's shard follows from its address.
 *
 * With late readers a freed OBJECT or CONTAINER waits in its shard until its grace period is over: linked through
 * the prefix, so that its header stays zero.
 *
 * Invariant, of a shard: containers = the CONTAINER blocks in use;  others = those in use of other kinds
 *                        live[kind] = blocks of that kind in use, bytes = their sum
 * Lock: shard.lock guards the shard and the links of its blocks; alloc/base/grace.h's nests inside.
 */
#ifndef ALLOC_LARGE_H
#define ALLOC_LARGE_H

#include "alloc/base/lock.h"
#include "alloc/block.h"
#include "alloc/zone.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { LARGE_SHARDS = 8 };

struct heap;

/* What lies before the block. */
struct large {
    struct large *next; /* in its shard's list */
    struct large **link;
    const struct heap *owner;
    uint64_t ticket; /* if it waits: for this grace period */
    size_t size;
    enum block_kind kind;
    uint32_t number; /* of a CONTAINER, for the time of a collection (alloc/number.h) */
};

struct large_shard {
    _Alignas(64) struct lock lock;
    struct large *containers;
    struct large *others;
    struct large *waiting; /* in order of their tickets */
    struct large **waiting_end;
    size_t live[BLOCK_KINDS];
    size_t bytes;
};

extern struct large_shard large_shards[LARGE_SHARDS];

static inline void *large_block(const struct large *large)
{
    return (void *)((uintptr_t)large + sizeof(struct large));
}

static inline struct large *large_of(void *block) { return (struct large *)block - 1; }

/* What a block of `size` takes. */
static inline size_t large_bytes(size_t size)
{
    return sizeof(struct large) + block_round(zone_pad(size));
}

void *large_alloc(const struct heap *heap, enum block_kind kind, size_t link, size_t size);

/* Returns whether the block was another heap's. */
bool large_free(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                void *block);

/* Frees those whose grace period is over. */
void large_reclaim(void);

/* Gives all of them back, in use or not.  Nobody uses a heap meanwhile. */
void large_end_all(void);

/* The invariant above.  The lock must be held, or no heap in use. */
bool large_shard_is_valid(const struct large_shard *shard);

#endif
