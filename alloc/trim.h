/*
 * Trim: gives the memory of pages inside live pools back to the system.
 *
 * Idea: a page on which no block is used holds nothing but free blocks.  These are taken off the pool's list, the page is
 * discarded, and the pool remembers it.  Such a block is *absent*: it is neither free nor used, and reads as zeros, so that
 * a late reader still finds a count of zero.  Before the heap takes the pool's list again, absent blocks are carved anew.
 *
 * One page with a free block is always kept, so that a pool with absent blocks has a list, and with it its place among
 * the ready ones.
 *
 * Thread-safety: the owner's to call, or anybody's while it cannot run.
 */
#ifndef ALLOC_TRIM_H
#define ALLOC_TRIM_H

#include "alloc/pool.h"

/* Discards what pages it can.  Returns how many bytes that gave back. */
size_t trim_pool(struct pool *pool);

/* Absent blocks are on the list again. */
void trim_undo(struct pool *pool);

/* How many bytes of free blocks still have memory; 0 if pages are too large to trim. */
size_t trim_free_bytes(const struct pool *pool);

/* Whether the block of that number, below the carve mark, is absent; and how many are. */
bool trim_is_absent(const struct pool *pool, unsigned number);
unsigned trim_absent(const struct pool *pool);

#endif
