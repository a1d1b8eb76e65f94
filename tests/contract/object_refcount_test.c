/* Counts as Python's getrefcount shows them, beyond what the cases of conformance say: weak references, other threads. */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/weakref.h"

/* Deaths need not have come, but what they owe is counted off. */
static void assert_references(struct thread *T, rc_loc loc, size_t expected)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(obj_refcount(T, loc), expected);
}

static void weak_references_are_none(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, numbered_box(T, 1));
    f[1] = rc_move(T, weakref_new(T, f[0], NULL, RC_NULL_REF));
    assert_references(T, f[0], 1);
    f[2] = weakref_get(T, f[1]);
    assert_references(T, f[0], 2);
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

/* --- references of other threads ------------------------------------------------------------------------------------ */

struct holders {
    rc_slot shared;
    pthread_barrier_t gate;
};

/* Holds two: what it read, and an alias. */
static void hold(struct thread *T, struct worker *self)
{
    struct holders *holders = self->context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &holders->shared);
    f[1] = rc_dup(T, f[0]);
    gate_pass(T, &holders->gate);
    gate_pass(T, &holders->gate);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void other_threads(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct holders holders;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered_box(T, 1));
    rc_init_slot(T, &holders.shared, cell_ref(T, f[0]));
    assert_int_equal(pthread_barrier_init(&holders.gate, NULL, WORKERS + 1), 0);
    for (unsigned i = 0; i < WORKERS; i++) {
        workers[i] = (struct worker){.work = hold, .context = &holders, .index = i};
        worker_start(&workers[i]);
    }
    gate_pass(T, &holders.gate);
    assert_references(T, f[0], 2 + 2 * WORKERS);
    gate_pass(T, &holders.gate);
    for (unsigned i = 0; i < WORKERS; i++)
        worker_join(T, &workers[i]);
    pthread_barrier_destroy(&holders.gate);
    assert_references(T, f[0], 2);
    rc_store(T, NULL, &holders.shared, RC_NULL_REF);
    assert_references(T, f[0], 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(weak_references_are_none),
        OBJECT_TEST(other_threads),
    };
    return cmocka_run_group_tests_name("object refcount " RC_NAME, tests, NULL, NULL);
}
