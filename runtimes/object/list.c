/* Making, growing and emptying lists. */
#include "runtimes/object/list.h"

const struct type list_type = {.name = "list", .kind = OBJ_LIST};

/* NULL if there is no memory, or no such capacity. */
static rc_slot *list_new_table(struct thread *T, size_t capacity)
{
    if (unlikely(capacity > UINT32_MAX))
        return NULL;
    return heap_alloc(thread_heap(T), BLOCK_DATA, 0, capacity * sizeof(rc_slot));
}

static void list_free_table(struct thread *T, rc_slot *items, size_t capacity)
{
    if (items != NULL)
        heap_free(thread_heap(T), BLOCK_DATA, 0, capacity * sizeof *items, items);
}

rc_ref list_new(struct thread *T, size_t capacity)
{
    rc_ref ref = container_new(T, &list_type, sizeof(struct list_obj));
    if (unlikely(ref_is_null(ref)))
        return RC_NULL_REF;
    struct list_obj *l = (struct list_obj *)obj_of(ref.p);
    store_relaxed(&l->length, 0);
    l->items = capacity != 0 ? list_new_table(T, capacity) : NULL;
    l->capacity = l->items != NULL ? (uint32_t)capacity : 0;
    container_ready(&l->container);
    if (likely(l->capacity == capacity))
        return ref;
    rc_release(T, ref);
    return RC_NULL_REF;
}

/* Half as much again and a little, in pairs of slots. */
static size_t list_next_capacity(size_t capacity)
{
    return (capacity + capacity / 2 + 4) & ~(size_t)1;
}

static bool list_is_valid(const struct list_obj *l)
{
    return load_relaxed(&l->length) <= l->capacity && (l->items == NULL) == (l->capacity == 0);
}

/* More room for a list whose lock is held. */
static bool list_grow_locked(struct thread *T, struct list_obj *l)
{
    VALIDATE(list_is_valid(l));
    const size_t capacity = list_next_capacity(l->capacity);
    rc_slot *items = list_new_table(T, capacity);
    if (unlikely(items == NULL))
        return false;
    if (l->items != NULL)
        obj_move_slots(items, l->items, l->capacity * sizeof *items);
    l->items = items;
    l->capacity = (uint32_t)capacity;
    VALIDATE(list_is_valid(l));
    return true;
}

bool list_append_slow(struct thread *T, struct list_obj *l, rc_ref item)
{
    const uint32_t length = l->capacity;
    rc_slot *old = l->items;
    const bool grown = list_grow_locked(T, l);
    if (likely(grown)) {
        rc_init_slot(T, &l->items[length], item);
        store_relaxed(&l->length, length + 1);
    }
    rc_unlock(T, &l->container.obj.rc);
    if (likely(grown))
        list_free_table(T, old, length);
    else
        rc_release(T, item);
    return grown;
}

bool list_set(struct thread *T, rc_loc list, size_t index, rc_ref item)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_ref unwanted = item;
    rc_lock(T, host);
    const bool found = index < load_relaxed(&l->length);
    if (likely(found))
        unwanted = rc_xchg_locked(T, host, &l->items[index], item);
    rc_unlock(T, host);
    rc_release(T, unwanted);
    return found;
}

rc_ref list_pop(struct thread *T, rc_loc list)
{
    struct list_obj *l = list_of(list);
    struct rc_header *host = &l->container.obj.rc;
    rc_ref item = RC_NULL_REF;
    rc_lock(T, host);
    const uint32_t length = load_relaxed(&l->length);
    if (likely(length > 0)) {
        item = rc_xchg_locked(T, host, &l->items[length - 1], RC_NULL_REF);
        store_relaxed(&l->length, length - 1);
    }
    rc_unlock(T, host);
    return item;
}

static void list_release_items(struct thread *T, rc_slot *items, uint32_t length, uint32_t capacity)
{
    for (uint32_t i = 0; i < length; i++)
        rc_release(T, rc_take(T, &items[i]));
    list_free_table(T, items, capacity);
}

void list_clear(struct thread *T, struct list_obj *l)
{
    struct rc_header *host = &l->container.obj.rc;
    rc_lock(T, host);
    rc_slot *items = l->items;
    const uint32_t length = load_relaxed(&l->length);
    const uint32_t capacity = l->capacity;
    store_relaxed(&l->length, 0);
    l->capacity = 0;
    l->items = NULL;
    rc_unlock(T, host);
    list_release_items(T, items, length, capacity);
}

void list_fini(struct thread *T, struct list_obj *l)
{
    list_release_items(T, l->items, load_relaxed(&l->length), l->capacity);
}
