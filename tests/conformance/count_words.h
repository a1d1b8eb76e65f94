/*
 * The words of counts: what the cases of count_cases at the end of a count need, and the contract has no verb for.
 *
 * So many references as end a count take more memory than there is, so an object is helped to them by the words of its strategy.
 * A strategy whose references are one word, `count`, says from where on that is immortal: RC_COUNT_SATURATED.  One that does
 * not, and is not named here, is not held to those cases.
 *
 *   COUNT_WORDS               whether the strategy is known
 *   count_words_set(o, n)     o has so many references that `n` more are one more than its count can tell
 *   count_words_saturated(o)  whether it lives for ever
 *   count_words_one(T, o)     o has one reference, T's, again
 *   count_words_none(o)       o has none, though the caller has one
 */
#ifndef TESTS_CONFORMANCE_COUNT_WORDS_H
#define TESTS_CONFORMANCE_COUNT_WORDS_H

#include "runtimes/rc/rc.h"

#if defined(PLAIN_SATURATED)

enum { COUNT_WORDS = 1 };

static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->count, PLAIN_SATURATED - n);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return load_relaxed(&o->count) >= PLAIN_SATURATED;
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->count, 0); }

#elif defined(ATOMIC_SATURATED)

enum { COUNT_WORDS = 1 };

static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->count, ATOMIC_SATURATED - n);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return load_relaxed(&o->count) >= ATOMIC_SATURATED;
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->count, 0); }

#elif defined(BIASED_SATURATED)

enum { COUNT_WORDS = 1 };

/* Nobody's object; the shared word steps by BIASED_ONE. */
static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->owned, 0);
    store_relaxed(&o->shared, ((uint32_t)BIASED_SATURATED - n * BIASED_ONE) | BIASED_MERGED);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return biased_is_immortal(load_relaxed(&o->shared));
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    store_relaxed(&o->shared, 0);
    strategy_init(T, o);
}

static inline void count_words_none(struct rc_header *o)
{
    store_relaxed(&o->owned, 0);
    store_relaxed(&o->shared, BIASED_MERGED);
}

#elif defined(REFCACHE_SATURATED)

enum { COUNT_WORDS = 1 };

static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->word, ((uint64_t)REFCACHE_SATURATED - n) * REFCACHE_ONE | REFCACHE_LIVE);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return refcache_is_immortal(load_relaxed(&o->word));
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    strategy_before_pause(T); /* what its cache holds is gone */
    strategy_init(T, o);
}

static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->word, REFCACHE_LIVE); }

#elif defined(DEFERRED_SATURATED)

enum { COUNT_WORDS = 1 };

static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->count, DEFERRED_SATURATED - n * DEFERRED_ONE);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return deferred_is_immortal(load_relaxed(&o->count));
}

static inline void count_words_one(struct thread *T, struct rc_header *o) { strategy_init(T, o); }
static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->count, 0); }

#elif defined(RC_COUNT_SATURATED)

enum { COUNT_WORDS = 1 };

static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->count, RC_COUNT_SATURATED - n);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return load_relaxed(&o->count) >= RC_COUNT_SATURATED;
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->count, 0); }

#elif defined(HAZARD_SATURATED)

enum { COUNT_WORDS = 1 };

/* It steps by HAZARD_ONE; what has so many references is in slots. */
static inline void count_words_set(struct rc_header *o, uint32_t n)
{
    store_relaxed(&o->word, (HAZARD_SATURATED - n * HAZARD_ONE) | HAZARD_MARKED);
}

static inline bool count_words_saturated(const struct rc_header *o)
{
    return load_relaxed(&o->word) >= HAZARD_SATURATED;
}

static inline void count_words_one(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->word, HAZARD_ONE);
}

static inline void count_words_none(struct rc_header *o) { store_relaxed(&o->word, HAZARD_MARKED); }

#else

enum { COUNT_WORDS = 0 };

static inline void count_words_set(struct rc_header *o, uint32_t n) { (void)o, (void)n; }
static inline bool count_words_saturated(const struct rc_header *o) { return o == NULL; }
static inline void count_words_one(struct thread *T, struct rc_header *o) { (void)T, (void)o; }
static inline void count_words_none(struct rc_header *o) { (void)o; }

#endif

#endif
