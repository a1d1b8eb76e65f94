/*
 * Who ends an object when several threads refer to it: the owner, another thread, both at once, or
 * one whose owner has gone.
 */
#include "tests/contract/rc_fixture.h"

enum { OBJECTS = 200 };

/* Slots through which objects pass between threads, and a gate to pass together. */
struct exchange {
    rc_slot slots[OBJECTS];
    pthread_barrier_t gate;
};

static void exchange_begin(struct thread *T, struct exchange *x)
{
    for (unsigned i = 0; i < OBJECTS; i++)
        rc_init_slot(T, &x->slots[i], RC_NULL_REF);
    pthread_barrier_init(&x->gate, NULL, 2);
}

static void exchange_end(struct exchange *x) { pthread_barrier_destroy(&x->gate); }

static void put_boxes(struct thread *T, struct exchange *x)
{
    for (int64_t i = 0; i < OBJECTS; i++)
        rc_store(T, NULL, &x->slots[i], numbered_box(T, i));
}

static void drop_boxes(struct thread *T, struct exchange *x)
{
    for (unsigned i = 0; i < OBJECTS; i++)
        rc_store(T, NULL, &x->slots[i], RC_NULL_REF);
}

static void expect_boxes(struct thread *T, struct exchange *x, size_t expected)
{
    RC_FRAME(T, f, 1);
    for (int64_t i = 0; i < OBJECTS; i++) {
        f[0] = rc_load(T, NULL, &x->slots[i]);
        assert_int_equal(box_number(T, f[0]), i);
        assert_int_equal(references(T, f[0]), expected + 1);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void put_and_exit(struct thread *T, struct worker *self) { put_boxes(T, self->context); }

static void owner_exits_then_another_drops(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct exchange x;
    struct worker owner = {.work = put_and_exit, .context = &x};
    exchange_begin(T, &x);
    size_t before = live_objects(T);
    worker_start(&owner);
    worker_join(T, &owner);
    expect_boxes(T, &x, 1);
    drop_boxes(T, &x);
    assert_int_equal(live_objects(T), before);
    exchange_end(&x);
}

static void put_and_wait(struct thread *T, struct worker *self)
{
    struct exchange *x = self->context;
    put_boxes(T, x);
    gate_pass(T, &x->gate); /* put */
    gate_pass(T, &x->gate); /* dropped */
}

static void another_drops_then_owner_exits(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct exchange x;
    struct worker owner = {.work = put_and_wait, .context = &x};
    exchange_begin(T, &x);
    size_t before = live_objects(T);
    worker_start(&owner);
    gate_pass(T, &x.gate);
    expect_boxes(T, &x, 1);
    drop_boxes(T, &x);
    gate_pass(T, &x.gate);
    worker_join(T, &owner);
    runtime_settle(T);
    assert_int_equal(live_objects(T), before);
    exchange_end(&x);
}

/* The owner keeps a second reference to each, so the other's drop is not the last. */
static void put_keep_and_wait(struct thread *T, struct worker *self)
{
    struct exchange *x = self->context;
    rc_ref kept[OBJECTS];
    put_boxes(T, x);
    for (unsigned i = 0; i < OBJECTS; i++)
        kept[i] = rc_own(T, rc_load(T, NULL, &x->slots[i]));
    gate_pass(T, &x->gate); /* put and kept */
    gate_pass(T, &x->gate); /* dropped by the other */
    for (unsigned i = 0; i < OBJECTS; i++)
        CHECK(references_to(T, kept[i].p) == 1, "box %u has %zu references, not 1", i,
              references_to(T, kept[i].p));
    for (unsigned i = 0; i < OBJECTS; i++)
        rc_release(T, kept[i]);
}

static void another_drops_what_the_owner_keeps(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct exchange x;
    struct worker owner = {.work = put_keep_and_wait, .context = &x};
    exchange_begin(T, &x);
    size_t before = live_objects(T);
    worker_start(&owner);
    gate_pass(T, &x.gate);
    expect_boxes(T, &x, 2);
    drop_boxes(T, &x);
    gate_pass(T, &x.gate);
    worker_join(T, &owner);
    runtime_settle(T);
    assert_int_equal(live_objects(T), before);
    exchange_end(&x);
}

/* --- deaths while the world is stopped -------------------------------------------------------- */

static size_t live_while_stopped(struct thread *T, bool settle)
{
    world_stop(T);
    if (settle)
        rc_settle(T);
    size_t live = runtime_census().objects;
    world_start(T);
    return live;
}

static void nothing_dies_while_settling(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct exchange x;
    struct worker owner = {.work = put_and_wait, .context = &x};
    exchange_begin(T, &x);
    size_t before = live_objects(T);
    worker_start(&owner);
    gate_pass(T, &x.gate);
    drop_boxes(T, &x); /* the owner, if it is to end them, is blocked */
    world_stop(T);
    size_t unsettled = runtime_census().objects;
    rc_settle(T);
    assert_int_equal(runtime_census().objects, unsettled);
    world_start(T);
    runtime_settle(T); /* and T ends them by itself */
    assert_int_equal(live_objects(T), before);
    gate_pass(T, &x.gate);
    worker_join(T, &owner);
    exchange_end(&x);
}

static void settling_twice_ends_nothing_twice(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct exchange x;
    struct worker owner = {.work = put_keep_and_wait, .context = &x};
    exchange_begin(T, &x);
    size_t before = live_objects(T);
    worker_start(&owner);
    gate_pass(T, &x.gate);
    drop_boxes(T, &x);
    size_t live = live_while_stopped(T, false);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(live_while_stopped(T, true), live);
    gate_pass(T, &x.gate);
    worker_join(T, &owner);
    runtime_settle(T);
    assert_int_equal(live_objects(T), before);
    exchange_end(&x);
}

/* --- all at once ------------------------------------------------------------------------------ */

enum { RACES = 20000, BATCH = 50 };

/* Each round: one of the workers makes boxes, each gets a reference to every box, all drop
 * together. */
struct race {
    rc_slot shares[WORKERS][BATCH];
    pthread_barrier_t gate;
};

static void make_shares(struct thread *T, struct race *race, int64_t round)
{
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; i < BATCH; i++) {
        f[0] = rc_move(T, numbered_box(T, round));
        for (unsigned w = 0; w < WORKERS; w++)
            rc_store(T, NULL, &race->shares[w][i], cell_ref(T, f[0]));
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void drop_together(struct thread *T, struct worker *self)
{
    struct race *race = self->context;
    for (unsigned round = 0; round < ROUNDS(RACES) / BATCH; round++) {
        if (round % WORKERS == self->index)
            make_shares(T, race, round);
        gate_pass(T, &race->gate);
        for (unsigned i = 0; i < BATCH; i++) {
            rc_store(T, NULL, &race->shares[self->index][i], RC_NULL_REF);
            thread_safepoint(T);
        }
        gate_pass(T, &race->gate);
    }
}

static void last_drop_race(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct race race;
    struct worker workers[WORKERS];
    for (unsigned w = 0; w < WORKERS; w++)
        for (unsigned i = 0; i < BATCH; i++)
            rc_init_slot(T, &race.shares[w][i], RC_NULL_REF);
    pthread_barrier_init(&race.gate, NULL, WORKERS);
    size_t before = live_objects(T);
    workers_run(T, workers, WORKERS, drop_together, &race);
    runtime_settle(T);
    assert_int_equal(live_objects(T), before);
    pthread_barrier_destroy(&race.gate);
}

/* As above, but whoever made the boxes exits while the others drop. */
static void make_share_or_drop(struct thread *T, struct worker *self)
{
    struct race *race = self->context;
    if (self->index == 0)
        make_shares(T, race, 0);
    gate_pass(T, &race->gate);
    for (unsigned i = 0; self->index != 0 && i < BATCH; i++)
        rc_store(T, NULL, &race->shares[self->index][i], RC_NULL_REF);
}

static void owner_exits_while_others_drop(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct race race;
    struct worker workers[WORKERS];
    for (unsigned w = 0; w < WORKERS; w++)
        for (unsigned i = 0; i < BATCH; i++)
            rc_init_slot(T, &race.shares[w][i], RC_NULL_REF);
    pthread_barrier_init(&race.gate, NULL, WORKERS);
    size_t before = live_objects(T);
    for (unsigned round = 0; round < ROUNDS(1000); round++) {
        workers_run(T, workers, WORKERS, make_share_or_drop, &race);
        for (unsigned i = 0; i < BATCH; i++)
            rc_store(T, NULL, &race.shares[0][i], RC_NULL_REF);
    }
    runtime_settle(T);
    assert_int_equal(live_objects(T), before);
    pthread_barrier_destroy(&race.gate);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(owner_exits_then_another_drops),
        OBJECT_TEST(another_drops_then_owner_exits),
        OBJECT_TEST(another_drops_what_the_owner_keeps),
        OBJECT_TEST(nothing_dies_while_settling),
        OBJECT_TEST(settling_twice_ends_nothing_twice),
        OBJECT_TEST(last_drop_race),
        OBJECT_TEST(owner_exits_while_others_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
