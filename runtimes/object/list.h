/*
 * Lists: a growing table of references.
 *
 * Everything but the length is read and written inside the list's lock, so a table that was
 * outgrown is freed at once.
 * Invariant: length <= capacity, and the first `length` slots are initialised.
 */
#ifndef RUNTIMES_OBJECT_LIST_H
#define RUNTIMES_OBJECT_LIST_H

#include "runtimes/object/object.h"

struct list_obj {
    struct container container;
    _Atomic uint32_t length; /* written inside the lock */
    uint32_t capacity;
    rc_slot *items; /* a DATA block of `capacity` slots; NULL if 0 */
};

extern const struct type list_type;

/* An empty list with room for `capacity` items. */
rc_ref list_new(struct thread *T, size_t capacity);

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

/* The rest of list_append for a full list, whose lock is held; unlocks it. */
bool list_append_slow(struct thread *T, struct list_obj *l, rc_ref item);

/* False if there is no memory: the list is unchanged, the item released. */
static inline bool list_append(struct thread *T, rc_loc list, rc_ref item)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_lock(T, host);
    const uint32_t length = load_relaxed(&l->length);
    if (unlikely(length == l->capacity))
        return list_append_slow(T, l, item);
    rc_init_slot(T, &l->items[length], item);
    store_relaxed(&l->length, length + 1);
    rc_unlock(T, host);
    return true;
}

/* The item at `index`; null if there is none. */
static inline rc_loc list_get(struct thread *T, rc_loc list, size_t index)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_loc item = RC_NULL_LOC;
    rc_lock(T, host);
    if (likely(index < load_relaxed(&l->length)))
        item = rc_load_locked(T, host, &l->items[index]);
    rc_unlock(T, host);
    return item;
}

/* Replaces the item at `index`; false, and the item released, if there is none. */
bool list_set(struct thread *T, rc_loc list, size_t index, rc_ref item);

/* Removes the last item and returns it; null if the list is empty.  The table keeps its size. */
rc_ref list_pop(struct thread *T, rc_loc list);

/* Releases all items and the table: of a list that lives on, and of a dead one. */
void list_clear(struct thread *T, struct list_obj *l);
void list_fini(struct thread *T, struct list_obj *l);

#endif
