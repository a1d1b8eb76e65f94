/*
 * Budgets in bytes, and what is compared with them.
 *
 * Survivors of a collection are promoted into the generation above the collected ones.  Those of a
 * full collection stay in the oldest generation: they are not promoted, but are what lives.
 *
 * Ordering: all relaxed; written while the world is stopped, and budgets at any time.
 * Source: collecting the old when it has grown by a part of what lives is as old as the semispace
 * collectors of the seventies; A. Appel, "Simple Generational Garbage Collection and Fast
 * Allocation", 1989, uses it between generations.
 */
#include "gc/bytes.h"

#include "alloc/base/check.h"
#include "gc/allowance.h"

enum {
    OLDEST = GC_GENERATIONS - 1,
    LIVE_PART = 4, /* the adaptive budget lets the old grow by this part of what lives */
};

static struct {
    _Atomic uint64_t budget[GC_GENERATIONS];
    _Atomic uint64_t promoted[GC_GENERATIONS]; /* [0] stays 0 */
    _Atomic uint64_t live;                     /* survived the last full collection */
} bytes;

void bytes_reset(void)
{
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        store_relaxed(&bytes.promoted[i], 0);
    store_relaxed(&bytes.live, 0);
}

void bytes_start(void)
{
    static const uint64_t budgets[GC_GENERATIONS] = {256 << 10, 512 << 10, 10 << 20};
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        store_relaxed(&bytes.budget[i], budgets[i]);
    bytes_reset();
}

int64_t bytes_promoted(unsigned generation)
{
    return (int64_t)load_relaxed(&bytes.promoted[generation]);
}

int64_t bytes_limit(unsigned generation, bool adaptive)
{
    uint64_t budget = load_relaxed(&bytes.budget[generation]);
    uint64_t part = load_relaxed(&bytes.live) / LIVE_PART;
    return (int64_t)(adaptive && generation == OLDEST && part > budget ? part : budget);
}

void bytes_collected(unsigned generation, uint64_t survivors_bytes)
{
    for (unsigned i = 0; i <= generation; i++)
        store_relaxed(&bytes.promoted[i], 0);
    if (generation < OLDEST)
        fetch_add_relaxed(&bytes.promoted[generation + 1], survivors_bytes);
    else
        store_relaxed(&bytes.live, survivors_bytes);
}

void gc_set_budget(unsigned generation, uint64_t budget)
{
    ASSERT(generation < GC_GENERATIONS);
    store_relaxed(&bytes.budget[generation], budget < GC_BUDGET_MAX ? budget : GC_BUDGET_MAX);
    allowance_void();
}

uint64_t gc_budget(unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    return load_relaxed(&bytes.budget[generation]);
}
