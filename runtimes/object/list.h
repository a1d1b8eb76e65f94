/*
 * Lists: a growing table of references.
 *
 * Writers hold the list's lock.  With late readers (runtimes/object/table.h) list_get takes no lock: it finds length, table
 * and item, and looks again whether the table is still the list's.  Slots at and behind `length` are null, so
 * whatever length and table it found, it reads a slot.
 *
 * Ordering: (L1) acquire load of the table with (L2) release store of it: its capacity and its slots are there.
 *           A slot's order is its strategy's; a late reader whose object had died finds, by the acquire of its
 *           increment, that the table was replaced before.
 * Invariant: length <= capacity; with late readers, slots from `length` on are null.
 *
 * Bytes: a container header + 16; with room for items, + 8 + 8 for each and a prefix (size.h).
 */
#ifndef RUNTIMES_OBJECT_LIST_H
#define RUNTIMES_OBJECT_LIST_H

#include "runtimes/object/table.h"

struct list_table {
    size_t capacity;
    rc_slot items[];
};

struct list_obj {
    struct container container;
    struct list_table *_Atomic table; /* NULL until there is room for an item */
    _Atomic size_t length;            /* written inside the lock */
};

extern const struct type list_type;

static inline struct list_obj *list_of(rc_loc list)
{
    struct list_obj *l = (struct list_obj *)obj_get(list);
    ASSERT(obj_is(&l->container.obj, OBJ_LIST));
    return l;
}

/* How many items there are at this moment.  Relaxed: a number, which says nothing of the items. */
static inline size_t list_length(struct thread *T, rc_loc list)
{
    (void)T;
    return load_relaxed(&list_of(list)->length);
}

static inline size_t list_capacity(const struct list_table *t)
{
    return t != NULL ? t->capacity : 0;
}

static inline size_t list_table_bytes(size_t capacity)
{
    return sizeof(struct list_table) + capacity * sizeof(rc_slot);
}

/* A table whose slots up to `length` are the caller's to fill; NULL if there is no memory, or no such capacity. */
static inline struct list_table *list_new_table(struct thread *T, size_t capacity, size_t length)
{
    if (unlikely(capacity > UINT32_MAX))
        return NULL;
    struct list_table *t = table_alloc(T, list_table_bytes(capacity));
    if (unlikely(t == NULL))
        return NULL;
    t->capacity = capacity;
    if (RC_OPTIMISTIC_READERS)
        memset((void *)&t->items[length], 0, (capacity - length) * sizeof(rc_slot));
    return t;
}

/* The table of a new list that there was no memory for, after making room for it. */
struct list_table *list_new_table_slow(struct thread *T, size_t capacity);

/* An empty list with room for `capacity` items, which should be a constant for speed: it is inlined. */
static inline rc_ref list_new(struct thread *T, size_t capacity)
{
    rc_ref ref = container_new(T, &list_type, sizeof(struct list_obj));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct list_obj *l = (struct list_obj *)obj_of(ref.p);
    struct list_table *t = capacity != 0 ? list_new_table(T, capacity, 0) : NULL;
    if (unlikely(capacity != 0 && t == NULL))
        t = list_new_table_slow(T, capacity);
    store_relaxed(&l->length, 0);
    store_relaxed(&l->table, t); /* published with its list */
    container_ready(&l->container);
    if (likely(capacity == 0 || t != NULL))
        return ref;
    rc_release(T, ref);
    return RC_NULL_REF;
}

/* What a literal makes: a list of exactly `items[0..length)`, consumed.  `length` should be a constant for speed. */
static inline rc_ref list_new_from(struct thread *T, size_t length, const rc_ref *items)
{
    rc_ref ref = list_new(T, length);
    if (unlikely(ref_is_null(ref)))
        return obj_refuse(T, length, items);
    struct list_obj *l = (struct list_obj *)obj_of(ref.p);
    for (size_t i = 0; i < length; i++)
        rc_init_slot(T, &load_relaxed(&l->table)->items[i], items[i]);
    store_relaxed(&l->length, length); /* published with its list */
    return ref;
}

/* The rest of list_append for a full list, whose lock is held; unlocks it. */
bool list_append_slow(struct thread *T, struct list_obj *l, rc_ref item);

/* False if there is no memory: the list is unchanged, the item released. */
static inline bool list_append(struct thread *T, rc_loc list, rc_ref item)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_tally_write(host);
    rc_lock(T, host);
    struct list_table *t = load_relaxed(&l->table);
    const size_t length = load_relaxed(&l->length);
    if (unlikely(length == list_capacity(t)))
        return list_append_slow(T, l, item);
    rc_init_slot(T, &t->items[length], item);
    store_relaxed(&l->length, length + 1);
    rc_unlock(T, host);
    return true;
}

/* One try without the lock; false: take it. */
static inline bool list_try_get(struct thread *T, struct list_obj *l, size_t index, rc_loc *item)
{
    *item = RC_NULL_LOC;
    if (unlikely(index >= load_relaxed(&l->length)))
        return true;
    struct list_table *t = load_acquire(&l->table); /* (L1) */
    if (unlikely(index >= list_capacity(t)))
        return false;
    if (unlikely(!rc_try_load(T, &t->items[index], item)))
        return false;
    if (FAULT(skip_table_recheck) && rc_get(*item) != NULL)
        return true;
    if (likely(load_acquire(&l->table) == t && rc_get(*item) != NULL)) /* (L1) */
        return true;
    rc_drop(T, *item);
    return false;
}

rc_loc list_get_locked(struct thread *T, struct list_obj *l, size_t index);

/* The item at `index`; null if there is none. */
static inline rc_loc list_get(struct thread *T, rc_loc list, size_t index)
{
    struct list_obj *l = list_of(list);
    rc_loc item;
    if (RC_OPTIMISTIC_READERS && likely(list_try_get(T, l, index, &item)))
        return item;
    return list_get_locked(T, l, index);
}

/* Replaces the item at `index`; false, and the item released, if there is none. */
bool list_set(struct thread *T, rc_loc list, size_t index, rc_ref item);

/* Removes the last item and returns it; null if the list is empty.  The table keeps its size. */
rc_ref list_pop(struct thread *T, rc_loc list);

/* Releases all items and the table: of a list that lives on, and of a dead one. */
void list_clear(struct thread *T, struct list_obj *l);
void list_release(struct thread *T, struct list_obj *l);
static inline void list_fini(struct thread *T, struct list_obj *l)
{
    if (load_relaxed(&l->table) != NULL)
        list_release(T, l);
}

#endif
