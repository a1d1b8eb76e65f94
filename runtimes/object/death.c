/*
 * The end of objects.
 *
 * Idea: an object without references goes at once.  A container whose emptying ends others puts
 * these on its thread's list of the dying, linked through the collector's word, and the outermost
 * rc_died works the list off.  Emptying a container may end others, which only joins them to the list: a chain of any length
 * needs one frame of stack, and no memory.
 * Invariant: the header of a dead object is all zeros from its last reference until the heap hands
 * its block out again; its collector's word says DYING while it is listed and is zero when the
 * block goes back.
 *
 * What others are to notice of a death comes off the list too, container by container: its weak
 * references become null, their callbacks run, then its finalizer, if it has one that has not run.
 * For that the container is revived, and so it comes back to the list, or lives on.  Code of users
 * that runs here may do anything; what dies meanwhile waits on the list until it has returned.
 *
 * Accounts: container_new counts each container once with gc_will_allocate, and its death counts it
 * once with gc_did_free, whether the collector still tracked it (or ever did) or not.
 * Source: the trashcan of CPython (C. Tismer, 2000), without its depth; Weizenbaum's lazy freeing,
 * CACM 1963.
 */
#include "runtimes/object/object.h"

#include "alloc/base/fault.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/intern.h"
#include "runtimes/object/list.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"
#include "runtimes/object/weakref.h"

_Thread_local unsigned rc_quiet;

/* Bytewise and relaxed: a late reader may be looking at it. */
static bool header_is_zero(struct rc_header *header)
{
    _Atomic unsigned char *bytes = (_Atomic unsigned char *)header;
    for (size_t i = 0; i < sizeof *header; i++)
        if (load_relaxed(&bytes[i]) != 0)
            return false;
    return true;
}

static inline void leaf_destroy(struct thread *T, struct obj *o)
{
    _Static_assert(sizeof(struct int_obj) == sizeof(struct float_obj), "numbers are freed alike");
    if (obj_is(o, OBJ_STR)) {
        struct str_obj *s = (struct str_obj *)o;
        if (unlikely(s->interned))
            intern_end(T, s);
        else
            str_free(T, s);
        return;
    }
    CHECK(obj_is(o, OBJ_INT) || obj_is(o, OBJ_FLOAT), "a %s, which is immortal, died",
          o->type->name);
    rc_tally_end(&o->rc);
    heap_free(thread_heap(T), BLOCK_OBJECT, OBJ_LINK, sizeof(struct int_obj), o);
}

static inline void container_free(struct thread *T, struct container *c, size_t size)
{
    gc_did_free(&T->gc, heap_block_bytes(size));
    enumerate_remove(c);
    gc_head_fini(&c->gc);
    rc_tally_end(&c->obj.rc);
    heap_free(thread_heap(T), BLOCK_CONTAINER, OBJ_LINK, size, c);
}

static inline void container_destroy(struct thread *T, struct container *c)
{
    switch (c->obj.type->kind) {
    case OBJ_INSTANCE:
        instance_fini(T, (struct instance_obj *)c);
        container_free(T, c, instance_bytes(c->obj.type));
        return;
    case OBJ_TUPLE:
        tuple_fini(T, (struct tuple_obj *)c);
        container_free(T, c, tuple_bytes(((struct tuple_obj *)c)->length));
        return;
    case OBJ_LIST:
        list_fini(T, (struct list_obj *)c);
        container_free(T, c, sizeof(struct list_obj));
        return;
    case OBJ_WEAKREF:
        weakref_fini(T, (struct weakref_obj *)c);
        container_free(T, c, sizeof(struct weakref_obj));
        return;
    case OBJ_SET:
        set_fini(T, (struct set_obj *)c);
        container_free(T, c, sizeof(struct set_obj));
        return;
    default:
        ASSERT(obj_is(&c->obj, OBJ_DICT));
        dict_fini(T, (struct dict_obj *)c);
        container_free(T, c, sizeof(struct dict_obj));
    }
}

/* Whether anybody may notice the death; one test, since most containers have neither. */
static inline bool is_observed(const struct container *c)
{
    const uint64_t weak = load_relaxed(&c->gc.word) & GC_WEAK;
    return (weak | (uintptr_t)c->obj.type->finalize) != 0;
}

/* False if the container is to be destroyed now; else it has been left to its next death. */
static bool let_notice(struct thread *T, struct container *c)
{
    gc_head_set_dying(&c->gc, NULL);
    if (gc_head_is_weak(&c->gc)) {
        weakref_end_all(T, c);
        weakref_call_back(T);
    }
    const bool due = finalize_is_due(c);
    if (due)
        finalize_dead(T, c);
    return due;
}

static inline __attribute__((always_inline)) void container_end(struct thread *T,
                                                                struct container *c)
{
    if (likely(!is_observed(c)) || !let_notice(T, c))
        container_destroy(T, c);
}

static __attribute__((noinline)) void destroy_the_dying(struct thread *T)
{
    while (T->dying != NULL) {
        struct container *c = container_of_gc(T->dying);
        T->dying = gc_head_link(&c->gc);
        container_end(T, c);
    }
}

static inline void list_dying(struct thread *T, struct container *c)
{
    gc_head_set_dying(&c->gc, T->dying);
    T->dying = &c->gc;
}

/* The outermost one need not be listed: until it is destroyed, or noticed, no safepoint is polled. */
static __attribute__((noinline)) void container_died(struct thread *T, struct container *c)
{
    ASSERT(!gc_head_is_dying(&c->gc));
    if (T->destroying && !FAULT(recursive_death)) {
        list_dying(T, c);
        return;
    }
    T->destroying = true;
    container_end(T, c);
    if (unlikely(T->dying != NULL))
        destroy_the_dying(T);
    T->destroying = false;
}

void rc_died(struct thread *T, struct rc_header *object)
{
    struct obj *o = obj_of(object);
    ASSERT(header_is_zero(object));
    ASSERT(rc_quiet == 0); /* inside a lock, or while references are settled */
    if (obj_is_container(o))
        container_died(T, (struct container *)o);
    else
        leaf_destroy(T, o);
}

void rc_died_together(struct thread *T, struct rc_header *const *objects, size_t count)
{
    const bool outermost = !T->destroying;
    T->destroying = true;
    ASSERT(rc_quiet == 0);
    for (size_t i = 0; i < count; i++) {
        struct obj *o = obj_of(objects[i]);
        ASSERT(header_is_zero(objects[i]));
        if (obj_is_container(o))
            list_dying(T, (struct container *)o);
        else
            leaf_destroy(T, o);
    }
    if (outermost) {
        destroy_the_dying(T);
        T->destroying = false;
    }
}

void obj_clear(struct thread *T, struct container *container)
{
    switch (container->obj.type->kind) {
    case OBJ_INSTANCE:
        instance_clear(T, (struct instance_obj *)container);
        return;
    case OBJ_TUPLE:
        tuple_clear(T, (struct tuple_obj *)container);
        return;
    case OBJ_LIST:
        list_clear(T, (struct list_obj *)container);
        return;
    case OBJ_WEAKREF:
        weakref_clear(T, (struct weakref_obj *)container);
        return;
    case OBJ_SET:
        set_clear(T, (struct set_obj *)container);
        return;
    default:
        ASSERT(obj_is(&container->obj, OBJ_DICT));
        dict_clear(T, (struct dict_obj *)container);
    }
}
