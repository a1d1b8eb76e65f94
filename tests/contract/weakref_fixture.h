/*
 * What the tests of weak references share: what callbacks saw, in `seen`, and short words.
 *
 * Targets are boxes and loops of boxes.
 */
#ifndef TESTS_CONTRACT_WEAKREF_FIXTURE_H
#define TESTS_CONTRACT_WEAKREF_FIXTURE_H

#include "runtimes/object/weakref.h"
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1 };

static struct {
    unsigned calls;
    const struct rc_header *last; /* the weak reference that was called back last */
    bool target_was_there;
    rc_slot saved;
} seen;

static inline int weakref_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    memset((void *)&seen, 0, sizeof seen);
    return result;
}

#define WEAKREF_TEST(test) cmocka_unit_test_setup_teardown(test, weakref_start, fixture_stop)

static inline bool is_null(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    f[0] = weakref_get(T, weakref);
    bool null = loc_is_null(f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return null;
}

static inline void note(struct thread *T, rc_loc weakref)
{
    seen.calls++;
    seen.last = rc_get(weakref);
    seen.target_was_there |= !is_null(T, weakref);
}

static inline rc_ref weak(struct thread *T, rc_loc target, weakref_callback *callback)
{
    rc_ref weakref = weakref_new(T, target, callback, RC_NULL_REF);
    assert_false(ref_is_null(weakref));
    return weakref;
}

/* A box that refers to itself. */
static inline rc_ref loop_new(struct thread *T, rc_ref right)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, right));
    instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[0]));
    rc_ref loop = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return loop;
}

static inline void deaths(struct thread *T)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
}

static inline void assert_calls(struct thread *T, unsigned calls)
{
    deaths(T);
    assert_int_equal(seen.calls, calls);
    assert_false(seen.target_was_there);
}

#endif
