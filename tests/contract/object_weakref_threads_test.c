/*
 * Weak references in many threads: an upgrade against the last drop, the end of a weak reference against that of its
 * target, all of it against the collector.  Whoever looks gets the whole object or null.
 */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/weakref.h"

#include <sched.h>

enum { FULL = GC_GENERATIONS - 1 };

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

enum { SHEAVES = 2000, SHEAF = 16, IN_STEP = 3 };

struct steps {
    unsigned threads;
    _Atomic int taken[IN_STEP];
};

static void steps_init(struct steps *steps, unsigned threads)
{
    steps->threads = threads;
    for (unsigned i = 0; i < threads; i++)
        store_relaxed(&steps->taken[i], 0);
}

static bool others_have_taken(struct steps *steps, int step)
{
    for (unsigned i = 0; i < steps->threads; i++)
        if (load_relaxed(&steps->taken[i]) < step)
            return false;
    return true;
}

static void let_others_run(struct thread *T, unsigned waited)
{
    thread_safepoint(T);
    if (RC_SERIAL) {
        thread_block(T);
        thread_unblock(T);
    } else if (waited % 100 == 99) {
        sched_yield();
    }
}

/* Waits for the others to have come as far, so that all go on at a time. */
static void step(struct thread *T, struct steps *steps, unsigned index)
{
    const int mine = fetch_add_relaxed(&steps->taken[index], 1) + 1;
    for (unsigned waited = 0; !others_have_taken(steps, mine); waited++)
        let_others_run(T, waited);
}

/* --- an upgrade against the last drop ------------------------------------------------------------------------------- */

/* In each round one thread ends SHEAF boxes while two look at them. */
struct promotion {
    struct steps steps;
    rc_slot sheaf; /* weak references to the boxes of this round */
    rc_slot kept;  /* the sheaves of all rounds */
};

/* Fills both lists. */
static void fill_sheaf(struct thread *T, rc_loc boxes, rc_loc sheaf, int64_t number)
{
    RC_FRAME(T, f, 1);
    for (int i = 0; i < SHEAF; i++) {
        f[0] = rc_move(T, numbered_box(T, number + i));
        CHECK(list_append(T, sheaf, weak(T, f[0])), "no memory");
        CHECK(list_append(T, boxes, cell_own(T, &f[0])), "no memory");
    }
    RC_LEAVE(T, f);
}

static void drop_boxes(struct thread *T, struct promotion *p)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &p->kept);
    for (int64_t i = 0; i < ROUNDS(SHEAVES); i++) {
        f[1] = rc_move(T, list_new(T, SHEAF));
        f[2] = rc_move(T, list_new(T, SHEAF));
        fill_sheaf(T, f[1], f[2], i * SHEAF);
        CHECK(list_append(T, f[0], cell_ref(T, f[2])), "no memory");
        rc_store(T, NULL, &p->sheaf, cell_own(T, &f[2]));
        step(T, &p->steps, 0);
        step(T, &p->steps, 0);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* How many of them are still there. */
static unsigned look_at_all(struct thread *T, rc_loc sheaf)
{
    unsigned there = 0;
    RC_FRAME(T, f, 1);
    for (size_t i = 0; i < SHEAF; i++) {
        f[0] = list_get(T, sheaf, i);
        there += look(T, f[0]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return there;
}

static void look_at_boxes(struct thread *T, struct promotion *p, unsigned index)
{
    RC_FRAME(T, f, 1);
    for (int64_t i = 0; i < ROUNDS(SHEAVES); i++) {
        step(T, &p->steps, index);
        f[0] = rc_load(T, NULL, &p->sheaf);
        step(T, &p->steps, index);
        look_at_all(T, f[0]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void promote_or_drop(struct thread *T, struct worker *self)
{
    if (self->index == 0)
        drop_boxes(T, self->context);
    else
        look_at_boxes(T, self->context, self->index);
}

static void promote_vs_last_drop(void **state)
{
    struct thread *T = *state;
    struct worker workers[IN_STEP];
    struct promotion p;
    steps_init(&p.steps, IN_STEP);
    rc_init_slot(T, &p.sheaf, RC_NULL_REF);
    rc_init_slot(T, &p.kept, list_new(T, 0));
    workers_run(T, workers, IN_STEP, promote_or_drop, &p);
    rc_store(T, NULL, &p.sheaf, RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(load_relaxed(&called), ROUNDS(SHEAVES) * SHEAF);
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &p.kept);
    assert_int_equal(list_length(T, f[0]), ROUNDS(SHEAVES));
    for (size_t i = 0; i < ROUNDS(SHEAVES); i++) {
        f[1] = list_get(T, f[0], i);
        assert_int_equal(look_at_all(T, f[1]), 0);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    rc_store(T, NULL, &p.kept, RC_NULL_REF);
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
    steps_init(&s->steps, 2);
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
    struct thread *T = *state;
    struct worker workers[2];
    struct sheaves s;
    fill_sheaves(T, &s);
    workers_run(T, workers, 2, drop_all, &s);
    rc_store(T, NULL, &s.boxes, RC_NULL_REF);
    rc_store(T, NULL, &s.lists, RC_NULL_REF);
    runtime_settle(T);
    assert_in_range(load_relaxed(&called), 0, ROUNDS(SHEAVES) * SHEAF);
    assert_int_equal(live_objects(T), 0);
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
    struct thread *T = *state;
    struct worker workers[WORKERS];
    rc_slot shared;
    rc_init_slot(T, &shared, numbered_box(T, 7));
    workers_run(T, workers, WORKERS, name_and_forget, &shared);
    rc_store(T, NULL, &shared, RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(load_relaxed(&called), 0);
    assert_int_equal(live_objects(T), 0);
}

/* --- an upgrade against the collector ------------------------------------------------------------------------------- */

static void collect_all_the_time(struct thread *T, _Atomic bool *over)
{
    for (unsigned i = 0; !load_relaxed(over); i++) {
        gc_collect(T, i % GC_GENERATIONS);
        thread_safepoint(T);
    }
}

/* A box that only refers to itself is dropped, looked at and dropped again. */
static void promote_garbage(struct thread *T)
{
    RC_FRAME(T, f, 3);
    for (int64_t i = 0; i < ROUNDS(5000); i++) {
        f[0] = rc_move(T, numbered_box(T, i));
        instance_set(T, f[0], BOX_RIGHT, cell_ref(T, f[0]));
        f[1] = rc_move(T, weak(T, f[0]));
        rc_clear(T, &f[0]);
        for (int j = 0; j < 3; j++) {
            thread_safepoint(T);
            f[2] = weakref_get(T, f[1]);
            CHECK(loc_is_null(f[2]) || box_number(T, f[2]) == i, "not box %lld", (long long)i);
            rc_clear(T, &f[2]);
        }
        rc_clear(T, &f[1]);
    }
    RC_LEAVE(T, f);
}

struct promoters {
    _Atomic bool over;
    _Atomic unsigned left;
};

static void promote_or_collect(struct thread *T, struct worker *self)
{
    struct promoters *p = self->context;
    if (self->index == 0) {
        collect_all_the_time(T, &p->over);
        return;
    }
    promote_garbage(T);
    if (fetch_sub_relaxed(&p->left, 1) == 1)
        store_relaxed(&p->over, true);
}

static void promote_vs_collector(void **state)
{
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct promoters p;
    store_relaxed(&p.over, false);
    store_relaxed(&p.left, WORKERS - 1);
    workers_run(T, workers, WORKERS, promote_or_collect, &p);
    runtime_settle(T);
    gc_collect(T, FULL);
    assert_int_equal(live_objects(T), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        THREADS_TEST(promote_vs_last_drop),
        THREADS_TEST(both_die),
        THREADS_TEST(one_target_of_all),
        THREADS_TEST(promote_vs_collector),
    };
    return cmocka_run_group_tests_name("object weakref threads " RC_NAME, tests, NULL, NULL);
}
