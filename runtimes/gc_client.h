/*
 * The collector's client (gc/client.h) for this runtime: the heap walk finds containers, and
 * references are read from slots without being taken.
 *
 * Only containers can be part of a cycle, so only references to them are passed on.  Whether a
 * child is one stands in its type, whose pointer lies beside the collector's word: that look costs
 * no cache line which the visit would not touch, but for children that are no containers.
 * Therefore long tables, too, ask for what lies behind their references some places ahead.
 */
#ifndef RUNTIMES_GC_CLIENT_H
#define RUNTIMES_GC_CLIENT_H

#include "alloc/walk.h"
#include "gc/head.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/object.h"
#include "runtimes/object/set.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"
#include "runtimes/thread.h"

#include <stdlib.h>

#define CLIENT_INLINE static inline __attribute__((always_inline))

enum {
    CLIENT_AHEAD = 16, /* references of a table that are asked for ahead */
};

/* A visitor of collector's words, and what it is called with. */
struct client_visit {
    void (*visit)(struct gc_head *head, void *context);
    void *context;
};

/* --- world ------------------------------------------------------------------------------------ */

static inline struct gc_thread *gc_client_thread(struct thread *T) { return &T->gc; }
static inline void gc_client_stop(struct thread *T) { world_stop(T); }
static inline void gc_client_start(struct thread *T) { world_start(T); }
static inline void gc_client_settle(struct thread *T) { rc_settle(T); }

static inline void *gc_client_allocate(size_t bytes)
{
    return failure_is_due() ? NULL : malloc(bytes);
}

static inline void gc_client_free(void *memory) { free(memory); }

/* --- finding containers ----------------------------------------------------------------------- */

CLIENT_INLINE void client_visit_block(void *block, void *context)
{
    const struct client_visit *v = context;
    v->visit(&((struct container *)block)->gc, v->context);
}

static inline enum walk_set client_walk_set(unsigned oldest)
{
    static const enum walk_set sets[GC_GENERATIONS] = {WALK_YOUNG, WALK_MIDDLE, WALK_ALL};
    return sets[oldest];
}

CLIENT_INLINE void gc_client_walk(unsigned oldest, void (*visit)(struct gc_head *, void *),
                                  void *context)
{
    struct client_visit v = {visit, context};
    walk_containers(client_walk_set(oldest), offsetof(struct container, gc), client_visit_block,
                    &v);
}

static inline void client_take_in(struct thread *thread, void *context)
{
    (void)context;
    heap_take_in(thread_heap(thread));
}

/* A full collection also takes in what was freed into heaps whose threads are gone, or may be blocked for long. */
static inline void gc_client_promoted(unsigned oldest)
{
    walk_promoted(client_walk_set(oldest));
    if (oldest != GC_GENERATIONS - 1)
        return;
    world_each_thread(client_take_in, NULL);
    world_flush_gone_heaps();
}

/* What a full collection freed is given back to the system, too, as far as it was the collecting thread's. */
static inline void gc_client_collected(struct thread *T, unsigned oldest)
{
    if (oldest == GC_GENERATIONS - 1)
        heap_trim_if_sparse(thread_heap(T));
}

/* --- references ------------------------------------------------------------------------------- */

CLIENT_INLINE void client_visit_object(struct rc_header *object,
                                       void (*visit)(struct gc_head *, void *), void *context)
{
    if (object != NULL && obj_is_container(obj_of(object)))
        visit(&((struct container *)obj_of(object))->gc, context);
}

/* Asks for the type, and for the collector's word, which will be written: they may lie in two
 * lines. */
CLIENT_INLINE void client_prefetch(const struct rc_header *object)
{
    if (object == NULL)
        return;
    __builtin_prefetch(object, 1);
    __builtin_prefetch((const char *)object + offsetof(struct container, gc), 1);
}

CLIENT_INLINE void client_each_slot(const rc_slot *slots, size_t length,
                                    void (*visit)(struct gc_head *, void *), void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (i + CLIENT_AHEAD < length)
            client_prefetch(rc_peek(&slots[i + CLIENT_AHEAD]));
        client_visit_object(rc_peek(&slots[i]), visit, context);
    }
}

CLIENT_INLINE void client_each_cslot(const rc_cslot *slots, size_t length,
                                     void (*visit)(struct gc_head *, void *), void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (i + CLIENT_AHEAD < length)
            client_prefetch(rc_cpeek(&slots[i + CLIENT_AHEAD]));
        client_visit_object(rc_cpeek(&slots[i]), visit, context);
    }
}

/* An entry of a dict is two slots, of a set one. */
CLIENT_INLINE const rc_slot *client_entry(struct hash_table *t, uint32_t number, size_t slots)
{
    const size_t size = offsetof(struct hash_entry, key) + slots * sizeof(rc_slot);
    return &hash_entry_at(t, number, size)->key;
}

CLIENT_INLINE void client_each_entry(struct hash_table *t, size_t slots,
                                     void (*visit)(struct gc_head *, void *), void *context)
{
    const uint32_t used = t != NULL ? t->used : 0;
    for (uint32_t i = 0; i < used; i++) {
        if (i + CLIENT_AHEAD < used)
            for (size_t slot = 0; slot < slots; slot++)
                client_prefetch(rc_peek(&client_entry(t, i + CLIENT_AHEAD, slots)[slot]));
        for (size_t slot = 0; slot < slots; slot++)
            client_visit_object(rc_peek(&client_entry(t, i, slots)[slot]), visit, context);
    }
}

CLIENT_INLINE void client_each_item(struct list_table *t, size_t length,
                                    void (*visit)(struct gc_head *, void *), void *context)
{
    if (t != NULL)
        client_each_slot(t->items, length, visit, context);
}

CLIENT_INLINE void gc_client_traverse(struct gc_head *head, void (*visit)(struct gc_head *, void *),
                                      void *context)
{
    const struct container *c = container_of_gc(head);
    const struct tuple_obj *tuple = (const struct tuple_obj *)c;
    const struct list_obj *list = (const struct list_obj *)c;
    ASSERT(obj_is_container(&c->obj));
    switch (c->obj.type->kind) {
    case OBJ_INSTANCE:
        client_each_slot(((const struct instance_obj *)c)->fields, c->obj.type->fields, visit,
                         context);
        break;
    case OBJ_TUPLE:
        client_each_cslot(tuple->items, tuple->length, visit, context);
        break;
    case OBJ_LIST:
        client_each_item(load_relaxed(&list->table), load_relaxed(&list->length), visit, context);
        break;
    case OBJ_DICT:
        client_each_entry(load_relaxed(&((const struct dict_obj *)c)->root.table), 2, visit,
                          context);
        break;
    case OBJ_WEAKREF:
        client_each_slot(&((const struct weakref_obj *)c)->argument, 1, visit, context);
        break;
    case OBJ_SET:
        client_each_entry(load_relaxed(&((const struct set_obj *)c)->root.table), 1, visit,
                          context);
        break;
    default:
        break;
    }
}

CLIENT_INLINE size_t client_first(size_t length)
{
    return length < CLIENT_AHEAD ? length : CLIENT_AHEAD;
}

CLIENT_INLINE void gc_client_prefetch_children(struct gc_head *head)
{
    const struct container *c = container_of_gc(head);
    const struct instance_obj *instance = (const struct instance_obj *)c;
    const struct tuple_obj *tuple = (const struct tuple_obj *)c;
    switch (c->obj.type->kind) {
    case OBJ_INSTANCE:
        for (size_t i = 0; i < client_first(c->obj.type->fields); i++)
            client_prefetch(rc_peek(&instance->fields[i]));
        break;
    case OBJ_TUPLE:
        for (size_t i = 0; i < client_first(tuple->length); i++)
            client_prefetch(rc_cpeek(&tuple->items[i]));
        break;
    case OBJ_LIST:
        __builtin_prefetch(load_relaxed(&((const struct list_obj *)c)->table));
        break;
    case OBJ_DICT:
        __builtin_prefetch(load_relaxed(&((const struct dict_obj *)c)->root.table));
        break;
    case OBJ_SET:
        __builtin_prefetch(load_relaxed(&((const struct set_obj *)c)->root.table));
        break;
    default:
        break;
    }
}

/* --- counts ----------------------------------------------------------------------------------- */

static inline size_t gc_client_count(const struct gc_head *head)
{
    const char *container = (const char *)head - offsetof(struct container, gc);
    return rc_count(&((const struct container *)(const void *)container)->obj.rc);
}

static inline size_t gc_client_bytes(const struct gc_head *head)
{
    const char *container = (const char *)head - offsetof(struct container, gc);
    return obj_block_bytes(&((const struct container *)(const void *)container)->obj);
}

static inline void client_visit_root(struct rc_header *object, void *context)
{
    const struct client_visit *v = context;
    client_visit_object(object, v->visit, v->context);
}

static inline void gc_client_each_uncounted_root(struct thread *T,
                                                 void (*visit)(struct gc_head *, void *),
                                                 void *context)
{
    struct client_visit v = {visit, context};
    rc_each_uncounted_root(T, client_visit_root, &v);
}

static inline void gc_client_hold(struct thread *T, struct gc_head *head)
{
    rc_hold(T, &container_of_gc(head)->obj.rc);
}

/* --- the end of garbage ----------------------------------------------------------------------- */

static inline bool gc_client_is_observed(const struct gc_head *head)
{
    const struct container *c = container_of_gc((struct gc_head *)(uintptr_t)head);
    return gc_head_is_weak(head) || finalize_is_due(c);
}

static inline bool gc_client_condemn(struct thread *T, struct gc_head *head)
{
    struct container *c = container_of_gc(head);
    if (gc_head_is_weak(head))
        weakref_end_all(T, c);
    return finalize_is_due(c);
}

static inline void gc_client_call_back(struct thread *T) { weakref_call_back(T); }

static inline void gc_client_finalize(struct thread *T, struct gc_head *head)
{
    struct container *c = container_of_gc(head);
    if (finalize_is_due(c))
        finalize_garbage(T, c);
}

static inline void gc_client_clear(struct thread *T, struct gc_head *head)
{
    obj_clear(T, container_of_gc(head));
}

static inline void gc_client_drop(struct thread *T, struct gc_head *head)
{
    rc_release(T, (rc_ref){&container_of_gc(head)->obj.rc});
}

#endif
