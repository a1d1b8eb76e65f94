/*
 * Objects: a count, a type, and what the type adds.
 *
 *   struct obj        counting header | type                        every object begins so (header.h)
 *   struct container  counting header | type | collector's word     whatever can hold references; how all of them are
 *                                                                    found: runtimes/enumerate/pools.h or linked.h
 *
 * Conventions of every function of this layer
 *   - `T` is the calling thread, attached.
 *   - An rc_loc argument is *borrowed* from a cell of the caller's frame; an rc_ref argument is
 *     *consumed*, also on failure.
 *   - Constructors return an owned reference, null if there is no memory.  Reads return an rc_loc,
 *     null if there is nothing.
 *   - Constructors of containers poll a safepoint first and may run a collection; nothing else
 *     here does by itself, unless the heap has a limit and that is reached: then whatever may
 *     allocate does (room.h).  But whatever ends a reference may run finalizers and callbacks of weak
 *     references, and those may do anything: no lock is held then, and everything is as it is to be.
 *   - Arguments have the type that the name says; debug builds check it.
 *   - Mutable containers may be used by several threads at a time; each single call is atomic.
 *
 * Death: what the end of a container ends goes on its thread's list of the dying, and the outermost
 * rc_died works the list off, so a chain of any length is destroyed without recursion (death.c).
 * It may run finalizers and callbacks, and so poll safepoints.  What is told of
 * a death: weakref.h, finalize.h.  How many bytes objects take: size.h.
 */
#ifndef RUNTIMES_OBJECT_OBJECT_H
#define RUNTIMES_OBJECT_OBJECT_H

#include "alloc/base/check.h"
#include "gc/head.h"
#include "runtimes/object/header.h"
#include "runtimes/object/room.h"
#include "runtimes/rc/rc.h"
#include "runtimes/thread.h"

#include ENUMERATE_HEADER

#include <string.h>

/* Where the free-list link of a dead object lies: over the type word, so that header and
 * collector's word stay zero. */
#define OBJ_LINK offsetof(struct obj, type)

static inline struct obj *obj_of(struct rc_header *header) { return (struct obj *)header; }
static inline bool loc_is_null(rc_loc loc) { return rc_get(loc) == NULL; }
static inline bool ref_is_null(rc_ref ref) { return ref.p == NULL; }

/* The object of a loc that is not null: what reads return where the caller knows that there is
 * something. */
static inline struct obj *obj_get(rc_loc loc)
{
    struct obj *o = obj_of(rc_get(loc));
    ASSERT(o != NULL);
    if (o == NULL)
        __builtin_unreachable();
    return o;
}

static inline bool obj_is(const struct obj *o, enum obj_kind kind) { return o->type->kind == kind; }

static inline bool obj_is_container(const struct obj *o) { return o->type->kind >= OBJ_TUPLE; }

/* The container of a collector's word, and back. */
static inline struct container *container_of_gc(struct gc_head *head)
{
    return (struct container *)((char *)head - offsetof(struct container, gc));
}

/* Allocates an object of `size` bytes that is no container; null if there is no memory.  `size` may
 * be a constant. */
static inline rc_ref obj_new(struct thread *T, const struct type *type, size_t size)
{
    ASSERT(rc_quiet == 0); /* inside a lock no room can be made (room.h) */
    struct obj *o = heap_alloc(thread_heap(T), BLOCK_OBJECT, OBJ_LINK, size);
    if (unlikely(o == NULL) && (o = room_alloc(T, BLOCK_OBJECT, OBJ_LINK, size)) == NULL)
        return RC_NULL_REF;
    o->type = type;
    const rc_ref made = rc_init_leaf(T, &o->rc);
    rc_tally_type(&o->rc, type->name);
    rc_tally_made(&o->rc, PROFILE_OBJECT, size);
    return made;
}

/* Allocates a container of `size` bytes after polling a safepoint and, if one is due, a collection.
 * The caller fills in its slots and then calls container_ready. */
static inline rc_ref container_new(struct thread *T, const struct type *type, size_t size)
{
    ASSERT(rc_quiet == 0);
    thread_safepoint(T);
    if (unlikely(gc_will_allocate(&T->gc, heap_block_bytes(size))))
        gc_collect_due(T);
    struct container *c = heap_alloc(thread_heap(T), BLOCK_CONTAINER, OBJ_LINK, size);
    if (unlikely(c == NULL) && (c = room_alloc(T, BLOCK_CONTAINER, OBJ_LINK, size)) == NULL) {
        gc_did_free(&T->gc, heap_block_bytes(size));
        return RC_NULL_REF;
    }
    c->obj.type = type;
    const rc_ref made = rc_init(T, &c->obj.rc);
    rc_tally_type(&c->obj.rc, type->name);
    rc_tally_made(&c->obj.rc, PROFILE_CONTAINER, size);
    return made;
}

/* All slots of the new container are initialised: the collector may look at it. */
static inline void container_ready(struct container *c)
{
    gc_head_init(&c->gc);
    enumerate_add(c);
}

/* The same, of one whose slots never change. */
static inline void container_ready_constant(struct container *c)
{
    gc_head_init_tentative(&c->gc);
    enumerate_add(c);
}

/* One more owned reference to an immortal object: nothing to do, but the tally wants to know. */
static inline rc_ref obj_immortal(struct thread *T, struct obj *o)
{
    rc_tally_inc(T, &o->rc, PROFILE_OWNED);
    return (rc_ref){&o->rc};
}

/* Makes an object outside of every heap immortal, whatever an earlier runtime of this program left
 * in its header. */
static inline void obj_immortalize(struct thread *T, struct obj *o)
{
    memset((void *)&o->rc, 0, sizeof o->rc);
    rc_immortalize(T, &o->rc);
    rc_tally_type(&o->rc, o->type->name);
}

/* Moves `bytes` of a table that contains slots to a new table, inside the lock of its container.  A
 * slot moved bytewise: the reference changes its place, not its owner, so nothing is counted; the
 * old bytes are no slots any more. */
static inline void obj_move_slots(void *to, const void *from, size_t bytes)
{
    memcpy(to, from, bytes);
}

/* Releases what a container would have consumed that there is no memory for; returns the null
 * reference. */
rc_ref obj_refuse(struct thread *T, size_t length, const rc_ref *refs);

/* Equality and hash of hashable values: None, bool, int, float, str, and tuples of these.  As in
 * Python, 1 == 1.0 == True and equal values have equal hashes.  Other kinds are equal to themselves
 * only, and every object is equal to itself, NaN too (what Python's dicts go by).  Deep tuples
 * recurse. */
bool obj_equals(const struct obj *a, const struct obj *b);
uint64_t obj_hash(const struct obj *o);

/* All references to the object of a cell, on the stack or anywhere else, the cell's own one among
 * them: what Python's getrefcount shows.  For an immortal object some number that no other object
 * comes to.  Exact, and therefore not cheap: it stops the world, applies what the strategy of
 * counting has deferred, and where references on the stack are not counted looks at all frames; two
 * round trips to every running thread.  Polls a safepoint. */
size_t obj_refcount(struct thread *T, rc_loc loc);

/* The bytes of the object itself, its table's capacity included; and the bytes of the blocks it
 * takes, 0 for objects outside of every heap.  Nobody may change it meanwhile. */
size_t obj_size(const struct obj *o);
size_t obj_block_bytes(const struct obj *o);

/* Empties a container that is cyclic garbage, releasing what it held: it is then valid and holds
 * nothing (a list or dict of length 0, an instance or tuple with null slots).  The caller refers to
 * it; others may die of it, and deaths run. */
void obj_clear(struct thread *T, struct container *container);

#endif
