/*
 * Hash tables that keep the order of insertion: what dicts and sets are made of.
 *
 * Idea: an index of small integers points into a dense array of entries, in one block.  A probe goes over the index by
 * triangular steps, which reach every slot of an index whose size is a power of two.  A removed entry stays, empty, and
 * its index slot becomes a tombstone; when the entries are used up, the live ones move to a table of the size they need,
 * larger or smaller.  An entry begins with hash and key; a dict's has a value behind (struct dict_entry): the functions
 * here take the entry's size, a constant where it matters.
 *
 * Writers hold the container's lock.  With late readers (runtimes/object/table.h) a look-up takes none: hash_try_find
 * walks index and entries beside the writers.  An entry number, once in the index, stays or becomes a tombstone, and an
 * entry's hash never changes; so what the reader walks is always a table.  A key that is not the same object must be
 * compared, so the reader takes a reference to it first and keeps that until it is done with the table, for the end of a key
 * may run any code.
 *
 * Ordering: (D1) acquire load of an index slot with (D2) release store to it: the entry's hash is there.
 *           (D3) acquire load of a container's table with (D4) release store of it: its shape and entries are there.
 *           That a key or value found was in the table of the container is shown by a second look at (D3), for the reasons
 *           given in list.h.
 * Invariant: live entries <= used <= capacity = 2/3 slots; `used` index slots are not empty.
 * Source: R. Hettinger's compact dict, 2012, as CPython has it since 3.6; triangular probing: Knuth, TAOCP 3, 6.4;
 * look-ups without a lock: free-threaded CPython's (PEP 703).
 */
#ifndef RUNTIMES_OBJECT_HASH_TABLE_H
#define RUNTIMES_OBJECT_HASH_TABLE_H

#include "runtimes/object/hash.h"
#include "runtimes/object/int.h"
#include "runtimes/object/object.h"
#include "runtimes/object/str.h"
#include "runtimes/object/table.h"

enum { HASH_EMPTY = -1, HASH_TOMBSTONE = -2, HASH_SLOTS_MIN = 8, HASH_CAPACITY_MIN = 5 };

struct hash_entry {
    uint64_t hash;
    rc_slot key; /* written once; null after removal */
};

struct hash_table {
    uint32_t slots;     /* of the index: a power of two */
    uint32_t width;     /* bytes of an index slot: 1, 2 or 4 */
    uint32_t capacity;  /* of entries */
    uint32_t used;      /* entries written, removed ones included; inside the lock */
    uint64_t entries[]; /* `capacity` of them, and then the index */
};

/* A key that is looked for: borrowed from the caller. */
struct hash_key {
    rc_loc loc;
    uint64_t hash;
};

/* Where a probe ended. */
struct hash_place {
    uint32_t slot; /* of the index */
    int32_t entry; /* its content: the number of the key's entry, or HASH_EMPTY */
};

/* The table of a dict or set, and how many keys there are. */
struct hash_root {
    struct hash_table *_Atomic table; /* NULL until the first insertion; written inside the lock */
    _Atomic size_t length;            /* written inside the lock */
};

#define HASH_INLINE static inline __attribute__((always_inline))

static inline struct hash_key hash_key_of(rc_loc loc)
{
    const struct obj *o = obj_get(loc);
    if (likely(o->type == &str_type))
        return (struct hash_key){loc, str_hash(o)};
    if (o->type == &int_type)
        return (struct hash_key){loc, hash_int(int_value(o))};
    return (struct hash_key){loc, obj_hash(o)};
}

HASH_INLINE struct hash_entry *hash_entry_at(struct hash_table *t, size_t number, size_t entry_size)
{
    return (struct hash_entry *)(void *)((char *)t->entries + number * entry_size);
}

HASH_INLINE const struct hash_entry *hash_peek_entry(const struct hash_table *t, size_t number,
                                                     size_t entry_size)
{
    return (const struct hash_entry *)(const void *)((const char *)t->entries +
                                                     number * entry_size);
}

static inline size_t hash_table_bytes(const struct hash_table *t, size_t entry_size)
{
    return sizeof *t + t->capacity * entry_size + (size_t)t->slots * t->width;
}

/* --- looking up --------------------------------------------------------------------------------------------------- */

/* (D1) where late readers exist; a writer wrote what it reads itself, or under the same lock. */
#define HASH_LOAD(p) (RC_OPTIMISTIC_READERS ? load_acquire(p) : load_relaxed(p))

HASH_INLINE int32_t hash_index_read(const void *index, uint32_t width, uint32_t slot)
{
    if (width == 1)
        return HASH_LOAD((const _Atomic int8_t *)index + slot); /* (D1) */
    if (width == 2)
        return HASH_LOAD((const _Atomic int16_t *)index + slot); /* (D1) */
    return HASH_LOAD((const _Atomic int32_t *)index + slot);     /* (D1) */
}

/* A look-up under way. */
struct hash_search {
    struct thread *T;
    struct hash_key key;
    struct hash_place place; /* the result */
    rc_loc held;             /* late: a key of the table that was compared; the caller drops it */
};

enum hash_match { HASH_DIFFERS, HASH_MATCHES, HASH_UNKNOWN };

/* How keys of equal hash are compared that are not the same object: not at all, which needs no call and leaves it to another
 * look-up; inside the lock; or by a late reader, who leaves the rare case of two different keys of equal hash to the lock. */
enum hash_mode { HASH_IDENTICAL, HASH_LOCKED, HASH_LATE };

HASH_INLINE enum hash_match hash_compare(struct hash_search *s, struct hash_entry *entry,
                                         enum hash_mode mode)
{
    const struct rc_header *stored = rc_peek(&entry->key);
    if (likely(stored == rc_get(s->key.loc)))
        return HASH_MATCHES;
    if (mode == HASH_IDENTICAL)
        return HASH_UNKNOWN;
    if (mode == HASH_LOCKED)
        return obj_equals((const struct obj *)stored, obj_get(s->key.loc)) ? HASH_MATCHES
                                                                           : HASH_DIFFERS;
    if (!rc_try_load(s->T, &entry->key, &s->held)) {
        s->held = RC_NULL_LOC;
        return HASH_UNKNOWN;
    }
    const bool equal = !loc_is_null(s->held) && obj_equals(obj_get(s->held), obj_get(s->key.loc));
    return equal ? HASH_MATCHES : HASH_UNKNOWN;
}

/* Finds the key, or the empty slot that ends its probe, in an index of constant `width`.  False: unknown; never if the
 * mode is HASH_LOCKED. */
HASH_INLINE bool hash_probe(struct hash_search *s, struct hash_table *t, size_t entry_size,
                            uint32_t width, enum hash_mode mode)
{
    const void *index = hash_entry_at(t, t->capacity, entry_size);
    const uint32_t mask = t->slots - 1;
    uint32_t slot = (uint32_t)s->key.hash & mask;
    for (uint32_t step = 1;; slot = (slot + step++) & mask) {
        const int32_t number = hash_index_read(index, width, slot);
        s->place = (struct hash_place){slot, number};
        if (number == HASH_EMPTY)
            return true;
        if (number == HASH_TOMBSTONE)
            continue;
        struct hash_entry *entry = hash_entry_at(t, (size_t)number, entry_size);
        if (entry->hash != s->key.hash)
            continue;
        const enum hash_match match = hash_compare(s, entry, mode);
        if (match != HASH_DIFFERS)
            return match == HASH_MATCHES;
    }
}

HASH_INLINE bool hash_probe_any(struct hash_search *s, struct hash_table *t, size_t entry_size,
                                enum hash_mode mode)
{
    if (t->width == 1)
        return hash_probe(s, t, entry_size, 1, mode);
    if (t->width == 2)
        return hash_probe(s, t, entry_size, 2, mode);
    return hash_probe(s, t, entry_size, 4, mode);
}

/* The entry of the key, or NULL; s->place is where it is, or would be. */
HASH_INLINE struct hash_entry *hash_find_locked(struct hash_root *root, struct hash_search *s,
                                                size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    if (unlikely(t == NULL))
        return NULL;
    (void)hash_probe_any(s, t, entry_size, HASH_LOCKED);
    return s->place.entry != HASH_EMPTY ? hash_entry_at(t, (size_t)s->place.entry, entry_size)
                                        : NULL;
}

/* The same, but false if only a comparison of values can tell. */
HASH_INLINE bool hash_find_identical_locked(struct hash_root *root, struct hash_search *s,
                                            size_t entry_size, struct hash_entry **entry)
{
    struct hash_table *t = load_relaxed(&root->table);
    *entry = NULL;
    if (unlikely(t == NULL))
        return true;
    if (unlikely(!hash_probe_any(s, t, entry_size, HASH_IDENTICAL)))
        return false;
    if (s->place.entry != HASH_EMPTY)
        *entry = hash_entry_at(t, (size_t)s->place.entry, entry_size);
    return true;
}

/* The same for a late reader, in the table `t` that it found.  False: take the lock.  Either way s->held is dropped when the
 * table is done with. */
HASH_INLINE bool hash_try_find(struct hash_search *s, struct hash_table *t, size_t entry_size,
                               struct hash_entry **entry)
{
    if (unlikely(!hash_probe_any(s, t, entry_size, HASH_LATE)))
        return false;
    *entry =
        s->place.entry != HASH_EMPTY ? hash_entry_at(t, (size_t)s->place.entry, entry_size) : NULL;
    return true;
}

/* --- changing, inside the lock ------------------------------------------------------------------------------------- */

static inline void hash_index_write(void *index, uint32_t width, uint32_t slot, int32_t number)
{
    if (width == 1)
        store_release((_Atomic int8_t *)index + slot, (int8_t)number); /* (D2) */
    else if (width == 2)
        store_release((_Atomic int16_t *)index + slot, (int16_t)number); /* (D2) */
    else
        store_release((_Atomic int32_t *)index + slot, number); /* (D2) */
}

/* Moves to a table with more room, or less if many were removed.  Returns the place of `key`, which is not in it (entry is
 * HASH_EMPTY; HASH_TOMBSTONE if there is no memory); *outgrown is the table that was left, for hash_retire after the
 * lock. */
struct hash_place hash_grow_locked(struct thread *T, struct hash_root *root, size_t entry_size,
                                   struct hash_key key, struct hash_table **outgrown);

/* The first table of most dicts and sets, of constant size. */
HASH_INLINE bool hash_first_locked(struct thread *T, struct hash_root *root, size_t entry_size,
                                   struct hash_search *search)
{
    const struct hash_table shape = {
        .slots = HASH_SLOTS_MIN, .width = 1, .capacity = HASH_CAPACITY_MIN};
    struct hash_table *t = table_alloc(T, hash_table_bytes(&shape, entry_size));
    if (unlikely(t == NULL))
        return false;
    *t = shape;
    memset(hash_entry_at(t, HASH_CAPACITY_MIN, entry_size), 0xff, HASH_SLOTS_MIN); /* HASH_EMPTY */
    store_release(&root->table, t);                                                /* (D4) */
    search->place.slot = (uint32_t)search->key.hash & (HASH_SLOTS_MIN - 1);
    return true;
}

/* Makes sure there is room for the key of `search`, which found that it is not there. */
HASH_INLINE bool hash_reserve_locked(struct thread *T, struct hash_root *root, size_t entry_size,
                                     struct hash_search *search, struct hash_table **outgrown)
{
    const struct hash_table *t = load_relaxed(&root->table);
    if (t == NULL)
        return hash_first_locked(T, root, entry_size, search);
    if (likely(t->used < t->capacity))
        return true;
    const struct hash_place place = hash_grow_locked(T, root, entry_size, search->key, outgrown);
    search->place = place;
    return place.entry == HASH_EMPTY;
}

/* The entry that will be next, with hash and key (taken another reference to); then hash_publish_locked. */
HASH_INLINE struct hash_entry *hash_prepare_locked(struct thread *T, struct hash_root *root,
                                                   struct hash_key key, size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    struct hash_entry *entry = hash_entry_at(t, t->used, entry_size);
    entry->hash = key.hash;
    rc_init_slot(T, &entry->key, rc_own(T, rc_dup(T, key.loc)));
    return entry;
}

/* Enters it, now whole, into the empty slot of the index where the search ended. */
HASH_INLINE void hash_publish_locked(struct hash_root *root, struct hash_place place,
                                     size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    const uint32_t number = t->used++;
    hash_index_write(hash_entry_at(t, t->capacity, entry_size), t->width, place.slot,
                     (int32_t)number);
    store_relaxed(&root->length, load_relaxed(&root->length) + 1);
}

/* Takes the entry at a place out of the index; its slots are the caller's to empty. */
HASH_INLINE void hash_remove_locked(struct hash_root *root, struct hash_place place,
                                    size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    hash_index_write(hash_entry_at(t, t->capacity, entry_size), t->width, place.slot,
                     HASH_TOMBSTONE);
    store_relaxed(&root->length, load_relaxed(&root->length) - 1);
}

/* The first entry at or after *position that is there, or NULL; *position is then behind it. */
HASH_INLINE struct hash_entry *hash_next_locked(struct hash_root *root, size_t *position,
                                                size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    const uint32_t used = t != NULL ? t->used : 0;
    while (*position < used) {
        struct hash_entry *entry = hash_entry_at(t, (*position)++, entry_size);
        if (rc_peek(&entry->key) != NULL)
            return entry;
    }
    return NULL;
}

/* --- the whole ----------------------------------------------------------------------------------------------------- */

static inline void hash_init(struct hash_root *root)
{
    store_relaxed(&root->table, NULL); /* published with its container */
    store_relaxed(&root->length, 0);
}

/* Gives up a table that was outgrown; NULL will do. */
void hash_retire(struct thread *T, struct hash_table *t, size_t entry_size);

/* Releases what the entries hold: the key and, in a dict, the value. */
HASH_INLINE void hash_release_entries(struct thread *T, struct hash_table *t, size_t entry_size)
{
    const bool has_value = entry_size > sizeof(struct hash_entry);
    const uint32_t used = t->used;
    for (uint32_t i = 0; i < used; i++) {
        rc_slot *key = &hash_entry_at(t, i, entry_size)->key;
        rc_release(T, rc_take(T, key));
        if (has_value)
            rc_release(T, rc_take(T, key + 1));
    }
}

/* Releases all entries and the table of `host`, which lives on. */
HASH_INLINE void hash_clear(struct thread *T, struct rc_header *host, struct hash_root *root,
                            size_t entry_size)
{
    rc_lock(T, host);
    struct hash_table *t = load_relaxed(&root->table);
    store_release(&root->table, NULL); /* (D4) */
    store_relaxed(&root->length, 0);
    rc_unlock(T, host);
    if (t == NULL)
        return;
    hash_release_entries(T, t, entry_size);
    hash_retire(T, t, entry_size);
}

/* The same of a dead one. */
HASH_INLINE void hash_end_entries(struct thread *T, struct hash_table *t, size_t entry_size)
{
    const bool has_value = entry_size > sizeof(struct hash_entry);
    const uint32_t used = t->used;
    for (uint32_t i = 0; i < used; i++) {
        rc_slot *key = &hash_entry_at(t, i, entry_size)->key;
        rc_end_slot(T, key);
        if (has_value)
            rc_end_slot(T, key + 1);
    }
}

/* Of a dead one that has a table. */
HASH_INLINE void hash_release(struct thread *T, struct hash_root *root, size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    hash_end_entries(T, t, entry_size);
    table_free(T, hash_table_bytes(t, entry_size), t);
}

#endif
