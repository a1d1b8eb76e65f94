/* Counts as Python's getrefcount shows them: every reference, and the end of every one. */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/weakref.h"

/* Deaths need not have come, but what they owe is counted off. */
static void assert_references(struct thread *T, rc_loc loc, size_t expected)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(obj_refcount(T, loc), expected);
}

static void alias(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, text_ref(T, "abc"));
    assert_references(T, f[0], 1);
    f[1] = rc_dup(T, f[0]);
    assert_references(T, f[0], 2);
    rc_clear(T, &f[0]);
    assert_references(T, f[1], 1);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static size_t count_of_argument(struct thread *T, rc_loc argument)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_dup(T, argument); /* a parameter that the callee keeps */
    const size_t count = obj_refcount(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return count;
}

static void argument(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    assert_int_equal(count_of_argument(T, f[0]), 2);
    assert_references(T, f[0], 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void insertion_into_a_list(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, numbered_box(T, 1));
    f[1] = rc_move(T, list_new(T, 0));
    for (size_t i = 1; i <= 3; i++) {
        assert_true(list_append(T, f[1], cell_ref(T, f[0])));
        assert_references(T, f[0], 1 + i);
    }
    f[2] = list_get(T, f[1], 0);
    assert_references(T, f[0], 5);
    rc_clear(T, &f[2]);
    assert_true(list_set(T, f[1], 0, none_ref(T)));
    assert_references(T, f[0], 3);
    rc_clear(T, &f[1]);
    assert_references(T, f[0], 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void assignment(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, numbered_box(T, 1));
    f[1] = rc_move(T, numbered_box(T, 2));
    f[2] = rc_move(T, box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    assert_references(T, f[0], 2);
    instance_set(T, f[2], BOX_LEFT, cell_ref(T, f[1]));
    assert_references(T, f[0], 1);
    assert_references(T, f[1], 2);
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

static void weak_references_are_none(void **state)
{
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

static void immortals_are_beyond_counting(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, none_ref(T));
    const size_t before = obj_refcount(T, f[0]);
    assert_true(before > 1000000);
    rc_ref another = cell_ref(T, f[0]);
    assert_int_equal(obj_refcount(T, f[0]), before);
    rc_release(T, another);
    assert_int_equal(obj_refcount(T, f[0]), before);
    rc_clear(T, &f[0]);
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
        OBJECT_TEST(alias),
        OBJECT_TEST(argument),
        OBJECT_TEST(insertion_into_a_list),
        OBJECT_TEST(assignment),
        OBJECT_TEST(weak_references_are_none),
        OBJECT_TEST(immortals_are_beyond_counting),
        OBJECT_TEST(other_threads),
    };
    return cmocka_run_group_tests_name("object refcount " RC_NAME, tests, NULL, NULL);
}
