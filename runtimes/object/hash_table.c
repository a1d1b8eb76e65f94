/* Tables: their shape, entering, growing, moving, emptying. */
#include "runtimes/object/hash_table.h"

#include "runtimes/object/hash_get.h"

#define SLOTS_MAX (UINT32_C(1) << 31)

/* --- shape ---------------------------------------------------------------------------------------------------------- */

/* Two thirds, rounded down: at least a third of the index is always empty, so a probe ends. */
static uint32_t capacity_of(uint32_t slots) { return (uint32_t)((uint64_t)slots * 2 / 3); }

_Static_assert(HASH_CAPACITY_MIN == HASH_SLOTS_MIN * 2 / 3,
               "the first table is as capacity_of says");

/* The number of slots for `live` entries and half as many to come, or 0 if that is too many. */
static uint32_t slots_for(size_t live)
{
    const uint64_t wanted = live + live / 2 + 1;
    uint32_t slots = HASH_SLOTS_MIN;
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

static void *index_of(struct hash_table *t, size_t entry_size)
{
    return hash_entry_at(t, t->capacity, entry_size);
}

static struct hash_table *table_new(struct thread *T, uint32_t slots, size_t entry_size)
{
    const struct hash_table shape = {
        .slots = slots, .width = width_of(slots), .capacity = capacity_of(slots)};
    struct hash_table *t = table_alloc(T, hash_table_bytes(&shape, entry_size));
    if (unlikely(t == NULL))
        return NULL;
    *t = shape;
    memset(index_of(t, entry_size), 0xff, (size_t)slots * t->width); /* HASH_EMPTY at every width */
    return t;
}

void hash_retire(struct thread *T, struct hash_table *t, size_t entry_size)
{
    if (unlikely(t != NULL))
        table_retire(T, hash_table_bytes(t, entry_size), t);
}

static bool root_is_valid(struct hash_root *root, size_t entry_size)
{
    struct hash_table *t = load_relaxed(&root->table);
    if (t == NULL)
        return load_relaxed(&root->length) == 0;
    size_t live = 0;
    size_t indexed = 0;
    for (uint32_t i = 0; i < t->used; i++)
        live += rc_peek(&hash_entry_at(t, i, entry_size)->key) != NULL;
    for (uint32_t slot = 0; slot < t->slots; slot++)
        indexed += hash_index_read(index_of(t, entry_size), t->width, slot) != HASH_EMPTY;
    return live == load_relaxed(&root->length) && indexed == t->used && t->used <= t->capacity;
}

rc_loc hash_get_by_value(struct thread *T, struct rc_header *host, struct hash_root *root,
                         struct hash_key key, size_t entry_size)
{
    struct hash_search s = {.key = key};
    rc_lock(T, host);
    struct hash_entry *entry = hash_find_locked(root, &s, entry_size);
    rc_loc found = hash_load_locked(T, host, entry, entry_size);
    rc_unlock(T, host);
    return found;
}

/* --- growing ---------------------------------------------------------------------------------------------------------- */

/* The empty slot where the probe for a key of that hash ends that is not in the table. */
HASH_INLINE uint32_t empty_slot(const void *index, uint32_t width, uint32_t mask, uint64_t hash)
{
    uint32_t slot = (uint32_t)hash & mask;
    for (uint32_t step = 1; hash_index_read(index, width, slot) != HASH_EMPTY; step++)
        slot = (slot + step) & mask;
    return slot;
}

/* Removed entries stay behind; without any the entries go over in one piece. */
static void move_entries(struct hash_table *to, struct hash_table *from, size_t live,
                         size_t entry_size)
{
    if (live == from->used) {
        obj_move_slots(to->entries, from->entries, live * entry_size);
        to->used = from->used;
        return;
    }
    for (uint32_t i = 0; i < from->used; i++) {
        struct hash_entry *entry = hash_entry_at(from, i, entry_size);
        if (rc_peek(&entry->key) != NULL)
            obj_move_slots(hash_entry_at(to, to->used++, entry_size), entry, entry_size);
    }
}

/* Into an empty index of constant `width`. */
HASH_INLINE void enter_width(struct hash_table *t, size_t entry_size, uint32_t width)
{
    void *index = index_of(t, entry_size);
    const uint32_t mask = t->slots - 1;
    const uint32_t used = t->used;
    for (uint32_t i = 0; i < used; i++) {
        const uint64_t hash = hash_entry_at(t, i, entry_size)->hash;
        hash_index_write(index, width, empty_slot(index, width, mask, hash), (int32_t)i);
    }
}

static void enter_all(struct hash_table *t, size_t entry_size)
{
    if (t->width == 1)
        enter_width(t, entry_size, 1);
    else if (t->width == 2)
        enter_width(t, entry_size, 2);
    else
        enter_width(t, entry_size, 4);
}

struct hash_place hash_grow_locked(struct thread *T, struct hash_root *root, size_t entry_size,
                                   struct hash_key key, struct hash_table **outgrown)
{
    VALIDATE(root_is_valid(root, entry_size));
    struct hash_table *old = load_relaxed(&root->table);
    const size_t live = load_relaxed(&root->length);
    const uint32_t slots = slots_for(live);
    struct hash_table *t = slots != 0 ? table_new(T, slots, entry_size) : NULL;
    if (unlikely(t == NULL))
        return (struct hash_place){0, HASH_TOMBSTONE};
    move_entries(t, old, live, entry_size);
    enter_all(t, entry_size);
    store_release(&root->table, t); /* (D4) */
    *outgrown = old;
    VALIDATE(root_is_valid(root, entry_size));
    const uint32_t slot = empty_slot(index_of(t, entry_size), t->width, slots - 1, key.hash);
    return (struct hash_place){slot, HASH_EMPTY};
}
