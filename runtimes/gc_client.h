/*
 * The collector's client (gc/client.h) for this runtime: containers are found as the build says
 * (runtimes/enumerate), and references are read from slots without being taken.
 *
 * Only containers can be part of a cycle, so only references to them are passed on.  Whether a
 * child is one stands in its type, whose pointer lies beside the collector's word: that look costs
 * no cache line which the visit would not touch, but for children that are no containers.
 * Therefore long tables, too, ask for what lies behind their references some places ahead.
 */
#ifndef RUNTIMES_GC_CLIENT_H
#define RUNTIMES_GC_CLIENT_H

#include "alloc/base/fault.h"
#include "gc/head.h"
#include "runtimes/dump.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/inspect.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/object.h"
#include "runtimes/object/referent.h"
#include "runtimes/object/set.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"
#include "runtimes/thread.h"

#include ENUMERATE_NUMBERS_HEADER

#include <stdlib.h>

#define CLIENT_INLINE static inline __attribute__((always_inline))

enum {
    CLIENT_AHEAD = 16, /* references of a table that are asked for ahead */
};

/* Of references: `number` is 0 where there are no numbers. */
typedef void client_visitor(struct gc_head *child, uint32_t number, void *context);

/* A visitor of collector's words, and what it is called with. */
struct client_visit {
    void (*visit)(struct gc_head *head, void *context);
    void *context;
};

/* The same, of objects. */
struct client_look {
    void (*visit)(void *object, void *context);
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

CLIENT_INLINE void gc_client_walk(unsigned oldest, void (*visit)(struct gc_head *, void *),
                                  void *context)
{
    struct client_visit v = {visit, context};
    enumerate_each(oldest, client_visit_block, &v);
}

static inline void client_take_in(struct thread *thread, void *context)
{
    (void)context;
    heap_take_in(thread_heap(thread));
}

/* A full collection also takes in what was freed into heaps whose threads are gone, or may be blocked for long. */
static inline void gc_client_promoted(unsigned oldest)
{
    enumerate_promoted(oldest);
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

/* Without numbers, whether the object is a container stands in its type. */
CLIENT_INLINE void client_visit_object(const struct gc_numbers *numbers, struct rc_header *object,
                                       client_visitor *visit, void *context)
{
    if (object == NULL)
        return;
    struct gc_head *head = &((struct container *)obj_of(object))->gc;
    if (numbers != NULL)
        visit(head, gc_client_number_of(numbers, head), context);
    else if (obj_is_container(obj_of(object)))
        visit(head, 0, context);
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

/* What lies behind a reference that comes a little later; a number does not lie there. */
CLIENT_INLINE void client_ahead(const struct gc_numbers *numbers, const struct rc_header *object)
{
    if (numbers == NULL)
        client_prefetch(object);
}

CLIENT_INLINE void client_each_slot(const rc_slot *slots, size_t length,
                                    const struct gc_numbers *numbers, client_visitor *visit,
                                    void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (i + CLIENT_AHEAD < length)
            client_ahead(numbers, rc_peek(&slots[i + CLIENT_AHEAD]));
        client_visit_object(numbers, rc_peek(&slots[i]), visit, context);
    }
}

CLIENT_INLINE void client_each_cslot(const rc_cslot *slots, size_t length,
                                     const struct gc_numbers *numbers, client_visitor *visit,
                                     void *context)
{
    for (size_t i = 0; i < length; i++) {
        if (i + CLIENT_AHEAD < length)
            client_ahead(numbers, rc_cpeek(&slots[i + CLIENT_AHEAD]));
        client_visit_object(numbers, rc_cpeek(&slots[i]), visit, context);
    }
}

/* An entry of a dict is two slots, of a set one. */
CLIENT_INLINE const rc_slot *client_entry(struct hash_table *t, uint32_t number, size_t slots)
{
    const size_t size = offsetof(struct hash_entry, key) + slots * sizeof(rc_slot);
    return &hash_entry_at(t, number, size)->key;
}

CLIENT_INLINE void client_each_entry(struct hash_table *t, size_t slots,
                                     const struct gc_numbers *numbers, client_visitor *visit,
                                     void *context)
{
    const uint32_t used = t != NULL ? t->used : 0;
    const size_t first = FAULT(ignore_keys) ? slots - 1 : 0;
    const size_t end = FAULT(ignore_values) ? 1 : slots;
    for (uint32_t i = 0; i < used; i++) {
        if (i + CLIENT_AHEAD < used)
            for (size_t slot = 0; slot < slots; slot++)
                client_ahead(numbers, rc_peek(&client_entry(t, i + CLIENT_AHEAD, slots)[slot]));
        for (size_t slot = first; slot < end; slot++)
            client_visit_object(numbers, rc_peek(&client_entry(t, i, slots)[slot]), visit, context);
    }
}

CLIENT_INLINE void client_each_item(const struct list_obj *list, const struct gc_numbers *numbers,
                                    client_visitor *visit, void *context)
{
    const struct list_table *t = load_relaxed(&list->table);
    if (t != NULL && !FAULT(ignore_list))
        client_each_slot(t->items, load_relaxed(&list->length), numbers, visit, context);
}

CLIENT_INLINE void gc_client_traverse(const struct gc_numbers *numbers, struct gc_head *head,
                                      client_visitor *visit, void *context)
{
    const struct container *c = container_of_gc(head);
    const struct tuple_obj *tuple = (const struct tuple_obj *)c;
    const struct instance_obj *instance = (const struct instance_obj *)c;
    ASSERT(obj_is_container(&c->obj));
    switch (c->obj.type->kind) {
    case OBJ_INSTANCE:
        client_each_slot(instance->fields, FAULT(ignore_fields) ? 0 : c->obj.type->fields, numbers,
                         visit, context);
        break;
    case OBJ_TUPLE:
        client_each_cslot(tuple->items, FAULT(ignore_items) ? 0 : tuple->length, numbers, visit,
                          context);
        break;
    case OBJ_LIST:
        client_each_item((const struct list_obj *)c, numbers, visit, context);
        break;
    case OBJ_DICT:
        client_each_entry(load_relaxed(&((const struct dict_obj *)c)->root.table), 2, numbers,
                          visit, context);
        break;
    case OBJ_WEAKREF:
        client_each_slot(&((const struct weakref_obj *)c)->argument, FAULT(ignore_argument) ? 0 : 1,
                         numbers, visit, context);
        break;
    case OBJ_SET:
        if (!FAULT(ignore_members))
            client_each_entry(load_relaxed(&((const struct set_obj *)c)->root.table), 1, numbers,
                              visit, context);
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

static inline bool gc_client_frees(void) { return RC_FREES || FAULT(collect_unasked); }

static inline size_t gc_client_count(const struct gc_head *head)
{
    const char *container = (const char *)head - offsetof(struct container, gc);
    return rc_count(&((const struct container *)(const void *)container)->obj.rc);
}

_Noreturn static inline void gc_client_count_too_small(const struct gc_head *head)
{
    dump_count_too_small(&container_of_gc((struct gc_head *)(uintptr_t)head)->obj);
}

static inline size_t gc_client_bytes(const struct gc_head *head)
{
    const char *container = (const char *)head - offsetof(struct container, gc);
    return obj_block_bytes(&((const struct container *)(const void *)container)->obj);
}

static inline void client_visit_root(struct rc_header *object, void *context)
{
    const struct client_visit *v = context;
    if (object != NULL && obj_is_container(obj_of(object)))
        v->visit(&((struct container *)obj_of(object))->gc, v->context);
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

/* Of a tuple: what its items say.  Whether a tuple is tracked may change as long as it is tentative;
 * any other container stays tracked. */
static inline uint64_t gc_client_tracking(const struct gc_head *head)
{
    const struct tuple_obj *tuple =
        (const struct tuple_obj *)container_of_gc((struct gc_head *)(uintptr_t)head);
    uint64_t tracking = 0;
    for (size_t i = 0; i < tuple->length; i++) {
        struct rc_header *item = rc_cpeek(&tuple->items[i]);
        if (item == NULL || !obj_is_container(obj_of(item)))
            continue;
        uint64_t flags = load_relaxed(&((struct container *)obj_of(item))->gc.word) &
                         (GC_TRACKED | GC_TENTATIVE);
        if (flags == GC_TRACKED)
            return GC_TRACKED;
        tracking |= flags;
    }
    return tracking;
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

static inline bool gc_client_save(struct thread *T, struct gc_head *head)
{
    return inspect_save(T, (rc_ref){&container_of_gc(head)->obj.rc});
}

/* --- for those who look ------------------------------------------------------------------------- */

static inline void *gc_client_object(struct gc_head *head) { return container_of_gc(head); }

static inline void client_visit_referent(struct rc_header *referent, void *context)
{
    const struct client_look *v = context;
    v->visit(referent, v->context);
}

static inline void gc_client_each_referent(void *object, void (*visit)(void *, void *),
                                           void *context)
{
    struct client_look v = {visit, context};
    referent_each(object, client_visit_referent, &v);
}

/* Somebody's reference, who cannot run, stands for one of T's while that is doubled. */
static inline void gc_client_refer(struct thread *T, void *object)
{
    rc_loc loc = rc_move(T, (rc_ref){object});
    rc_own(T, rc_dup(T, loc));
    rc_own(T, loc);
}

static inline void gc_client_release(struct thread *T, void *object)
{
    rc_release(T, (rc_ref){object});
}

#endif
