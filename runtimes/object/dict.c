/*
 * Looking up, inserting, removing; and moving to another table.
 *
 * What ends in `_locked` is called inside the dict's lock; references and tables that are done with
 * wait until it is released.
 */
#include "runtimes/object/dict.h"

#include "runtimes/object/hash.h"
#include "runtimes/object/int.h"
#include "runtimes/object/str.h"

const struct type dict_type = {.name = "dict", .kind = OBJ_DICT};

enum { INDEX_EMPTY = -1, INDEX_TOMBSTONE = -2, SLOTS_MIN = 8 };

#define SLOTS_MAX (UINT32_C(1) << 31)

struct key {
    rc_loc loc; /* borrowed from the caller */
    uint64_t hash;
};

/* Where the probe for a key ended. */
struct place {
    uint32_t slot; /* of the index */
    int32_t entry; /* its content: the number of the key's entry, or INDEX_EMPTY */
};

static inline struct key key_of(rc_loc loc)
{
    const struct obj *o = obj_get(loc);
    if (likely(o->type == &str_type))
        return (struct key){loc, str_hash(o)};
    if (o->type == &int_type)
        return (struct key){loc, hash_int(int_value(o))};
    return (struct key){loc, obj_hash(o)};
}

/* --- the index -------------------------------------------------------------------------------- */

static inline void *index_of(struct dict_table *t) { return &t->entries[t->capacity]; }

static inline __attribute__((always_inline)) int32_t index_read(const void *index, uint32_t width,
                                                                uint32_t slot)
{
    if (width == 1)
        return ((const int8_t *)index)[slot];
    if (width == 2)
        return ((const int16_t *)index)[slot];
    return ((const int32_t *)index)[slot];
}

static inline void index_write(struct dict_table *t, uint32_t slot, int32_t entry)
{
    if (t->width == 1)
        ((int8_t *)index_of(t))[slot] = (int8_t)entry;
    else if (t->width == 2)
        ((int16_t *)index_of(t))[slot] = (int16_t)entry;
    else
        ((int32_t *)index_of(t))[slot] = entry;
}

static inline bool entry_matches(const struct dict_entry *entry, struct key key)
{
    if (entry->hash != key.hash)
        return false;
    const struct rc_header *stored = rc_peek(&entry->key);
    return stored == rc_get(key.loc) || obj_equals((const struct obj *)stored, obj_get(key.loc));
}

/* Finds the key, or the empty slot that ends its probe, in an index of constant `width`. */
static inline __attribute__((always_inline)) struct place
probe_width(struct dict_table *t, struct key key, uint32_t width)
{
    const void *index = index_of(t);
    const uint32_t mask = t->slots - 1;
    uint32_t slot = (uint32_t)key.hash & mask;
    for (uint32_t step = 1;; slot = (slot + step++) & mask) {
        const int32_t entry = index_read(index, width, slot);
        if (entry == INDEX_EMPTY || (entry >= 0 && entry_matches(&t->entries[entry], key)))
            return (struct place){slot, entry};
    }
}

static struct place probe(struct dict_table *t, struct key key)
{
    if (t->width == 1)
        return probe_width(t, key, 1);
    if (t->width == 2)
        return probe_width(t, key, 2);
    return probe_width(t, key, 4);
}

static inline struct place find_locked(struct dict_obj *d, struct key key)
{
    return likely(d->table != NULL) ? probe(d->table, key) : (struct place){0, INDEX_EMPTY};
}

/* The entry at a place, or NULL. */
static inline struct dict_entry *entry_at(struct dict_obj *d, struct place place)
{
    return place.entry != INDEX_EMPTY ? &d->table->entries[place.entry] : NULL;
}

/* --- tables ----------------------------------------------------------------------------------- */

static void table_free(struct thread *T, struct dict_table *t)
{
    if (t != NULL)
        heap_free(thread_heap(T), BLOCK_DATA, 0, dict_table_bytes(t), t);
}

/* Two thirds, rounded down: at least a third of the index is always empty, so a probe ends. */
static uint32_t capacity_of(uint32_t slots) { return (uint32_t)((uint64_t)slots * 2 / 3); }

/* The number of slots for `live` entries and half as many to come, or 0 if that is too many. */
static uint32_t slots_for(uint32_t live)
{
    const uint64_t wanted = (uint64_t)live + live / 2 + 1;
    uint32_t slots = SLOTS_MIN;
    while (capacity_of(slots) < wanted) {
        if (slots == SLOTS_MAX)
            return 0;
        slots *= 2;
    }
    return slots;
}

static uint32_t width_of(uint32_t slots)
{
    const uint32_t capacity = capacity_of(slots);
    if (capacity <= INT8_MAX + 1)
        return 1;
    return capacity <= INT16_MAX + 1 ? 2 : 4;
}

static struct dict_table *table_new(struct thread *T, uint32_t slots)
{
    const struct dict_table shape = {
        .slots = slots, .width = width_of(slots), .capacity = capacity_of(slots)};
    struct dict_table *t = heap_alloc(thread_heap(T), BLOCK_DATA, 0, dict_table_bytes(&shape));
    if (unlikely(t == NULL))
        return NULL;
    *t = shape;
    memset(index_of(t), 0xff, (size_t)slots * t->width); /* INDEX_EMPTY at every width */
    return t;
}

/* Enters entry number `entry`, whose key is not in the table, into the index. */
static inline void index_enter(struct dict_table *t, uint32_t entry)
{
    const uint32_t mask = t->slots - 1;
    uint32_t slot = (uint32_t)t->entries[entry].hash & mask;
    for (uint32_t step = 1; index_read(index_of(t), t->width, slot) != INDEX_EMPTY; step++)
        slot = (slot + step) & mask;
    index_write(t, slot, (int32_t)entry);
}

static void move_entries(struct dict_table *to, const struct dict_table *from)
{
    for (uint32_t i = 0; i < from->used; i++) {
        if (rc_peek(&from->entries[i].key) == NULL)
            continue;
        obj_move_slots(&to->entries[to->used], &from->entries[i], sizeof from->entries[i]);
        index_enter(to, to->used++);
    }
}

static bool dict_is_valid(const struct dict_obj *d)
{
    struct dict_table *t = d->table;
    if (t == NULL)
        return load_relaxed(&d->length) == 0;
    uint32_t live = 0;
    uint32_t indexed = 0;
    for (uint32_t i = 0; i < t->used; i++)
        live += rc_peek(&t->entries[i].key) != NULL;
    for (uint32_t slot = 0; slot < t->slots; slot++)
        indexed += index_read(index_of(t), t->width, slot) != INDEX_EMPTY;
    return live == load_relaxed(&d->length) && indexed == t->used && t->used <= t->capacity;
}

/* Makes sure there is room for one more entry.  *outgrown is the table that was left, to be freed
 * after the lock. */
static bool reserve_locked(struct thread *T, struct dict_obj *d, struct dict_table **outgrown)
{
    struct dict_table *old = d->table;
    if (likely(old != NULL && old->used < old->capacity))
        return true;
    VALIDATE(dict_is_valid(d));
    const uint32_t slots = slots_for(load_relaxed(&d->length));
    struct dict_table *t = slots != 0 ? table_new(T, slots) : NULL;
    if (unlikely(t == NULL))
        return false;
    if (old != NULL)
        move_entries(t, old);
    d->table = t;
    *outgrown = old;
    VALIDATE(dict_is_valid(d));
    return true;
}

/* --- operations ------------------------------------------------------------------------------- */

rc_ref dict_new(struct thread *T)
{
    rc_ref ref = container_new(T, &dict_type, sizeof(struct dict_obj));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct dict_obj *d = (struct dict_obj *)obj_of(ref.p);
    store_relaxed(&d->length, 0);
    d->table = NULL;
    container_ready(&d->container);
    return ref;
}

rc_loc dict_get(struct thread *T, rc_loc dict, rc_loc key)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    const struct key k = key_of(key);
    rc_loc value = RC_NULL_LOC;
    rc_lock(T, host);
    struct dict_entry *entry = entry_at(d, find_locked(d, k));
    if (entry != NULL)
        value = rc_load_locked(T, host, &entry->value);
    rc_unlock(T, host);
    return value;
}

/* A new entry for a key that find_locked did not find; consumes `value`, except if there is no
 * memory: NULL. */
static struct dict_entry *insert_locked(struct thread *T, struct dict_obj *d, struct key key,
                                        rc_ref value, struct dict_table **outgrown)
{
    ASSERT(!ref_is_null(value));
    if (unlikely(!reserve_locked(T, d, outgrown)))
        return NULL;
    struct dict_table *t = d->table;
    const uint32_t number = t->used++;
    struct dict_entry *entry = &t->entries[number];
    entry->hash = key.hash;
    rc_init_slot(T, &entry->key, rc_own(T, rc_dup(T, key.loc)));
    rc_init_slot(T, &entry->value, value);
    index_enter(t, number);
    store_relaxed(&d->length, load_relaxed(&d->length) + 1);
    return entry;
}

bool dict_set(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    const struct key k = key_of(key);
    struct dict_table *outgrown = NULL;
    rc_ref unwanted = RC_NULL_REF;
    rc_lock(T, host);
    struct dict_entry *entry = entry_at(d, find_locked(d, k));
    if (entry != NULL)
        unwanted = rc_xchg_locked(T, host, &entry->value, value);
    else
        entry = insert_locked(T, d, k, value, &outgrown);
    rc_unlock(T, host);
    table_free(T, outgrown);
    rc_release(T, entry != NULL ? unwanted : value);
    return entry != NULL;
}

rc_loc dict_setdefault(struct thread *T, rc_loc dict, rc_loc key, rc_ref value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    const struct key k = key_of(key);
    struct dict_table *outgrown = NULL;
    rc_ref unwanted = value;
    rc_loc found = RC_NULL_LOC;
    rc_lock(T, host);
    struct dict_entry *entry = entry_at(d, find_locked(d, k));
    if (entry == NULL && (entry = insert_locked(T, d, k, value, &outgrown)) != NULL)
        unwanted = RC_NULL_REF;
    if (entry != NULL)
        found = rc_load_locked(T, host, &entry->value);
    rc_unlock(T, host);
    table_free(T, outgrown);
    rc_release(T, unwanted);
    return found;
}

bool dict_delete(struct thread *T, rc_loc dict, rc_loc key)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    const struct key k = key_of(key);
    rc_ref old_key = RC_NULL_REF;
    rc_ref old_value = RC_NULL_REF;
    rc_lock(T, host);
    const struct place place = find_locked(d, k);
    struct dict_entry *entry = entry_at(d, place);
    if (entry != NULL) {
        index_write(d->table, place.slot, INDEX_TOMBSTONE);
        old_key = rc_xchg_locked(T, host, &entry->key, RC_NULL_REF);
        old_value = rc_xchg_locked(T, host, &entry->value, RC_NULL_REF);
        store_relaxed(&d->length, load_relaxed(&d->length) - 1);
    }
    rc_unlock(T, host);
    rc_release(T, old_key);
    rc_release(T, old_value);
    return entry != NULL;
}

/* The first entry at or after *position that is there, or NULL; *position is then behind it. */
static struct dict_entry *next_locked(struct dict_table *t, size_t *position)
{
    const uint32_t used = t != NULL ? t->used : 0;
    while (*position < used) {
        struct dict_entry *entry = &t->entries[(*position)++];
        if (rc_peek(&entry->key) != NULL)
            return entry;
    }
    return NULL;
}

bool dict_next(struct thread *T, rc_loc dict, size_t *position, rc_loc *key, rc_loc *value)
{
    struct dict_obj *d = dict_of(dict);
    struct rc_header *host = &d->container.obj.rc;
    rc_lock(T, host);
    struct dict_entry *entry = next_locked(d->table, position);
    if (entry != NULL) {
        *key = rc_load_locked(T, host, &entry->key);
        *value = rc_load_locked(T, host, &entry->value);
    }
    rc_unlock(T, host);
    return entry != NULL;
}

static void release_table(struct thread *T, struct dict_table *t)
{
    const uint32_t used = t != NULL ? t->used : 0;
    for (uint32_t i = 0; i < used; i++) {
        rc_release(T, rc_take(T, &t->entries[i].key));
        rc_release(T, rc_take(T, &t->entries[i].value));
    }
    table_free(T, t);
}

void dict_clear(struct thread *T, struct dict_obj *d)
{
    struct rc_header *host = &d->container.obj.rc;
    rc_lock(T, host);
    struct dict_table *t = d->table;
    d->table = NULL;
    store_relaxed(&d->length, 0);
    rc_unlock(T, host);
    release_table(T, t);
}

void dict_fini(struct thread *T, struct dict_obj *d) { release_table(T, d->table); }
