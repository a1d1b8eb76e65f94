/*
 * Waiting: how much memory waits for a grace period, and when to ask for one.
 *
 * With late readers, an empty pool and a freed large block that held an object must keep its header zero until no
 * reader can look at it any more (alloc/base/grace.h).  Each holder of such memory (alloc/arena.h, alloc/large.h) keeps it in
 * order of its tickets; here is only the sum, so that looking whether anything waits is one load, and the budget: if more
 * than that waits, a grace period is asked for.
 *
 * The sum is relaxed: it decides when to look, never what may be reused.
 */
#ifndef ALLOC_WAITING_H
#define ALLOC_WAITING_H

#include "alloc/base/atomics.h"
#include "alloc/base/fault.h"
#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WAITING_BUDGET = 512 * 1024 };

extern bool waiting_readers; /* set before the first allocation */
extern _Atomic size_t waiting_bytes;

/* Whether freed memory of that kind must wait at all. */
static inline bool waiting_is_needed(enum block_kind kind)
{
    if (FAULT(reuse_early))
        return false;
    return waiting_readers && kind != BLOCK_DATA;
}

static inline bool waiting_is_empty(void) { return load_relaxed(&waiting_bytes) == 0; }

/* `bytes` more wait.  True if that is over the budget: ask for the grace period once no lock is held. */
static inline bool waiting_add(size_t bytes)
{
    return fetch_add_relaxed(&waiting_bytes, bytes) + bytes > WAITING_BUDGET;
}

/* `bytes` wait no more. */
static inline void waiting_subtract(size_t bytes) { fetch_sub_relaxed(&waiting_bytes, bytes); }

#endif
