/* Making, growing and emptying lists. */
#include "runtimes/object/list.h"

#include "alloc/base/fault.h"

const struct type list_type = {.name = "list", .kind = OBJ_LIST};

/* Half as much again and a little, so that with the table's head blocks are full. */
static size_t list_next_capacity(size_t capacity)
{
    return ((capacity + capacity / 2 + 4) & ~(size_t)1) + 1;
}

static bool list_is_valid(const struct list_obj *l)
{
    const struct list_table *t = load_relaxed(&l->table);
    const size_t length = load_relaxed(&l->length);
    if (length > list_capacity(t))
        return false;
    if (RC_OPTIMISTIC_READERS)
        for (size_t i = length; i < list_capacity(t); i++)
            if (rc_peek(&t->items[i]) != NULL)
                return false;
    return true;
}

/* Room for another item in a full list whose lock is held. */
static struct list_table *list_grow_locked(struct thread *T, struct list_obj *l)
{
    VALIDATE(list_is_valid(l));
    const struct list_table *old = load_relaxed(&l->table);
    const size_t length = list_capacity(old);
    struct list_table *t = list_new_table(T, list_next_capacity(length), length);
    if (unlikely(t == NULL))
        return NULL;
    if (old != NULL)
        obj_move_slots(t->items, old->items, length * sizeof(rc_slot));
    store_release(&l->table, t); /* (L2) */
    VALIDATE(list_is_valid(l));
    return t;
}

struct list_table *list_new_table_slow(struct thread *T, size_t capacity)
{
    struct room room = {0};
    struct list_table *t = NULL;
    while (t == NULL && room_make(T, &room))
        t = list_new_table(T, capacity, 0);
    return t;
}

/* Appends to a full list whose lock is held, and unlocks it.  False: there is no memory, and the item is the caller's. */
static bool append_growing(struct thread *T, struct list_obj *l, rc_ref item)
{
    struct list_table *old = load_relaxed(&l->table);
    const size_t length = list_capacity(old);
    struct list_table *t = list_grow_locked(T, l);
    if (likely(t != NULL)) {
        rc_init_slot(T, &t->items[length], item);
        store_relaxed(&l->length, length + 1);
    }
    rc_unlock(T, &l->container.obj.rc);
    if (likely(t != NULL) && old != NULL)
        table_retire(T, list_table_bytes(length), old);
    return t != NULL;
}

/* The same of a list that may have room by now. */
static bool append_again(struct thread *T, struct list_obj *l, rc_ref item)
{
    rc_lock(T, &l->container.obj.rc);
    struct list_table *t = load_relaxed(&l->table);
    const size_t length = load_relaxed(&l->length);
    if (length == list_capacity(t))
        return append_growing(T, l, item);
    rc_init_slot(T, &t->items[length], item);
    store_relaxed(&l->length, length + 1);
    rc_unlock(T, &l->container.obj.rc);
    return true;
}

bool list_append_slow(struct thread *T, struct list_obj *l, rc_ref item)
{
    if (likely(append_growing(T, l, item)))
        return true;
    struct room room = {0};
    while (room_make(T, &room))
        if (append_again(T, l, item))
            return true;
    rc_release(T, item);
    return false;
}

rc_loc list_get_locked(struct thread *T, struct list_obj *l, size_t index)
{
    struct rc_header *host = &l->container.obj.rc;
    rc_loc item = RC_NULL_LOC;
    rc_lock(T, host);
    if (likely(index < load_relaxed(&l->length)))
        item = rc_load_locked(T, host, &load_relaxed(&l->table)->items[index]);
    rc_unlock(T, host);
    return item;
}

bool list_set(struct thread *T, rc_loc list, size_t index, rc_ref item)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_former old = RC_NO_FORMER;
    rc_lock(T, host);
    const bool found = index < load_relaxed(&l->length);
    if (likely(found))
        old = rc_replace_locked(T, host, &load_relaxed(&l->table)->items[index], item);
    if (!FAULT(release_locked))
        rc_unlock(T, host);
    if (FAULT(release_twice))
        rc_end(T, old);
    if (!FAULT(leak_item))
        rc_end(T, old);
    if (FAULT(release_locked))
        rc_unlock(T, host);
    if (unlikely(!found))
        rc_release(T, item);
    return found;
}

rc_ref list_pop(struct thread *T, rc_loc list)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_ref item = RC_NULL_REF;
    rc_lock(T, host);
    const size_t length = load_relaxed(&l->length);
    if (likely(length > 0)) {
        rc_slot *slot = &load_relaxed(&l->table)->items[length - 1];
        item = rc_xchg_locked(T, host, slot, RC_NULL_REF);
        store_relaxed(&l->length, length - 1);
    }
    rc_unlock(T, host);
    return item;
}

void list_clear(struct thread *T, struct list_obj *l)
{
    struct rc_header *host = &l->container.obj.rc;
    rc_lock(T, host);
    struct list_table *t = load_relaxed(&l->table);
    const size_t length = load_relaxed(&l->length);
    store_relaxed(&l->length, 0);
    store_release(&l->table, NULL); /* (L2) */
    rc_unlock(T, host);
    if (t == NULL)
        return;
    for (size_t i = 0; i < length; i++)
        rc_release(T, rc_take(T, &t->items[i]));
    table_retire(T, list_table_bytes(t->capacity), t);
}

void list_release(struct thread *T, struct list_obj *l)
{
    struct list_table *t = load_relaxed(&l->table);
    const size_t length = load_relaxed(&l->length);
    for (size_t i = 0; i < length; i++)
        rc_end_slot(T, &t->items[i]);
    table_free(T, list_table_bytes(t->capacity), t);
}
