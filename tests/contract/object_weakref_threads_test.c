/* Weak references in many threads: the end of one against that of its target, and one target of all. */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/weakref.h"

#include <sched.h>

static _Atomic unsigned called;

static void count_call(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    f[0] = weakref_get(T, weakref);
    CHECK(loc_is_null(f[0]), "the target is there in a callback");
    fetch_add_relaxed(&called, 1);
    RC_LEAVE(T, f);
}

/* A weak reference to a numbered box has the number as its argument. */
static rc_ref weak(struct thread *T, rc_loc box)
{
    rc_ref number = int_new(T, box_number(T, box));
    rc_ref weakref = weakref_new(T, box, count_call, number);
    CHECK(weakref.p != NULL, "no memory for a weak reference");
    return weakref;
}

/* Looks through it; whether the target was there. */
static bool look(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 2);
    f[0] = weakref_get(T, weakref);
    f[1] = weakref_argument(T, weakref);
    bool there = !loc_is_null(f[0]);
    if (there)
        CHECK(box_number(T, f[0]) == int_value(obj_get(f[1])), "box %lld instead of %lld",
              (long long)box_number(T, f[0]), (long long)int_value(obj_get(f[1])));
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    return there;
}

static int threads_start(void **state)
{
    store_relaxed(&called, 0);
    return fixture_start(state);
}

#define THREADS_TEST(test) cmocka_unit_test_setup_teardown(test, threads_start, fixture_stop)

/* --- threads in step ------------------------------------------------------------------------------------------------ */

enum { SHEAVES = 2000, SHEAF = 16, IN_STEP = 2 };

struct steps {
    pthread_barrier_t gate;
    _Atomic int taken[IN_STEP];
};

static void steps_init(struct steps *steps)
{
    assert_int_equal(pthread_barrier_init(&steps->gate, NULL, IN_STEP), 0);
    for (unsigned i = 0; i < IN_STEP; i++)
        store_relaxed(&steps->taken[i], 0);
}

static bool others_have_taken(struct steps *steps, int step)
{
    for (unsigned i = 0; i < IN_STEP; i++)
        if (load_relaxed(&steps->taken[i]) < step)
            return false;
    return true;
}

/* Waits for the other to have come as far: awake, so that both go on at a time; asleep where they cannot. */
static void step(struct thread *T, struct steps *steps, unsigned index)
{
    if (RC_SERIAL) {
        gate_pass(T, &steps->gate);
        return;
    }
    const int mine = fetch_add_relaxed(&steps->taken[index], 1) + 1;
    for (unsigned waited = 1; !others_have_taken(steps, mine); waited++) {
        thread_safepoint(T);
        if (waited % 100 == 0)
            sched_yield();
    }
}

/* --- the end of a weak reference against that of its target --------------------------------------------------------- */

/* Boxes, and for each a list of weak references to it. */
struct sheaves {
    struct steps steps;
    rc_slot boxes;
    rc_slot lists; /* in the same order */
};

static rc_ref sheaf_new(struct thread *T, rc_loc box)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, SHEAF));
    for (int i = 0; i < SHEAF; i++)
        assert_true(list_append(T, f[0], weak(T, box)));
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

static void fill_sheaves(struct thread *T, struct sheaves *s)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, list_new(T, 0));
    f[1] = rc_move(T, list_new(T, 0));
    for (int64_t i = 0; i < ROUNDS(SHEAVES); i++) {
        f[2] = rc_move(T, numbered_box(T, i));
        assert_true(list_append(T, f[1], sheaf_new(T, f[2])));
        assert_true(list_append(T, f[0], cell_own(T, &f[2])));
    }
    rc_init_slot(T, &s->boxes, cell_own(T, &f[0]));
    rc_init_slot(T, &s->lists, cell_own(T, &f[1]));
    steps_init(&s->steps);
    RC_LEAVE(T, f);
}

/* Ends one after the other, last first. */
static void drop_all(struct thread *T, struct worker *self)
{
    struct sheaves *s = self->context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, self->index == 0 ? &s->boxes : &s->lists);
    for (rc_ref last = list_pop(T, f[0]); !ref_is_null(last); last = list_pop(T, f[0])) {
        step(T, &s->steps, self->index);
        rc_release(T, last);
        thread_safepoint(T);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void both_die(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[IN_STEP];
    struct sheaves s;
    fill_sheaves(T, &s);
    workers_run(T, workers, IN_STEP, drop_all, &s);
    rc_store(T, NULL, &s.boxes, RC_NULL_REF);
    rc_store(T, NULL, &s.lists, RC_NULL_REF);
    runtime_settle(T);
    pthread_barrier_destroy(&s.steps.gate);
    assert_in_range(load_relaxed(&called), 0, ROUNDS(SHEAVES) * SHEAF);
    assert_live(T, 0);
}

/* --- one target, many threads --------------------------------------------------------------------------------------- */

/* Makes more than a table has chains at first, and ends them again, again and again. */
static void name_and_forget(struct thread *T, struct worker *self)
{
    rc_slot *shared = self->context;
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, shared);
    for (int round = 0; round < ROUNDS(50); round++) {
        f[1] = rc_move(T, list_new(T, 0));
        for (int i = 0; i < 100; i++)
            CHECK(list_append(T, f[1], weak(T, f[0])), "no memory");
        f[2] = list_get(T, f[1], (size_t)round % 100);
        CHECK(look(T, f[2]), "the target is gone, but a cell holds it");
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void one_target_of_all(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[WORKERS];
    rc_slot shared;
    rc_init_slot(T, &shared, numbered_box(T, 7));
    workers_run(T, workers, WORKERS, name_and_forget, &shared);
    rc_store(T, NULL, &shared, RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(load_relaxed(&called), 0);
    assert_live(T, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THREADS_TEST(both_die),
        THREADS_TEST(one_target_of_all),
    };
    return cmocka_run_group_tests_name("object weakref threads " RC_NAME, tests, NULL, NULL);
}
