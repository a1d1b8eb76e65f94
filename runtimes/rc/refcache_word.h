/*
 * The word of an object under refcache.h, which says what it means: touched << 32 | count << 3 | state.
 */
#ifndef RUNTIMES_RC_REFCACHE_WORD_H
#define RUNTIMES_RC_REFCACHE_WORD_H

#include "alloc/base/check.h"
#include "runtimes/rc/types.h"

enum { REFCACHE_LIVE = 1, REFCACHE_REVIEW = 2, REFCACHE_NAMED = 4, REFCACHE_ONE = 8 };
#define REFCACHE_SATURATED (INT32_C(1) << 26)
#define REFCACHE_IMMORTAL                                                                          \
    ((uint64_t)REFCACHE_SATURATED * 2 * REFCACHE_ONE | REFCACHE_LIVE) /* far from either end */

static inline int32_t refcache_count(uint64_t word)
{
    return (int32_t)(uint32_t)word >> 3; /* arithmetic, in every compiler that this is built with */
}

/* Whether the object was touched in `period` or later.  `begun` is the last period that has begun as the caller knows, and another
 * may have: so a touch is of one of a few periods, or of one before.  A word has its number modulo 2^32, so one that is long
 * ago is taken for one of those few if it has their number; then the object is reviewed once more. */
static inline bool refcache_is_touched_since(uint64_t word, uint64_t period, uint64_t begun)
{
    return (uint32_t)((uint32_t)(word >> 32) - (uint32_t)period) <= begun + 1 - period;
}

/* A count that passes zero must not carry into what is above it. */
static inline uint64_t refcache_with_one_more(uint64_t word)
{
    return (word & ~(uint64_t)UINT32_MAX) | (uint32_t)(word + REFCACHE_ONE);
}

static inline bool refcache_is_immortal(uint64_t word)
{
    return refcache_count(word) >= REFCACHE_SATURATED;
}

static inline uint64_t refcache_with_touch(uint64_t word, uint64_t begun)
{
    return refcache_is_touched_since(word, begun, begun) ? word : (uint32_t)word | begun << 32;
}

static inline uint64_t refcache_with_count(uint64_t word, int64_t count)
{
    if (count >= REFCACHE_SATURATED || count <= -REFCACHE_SATURATED)
        return REFCACHE_IMMORTAL;
    const uint64_t rest = word & ~(uint64_t)(UINT32_MAX - (REFCACHE_ONE - 1));
    return rest | (uint32_t)((int32_t)count * REFCACHE_ONE) | (count <= 0 ? REFCACHE_REVIEW : 0);
}

static inline bool refcache_begins_review(uint64_t word, uint64_t next)
{
    return (next & REFCACHE_REVIEW) > (word & REFCACHE_REVIEW);
}

static inline void refcache_expect_life(const struct rc_header *o, uint64_t word)
{
    if (REFBENCH_DEBUG && word == 0)
        rc_count_too_small(o);
}

#endif
