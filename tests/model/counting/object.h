/*
 * Objects for the models of counting protocols: a header, contents, and a place in memory that is used again.
 *
 * Idea: a model is told of a wrong count by what a wrong count does.  `contents` is plain: a use after the death, or one that the
 * death does not come after, is a data race with it, and so is a reference to an object that the thread should not have been
 * able to find.  A death reads the header as if nobody else could touch it: whoever ends an object must know all that was
 * ever written there, for the next object in its place begins with stores that nothing orders.  What leaks is not DEAD in
 * the end.
 *
 * Ordering: (N1) release of a place by a death, read by (N2) acquire of who makes an object there: what the allocator does.
 *
 * Needs, before it: struct thread, and header_is_zero of the strategy's header.
 */
#ifndef TESTS_MODEL_COUNTING_OBJECT_H
#define TESTS_MODEL_COUNTING_OBJECT_H

#include "tests/model/explore/explore.h"

#include "runtimes/rc/rc.h"

enum { NOT_MADE, ALIVE, DEAD };

struct object {
    struct rc_header header;
    uint32_t contents;
    _Atomic uint32_t is_free; /* a dead one's place */
};

static inline struct object *object_of(struct rc_header *header) { return (struct object *)header; }

/* Ends what a dead object held, if a model has such. */
__attribute__((weak)) void object_empty(struct thread *T, struct object *object);

void rc_died(struct thread *T, struct rc_header *header)
{
    struct object *object = object_of(header);
    bool is_zero = header_is_zero(header);
    EXPECT(is_zero);
    uint32_t contents = object->contents;
    EXPECT(contents == ALIVE);
    if (object_empty != NULL)
        object_empty(T, object);
    object->contents = DEAD;
    store_release(&object->is_free, 1); /* (N1) */
}

_Noreturn void rc_count_too_small(const struct rc_header *object)
{
    check_failed(__FILE__, __LINE__, "references", "too few of object %p", (const void *)object);
}

/* A new object, with one reference.  Its place is free, or was never used. */
static inline rc_ref make(struct thread *T, struct object *object)
{
    store_relaxed(&object->is_free, 0);
    rc_ref ref = rc_init(T, &object->header);
    object->contents = ALIVE;
    return ref;
}

static inline bool is_free(struct object *object)
{
    return load_acquire(&object->is_free) != 0; /* (N2) */
}

/* What somebody with a reference does. */
static inline void use(struct rc_header *header)
{
    uint32_t contents = object_of(header)->contents;
    EXPECT(contents == ALIVE);
}

/* Uses and ends a reference; the null reference may be given. */
static inline void use_and_drop(struct thread *T, rc_loc loc)
{
    if (rc_get(loc) != NULL)
        use(rc_get(loc));
    rc_drop(T, loc);
}

/* --- flags: one thread has come so far ------------------------------------------------------------------------------ */

static inline bool is_set(const void *flag)
{
    return load_relaxed((const _Atomic uint32_t *)flag) != 0;
}

/* (N3), read by (N4). */
static inline void raise_flag(_Atomic uint32_t *flag) { store_release(flag, 1); }

static inline void await_flag(_Atomic uint32_t *flag)
{
    while (load_acquire(flag) == 0) /* (N4) */
        explore_await(flag, is_set);
}

#endif
