/*
 * Strings: immutable bytes with a cached hash.
 *
 * The hash is computed at most a few times (threads may race to cache the same value) and never 0
 * once cached.
 * An interned string is the only living one of its text that is (intern.h); like any other it dies with its last
 * reference.
 *
 * Bytes: an object header + 13 + length (size.h).
 */
#ifndef RUNTIMES_OBJECT_STR_H
#define RUNTIMES_OBJECT_STR_H

#include "runtimes/object/object.h"

struct str_obj {
    struct obj obj;
    _Atomic uint64_t hash; /* 0: not yet computed */
    uint32_t length : 31;  /* bytes, without the final NUL */
    uint32_t interned : 1; /* ends with intern_end; never changes once others see the str */
    char text[];           /* NUL-terminated */
};

extern const struct type str_type;

/* Longest text, in bytes. */
#define STR_LENGTH (UINT32_MAX >> 1)
#define STR_MAX (STR_LENGTH - 63U)

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

/* The interned object of this text, made if there is none; null if there is no memory. */
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

/* Gives the memory of a dead str back. */
static inline void str_free(struct thread *T, struct str_obj *s)
{
    rc_tally_end(&s->obj.rc);
    heap_free(thread_heap(T), BLOCK_OBJECT, OBJ_LINK, str_bytes(s->length), s);
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

#endif
