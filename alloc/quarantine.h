/*
 * Quarantine: debug builds keep freed blocks out of use for a while.
 *
 * Idea: a block that is handed out again at once hides two mistakes: the new contents cover a late write, and a second
 * free takes the block away from its next user.  So what a heap's thread frees goes through a ring, first in, first out,
 * and becomes free when so many blocks or bytes have followed it.  In there a block is filled from its link on (a
 * free list's links would be no pattern), and the fill is looked at when it leaves.
 *
 * To its pool a block in here is used; its live bit is clear, so the census does not count it.  It leaves when the heap is
 * flushed, and before the heap has a new arena mapped or says that there is no memory.
 *
 * Thread-safety: a ring belongs to its heap (alloc/heap.h).
 * Invariant: the `count` blocks from `first` on are used blocks without a live bit;  bytes = the sum of their sizes
 */
#ifndef ALLOC_QUARANTINE_H
#define ALLOC_QUARANTINE_H

#include <stdbool.h>
#include <stddef.h>

struct heap;
struct pool;

enum { QUARANTINE_BYTES = 64 * 1024, QUARANTINE_BLOCKS = REFBENCH_DEBUG ? 1024 : 1 };

struct quarantine {
    size_t bytes;
    unsigned first;
    unsigned count;
    void *blocks[QUARANTINE_BLOCKS];
};

/* How many bytes each heap may hold back from now on; 0: a freed block may be reused at once.  For tests of exact reuse;
 * at first QUARANTINE_BYTES. */
void quarantine_set_budget(size_t bytes);

/* Takes in a block that the heap's thread has freed. */
void quarantine_put(struct heap *heap, const struct pool *pool, void *block);

/* Lets all go.  Returns whether there were any. */
bool quarantine_flush(struct heap *heap);

static inline bool quarantine_is_empty(const struct quarantine *quarantine)
{
    return quarantine->count == 0;
}

/* The invariant above. */
bool quarantine_is_valid(const struct quarantine *quarantine);

#endif
