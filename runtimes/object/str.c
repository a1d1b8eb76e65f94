/*
 * Making strings, and the table of interned ones.
 *
 * The table is a hash table with open addressing and linear probing, at most half full, under one
 * lock.  It owns no references: interned strings are immortal, and str_stop frees them by hand when
 * nobody is left to look at them.
 * Lock order: the table's lock is a leaf; allocating strings and tables never polls a safepoint.
 */
#include "runtimes/object/str.h"

#include "alloc/base/lock.h"
#include "runtimes/object/hash.h"

const struct type str_type = {.name = "str", .kind = OBJ_STR};

enum { INTERN_FIRST = 256 };

static struct {
    struct lock lock;
    size_t length;
    size_t slots; /* a power of two, or 0 */
    struct str_obj **strings;
} intern;

static inline struct str_obj *str_of(rc_ref ref) { return (struct str_obj *)obj_of(ref.p); }

rc_ref str_new_uninitialised(struct thread *T, size_t length)
{
    if (unlikely(length > STR_MAX))
        return RC_NULL_REF;
    rc_ref ref = obj_new(T, &str_type, str_bytes(length));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct str_obj *s = str_of(ref);
    store_relaxed(&s->hash, 0);
    s->length = (uint32_t)length;
    s->text[length] = '\0';
    return ref;
}

rc_ref str_new(struct thread *T, const char *text, size_t length)
{
    rc_ref ref = str_new_uninitialised(T, length);
    if (likely(!ref_is_null(ref)))
        memcpy(str_buffer(ref), text, length);
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

/* --- interning -------------------------------------------------------------------------------- */

/* Where the string of this text is, or the free place where it belongs. */
static struct str_obj **intern_find(const char *text, size_t length, uint64_t hash)
{
    for (size_t i = hash & (intern.slots - 1);; i = (i + 1) & (intern.slots - 1)) {
        struct str_obj *s = intern.strings[i];
        if (s == NULL)
            return &intern.strings[i];
        if (load_relaxed(&s->hash) == hash && s->length == length &&
            memcmp(s->text, text, length) == 0)
            return &intern.strings[i];
    }
}

static void intern_free_table(struct thread *T, struct str_obj **strings, size_t slots)
{
    if (strings != NULL)
        heap_free(thread_heap(T), BLOCK_DATA, 0, slots * sizeof *strings, (void *)strings);
}

static bool intern_grow(struct thread *T)
{
    struct str_obj **old = intern.strings;
    const size_t old_slots = intern.slots;
    const size_t slots = old_slots != 0 ? old_slots * 2 : INTERN_FIRST;
    struct str_obj **strings = heap_alloc(thread_heap(T), BLOCK_DATA, 0, slots * sizeof *strings);
    if (strings == NULL)
        return false;
    memset((void *)strings, 0, slots * sizeof *strings);
    intern.strings = strings;
    intern.slots = slots;
    for (size_t i = 0; i < old_slots; i++)
        if (old[i] != NULL)
            *intern_find(old[i]->text, old[i]->length, load_relaxed(&old[i]->hash)) = old[i];
    intern_free_table(T, old, old_slots);
    return true;
}

static struct str_obj *intern_new(struct thread *T, const char *text, size_t length, uint64_t hash)
{
    rc_ref ref = str_new(T, text, length);
    if (ref_is_null(ref))
        return NULL;
    store_relaxed(&str_of(ref)->hash, hash);
    rc_immortalize(T, ref.p);
    intern.length++;
    return str_of(ref);
}

static struct str_obj *intern_locked(struct thread *T, const char *text, size_t length)
{
    if ((intern.length + 1) * 2 > intern.slots && !intern_grow(T))
        return NULL;
    const uint64_t hash = text_hash(text, length);
    struct str_obj **place = intern_find(text, length, hash);
    if (*place == NULL)
        *place = intern_new(T, text, length, hash);
    return *place;
}

rc_ref str_intern(struct thread *T, const char *text, size_t length)
{
    lock_acquire(&intern.lock);
    struct str_obj *s = intern_locked(T, text, length);
    lock_release(&intern.lock);
    return s != NULL ? obj_immortal(T, &s->obj) : RC_NULL_REF;
}

void str_start(void)
{
    intern.length = 0;
    intern.slots = 0;
    intern.strings = NULL;
}

void str_stop(struct thread *T)
{
    for (size_t i = 0; i < intern.slots; i++) {
        struct str_obj *s = intern.strings[i];
        if (s == NULL)
            continue;
        memset((void *)&s->obj.rc, 0, sizeof s->obj.rc);
        heap_free(thread_heap(T), BLOCK_OBJECT, OBJ_LINK, str_bytes(s->length), s);
    }
    intern_free_table(T, intern.strings, intern.slots);
    str_start();
}
