/*
 * Retiring: tables that were replaced while late readers may still look at them.
 *
 * Idea: whoever replaces a table cannot free it at once, for a reader without a lock may just have found it.  So it is
 * *retired*: put on a list of the retiring thread's heap, through a link that lies in front of what readers look at, and
 * freed after a grace period (alloc/base/grace.h) that began later.  The list that is being filled is *sealed* with the ticket of
 * a period when enough has come together; one that was sealed is freed when that period is over.  The thread looks whether it
 * is when it retires more, at a safepoint that asked something of it, after a stop or a block, and in heap_flush.
 *
 * Nothing waits and nothing fails: the link is part of the block.  What a heap holds back is bounded by RETIRE_BUDGET
 * and what its thread retires in one grace period.
 *
 * Thread-safety: a list belongs to its heap (alloc/heap.h).
 * Invariant: bytes = the sum of the sizes on `open`;  ticket means something <=> sealed != NULL
 */
#ifndef ALLOC_RETIRE_H
#define ALLOC_RETIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct heap;

enum { RETIRE_BUDGET = 64 * 1024 };

/* In front of every table that may be retired. */
struct retired {
    uint64_t word; /* the next one's address | this one's size / BLOCK_ALIGN (0: large) << 48 */
};

struct retire_list {
    struct retired *open;
    struct retired *sealed;
    size_t bytes;
    uint64_t ticket;
};

/* Gives the DATA block of `size` bytes that begins with `block` back to the heap after a grace period. */
void retire(struct heap *heap, struct retired *block, size_t size);

/* Frees what is out of every reader's sight, and seals the rest. */
void retire_reclaim(struct heap *heap);

/* Whether it is worth calling that: something waits for its grace period. */
static inline bool retire_is_waiting(const struct retire_list *list)
{
    return list->sealed != NULL;
}

#endif
