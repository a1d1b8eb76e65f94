/* Making strings, and their hash. */
#include "runtimes/object/str.h"

#include "runtimes/object/hash.h"
#include "runtimes/object/intern.h"

const struct type str_type = {.name = "str", .kind = OBJ_STR};

static inline struct str_obj *str_of(rc_ref ref) { return (struct str_obj *)obj_of(ref.p); }

/* Most texts are short, and a call takes longer than copying them in two overlapping words. */
static inline void text_copy(char *to, const char *from, size_t length)
{
    enum { WORD = sizeof(uint64_t) };
    if (length < WORD || length > (size_t)2 * WORD) {
        memcpy(to, from, length);
        return;
    }
    memcpy(to, from, WORD);
    memcpy(to + length - WORD, from + length - WORD, WORD);
}

static inline rc_ref str_alloc(struct thread *T, size_t length)
{
    if (unlikely(length > STR_MAX))
        return RC_NULL_REF;
    rc_ref ref = obj_new(T, &str_type, str_bytes(length));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct str_obj *s = str_of(ref);
    store_relaxed(&s->hash, 0);
    s->length = (uint32_t)length & STR_LENGTH;
    s->interned = 0;
    s->text[length] = '\0';
    return ref;
}

rc_ref str_new_uninitialised(struct thread *T, size_t length) { return str_alloc(T, length); }

rc_ref str_new(struct thread *T, const char *text, size_t length)
{
    rc_ref ref = str_alloc(T, length);
    if (likely(!ref_is_null(ref)))
        text_copy(str_buffer(ref), text, length);
    return ref;
}

rc_ref str_concat(struct thread *T, rc_loc a, rc_loc b)
{
    const size_t length_a = str_length(obj_get(a));
    const size_t length_b = str_length(obj_get(b));
    rc_ref ref = str_new_uninitialised(T, length_a + length_b);
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    memcpy(str_buffer(ref), str_text(obj_get(a)), length_a);
    memcpy(str_buffer(ref) + length_a, str_text(obj_get(b)), length_b);
    return ref;
}

static uint64_t text_hash(const char *text, size_t length)
{
    uint64_t hash = hash_bytes(text, length);
    return hash != 0 ? hash : 1;
}

uint64_t str_hash_slow(const struct str_obj *s)
{
    uint64_t hash = text_hash(s->text, s->length);
    struct str_obj *cache = (struct str_obj *)(uintptr_t)s; /* the hash is no part of the value */
    store_relaxed(&cache->hash, hash);
    return hash;
}

rc_ref str_intern(struct thread *T, const char *text, size_t length)
{
    if (unlikely(length > STR_MAX))
        return RC_NULL_REF;
    return intern_text(T, text, length, text_hash(text, length));
}
