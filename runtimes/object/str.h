/*
 * Strings: immutable bytes with a cached hash.
 *
 * The hash is computed at most a few times (threads may race to cache the same value) and never 0
 * once cached.
 * Interned strings are one object per text and immortal; they are freed by str_stop.
 */
#ifndef RUNTIMES_OBJECT_STR_H
#define RUNTIMES_OBJECT_STR_H

#include "runtimes/object/object.h"

struct str_obj {
    struct obj obj;
    _Atomic uint64_t hash; /* 0: not yet computed */
    uint32_t length;       /* bytes, without the final NUL */
    char text[];           /* NUL-terminated */
};

extern const struct type str_type;

/* Longest text, in bytes. */
#define STR_MAX (UINT32_MAX - 63U)

static inline size_t str_bytes(size_t length)
{
    return offsetof(struct str_obj, text) + length + 1;
}

/* Copies `length` bytes, at most STR_MAX; null if there are more. */
rc_ref str_new(struct thread *T, const char *text, size_t length);

/* A new str whose `length` bytes the caller fills in through str_buffer before anyone else sees it.
 */
rc_ref str_new_uninitialised(struct thread *T, size_t length);
static inline char *str_buffer(rc_ref ref) { return ((struct str_obj *)obj_of(ref.p))->text; }

/* The one object of this text. */
rc_ref str_intern(struct thread *T, const char *text, size_t length);

/* a + b; both borrowed. */
rc_ref str_concat(struct thread *T, rc_loc a, rc_loc b);

static inline const char *str_text(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_STR));
    return ((const struct str_obj *)o)->text;
}

static inline size_t str_length(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_STR));
    return ((const struct str_obj *)o)->length;
}

uint64_t str_hash_slow(const struct str_obj *s);

/* Relaxed: whoever refers to the str already sees its text, and every thread computes the same
 * hash. */
static inline uint64_t str_hash(const struct obj *o)
{
    ASSERT(obj_is(o, OBJ_STR));
    const struct str_obj *s = (const struct str_obj *)o;
    uint64_t hash = load_relaxed(&s->hash);
    return likely(hash != 0) ? hash : str_hash_slow(s);
}

/* Once per program: before the first string; after the last thread but one is gone, frees the
 * interned ones. */
void str_start(void);
void str_stop(struct thread *T);

#endif
