/* What callbacks of cases saw, and short words for weak references. */
#ifndef TESTS_CONFORMANCE_WEAKREF_H
#define TESTS_CONFORMANCE_WEAKREF_H

#include "runtimes/object/weakref.h"
#include "tests/conformance/node.h"

static struct {
    unsigned calls;
    const struct rc_header *last; /* the weak reference that was called back last */
    rc_slot saved;                /* a reference from outside of every object */
} called;

static inline bool is_null(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    f[0] = weakref_get(T, weakref);
    bool null = loc_is_null(f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return null;
}

static inline void call(struct thread *T, rc_loc weakref)
{
    EXPECT(is_null(T, weakref), "a weak reference is null in its callback");
    called.calls++;
    called.last = rc_get(weakref);
}

static inline rc_ref weak(struct thread *T, rc_loc target, weakref_callback *callback)
{
    return sure_weakref(T, target, callback, RC_NULL_REF);
}

#define EXPECT_CALLS(n) EXPECT_EQUAL(called.calls, n, "callbacks")

#endif
