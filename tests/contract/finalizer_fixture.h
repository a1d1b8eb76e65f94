/*
 * What the tests of finalizers share: nodes of two fields, and what their finalizers saw, in `seen`.
 */
#ifndef TESTS_CONTRACT_FINALIZER_FIXTURE_H
#define TESTS_CONTRACT_FINALIZER_FIXTURE_H

#include "runtimes/object/finalize.h"
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1 };

static const char *const node_fields[] = {"link", "cargo"};
enum { LINK, CARGO };

static struct {
    unsigned runs;
    unsigned errors;         /* as told to the reporter */
    const struct type *type; /* of the last error */
    pthread_t thread;        /* where the last finalizer ran */
    bool wrong;
    rc_slot saved; /* what was resurrected last */
} seen;

static inline void report(const struct type *type)
{
    seen.errors++;
    seen.type = type;
}

static inline int finalizer_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    memset((void *)&seen, 0, sizeof seen);
    finalize_report_to(report);
    return result;
}

static inline int finalizer_stop(void **state)
{
    int result = fixture_stop(state);
    finalize_report_to(NULL);
    return result;
}

#define FINALIZER_TEST(test) cmocka_unit_test_setup_teardown(test, finalizer_start, finalizer_stop)

/* --- finalizers ----------------------------------------------------------------------------------------------------- */

static inline bool note(struct thread *T, rc_loc self)
{
    (void)T;
    seen.runs++;
    seen.thread = pthread_self();
    seen.wrong |= loc_is_null(self);
    return true;
}

static inline bool save(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &seen.saved, cell_ref(T, self));
    return note(T, self);
}

#define NODE_TYPE(finalizer) INSTANCE_TYPE_FINALIZED(#finalizer, node_fields, finalizer)

/* --- nodes ---------------------------------------------------------------------------------------------------------- */

static inline rc_ref node_new(struct thread *T, const struct type *type, rc_ref link)
{
    rc_ref node = instance_new(T, type, (rc_ref[]){link, text_ref(T, "cargo")});
    assert_false(ref_is_null(node));
    return node;
}

/* A node that refers to itself. */
static inline rc_ref loop_new(struct thread *T, const struct type *type)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, type, RC_NULL_REF));
    instance_set(T, f[0], LINK, cell_ref(T, f[0]));
    rc_ref node = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return node;
}

/* `n` nodes in a ring, none of them referred to from outside. */
static inline void drop_ring(struct thread *T, const struct type *type, int n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, type, RC_NULL_REF));
    f[1] = rc_dup(T, f[0]);
    for (int i = 1; i < n; i++)
        f[1] = rc_move(T, node_new(T, type, cell_own(T, &f[1])));
    instance_set(T, f[0], LINK, cell_own(T, &f[1]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static inline void drop_saved(struct thread *T) { rc_store(T, NULL, &seen.saved, RC_NULL_REF); }

static inline void assert_runs(struct thread *T, unsigned runs, size_t left)
{
    assert_int_equal(live_objects(T), left);
    assert_int_equal(seen.runs, runs);
    assert_false(seen.wrong);
}

#endif
