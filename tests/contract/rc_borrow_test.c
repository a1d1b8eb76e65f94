/*
 * Locs stay valid: across safepoints, collections and blocking calls, whatever becomes of the slots
 * they came from.
 *
 * A strategy may leave a loc uncounted; what it refers to must live on all the same, and so must a
 * cycle that nothing but a cell holds.  Strategies that count every loc pass by nature.
 */
#include "tests/contract/rc_fixture.h"

enum { FILLERS = 1000 };

/* Gives every chance to end what nobody refers to, and to reuse its memory. */
static void everything_may_die(struct thread *T)
{
    for (unsigned i = 0; i < 3; i++) {
        rc_flush(T);
        thread_safepoint(T);
        gc_collect(T, GC_GENERATIONS - 1);
    }
    runtime_settle(T);
    for (int64_t i = 0; i < FILLERS; i++)
        rc_release(T, numbered_box(T, -1 - i));
}

/* The one that stops the world passes no safepoint, yet its stop lets everything deferred be
 * applied. */
static void borrow_across_a_stop_of_ones_own(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, numbered_box(T, 4711), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    rc_flush(T);
    world_stop(T);
    world_start(T);
    rc_flush(T);
    everything_may_die(T);
    assert_int_equal(box_number(T, f[1]), 4711);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Settling ends the reference that was borrowed from before its time, since there is another: that of a host whose end waits.
 * Nothing but the stop itself can have counted the borrow. */
static void borrow_outlives_what_settling_leaves(void **state)
{
    struct thread *T = *state;
    rc_slot dying;
    RC_FRAME(T, f, 2);
    f[1] = rc_move(T, numbered_box(T, 4711));
    f[0] = rc_move(T, box_new(T, cell_ref(T, f[1]), RC_NULL_REF));
    rc_init_slot(T, &dying, box_new(T, cell_own(T, &f[1]), RC_NULL_REF));
    runtime_settle(T);
    rc_store(T, NULL, &dying, RC_NULL_REF);
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    world_stop(T);
    rc_settle(T);
    world_start(T);
    rc_flush(T);
    assert_int_equal(box_number(T, f[1]), 4711);
    everything_may_die(T);
    assert_int_equal(box_number(T, f[1]), 4711);
    assert_held(T, f[1], 1);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void borrow_outlives_the_host(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, tuple_new(T, 1, (rc_ref[]){box_new(T, numbered_box(T, 4711), RC_NULL_REF)}));
    f[1] = tuple_get(T, f[0], 0);
    f[2] = instance_get(T, f[1], BOX_LEFT);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    everything_may_die(T);
    assert_int_equal(box_number(T, f[2]), 4711);
    assert_int_equal(references(T, f[2]), 1);
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
}

static void alias_outlives_what_it_was_made_of(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, box_new(T, numbered_box(T, 4711), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    f[2] = rc_dup(T, f[1]);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    everything_may_die(T);
    assert_int_equal(box_number(T, f[2]), 4711);
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
}

static void owned_from_a_borrow_is_owned(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, numbered_box(T, 4711), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_RIGHT, cell_own(T, &f[1]));
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    everything_may_die(T);
    f[1] = instance_get(T, f[0], BOX_RIGHT);
    assert_int_equal(box_number(T, f[1]), 4711);
    assert_int_equal(references(T, f[1]), 2);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A box that holds itself, in a box that nothing else refers to it from. */
static rc_ref held_cycle(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered_box(T, 4711));
    instance_set(T, f[0], BOX_RIGHT, cell_ref(T, f[0]));
    rc_ref holder = box_new(T, cell_own(T, &f[0]), RC_NULL_REF);
    RC_LEAVE(T, f);
    return holder;
}

/* --- without a safepoint: nothing has been promoted ------------------------------------------- */

static void use_up_memory(struct thread *T)
{
    for (int64_t i = 0; i < FILLERS; i++)
        rc_release(T, float_new(T, -1));
}

static void alias_of_a_leaf(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, float_new(T, 4711));
    f[1] = rc_dup(T, f[0]);
    rc_clear(T, &f[0]);
    use_up_memory(T);
    assert_true(float_value(obj_get(f[1])) == 4711);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* What only the owner's object held is used after the owner's reference went. */
static double borrow_from_my_own(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, tuple_new(T, 1, (rc_ref[]){float_new(T, 4711)}));
    f[1] = tuple_get(T, f[0], 0);
    rc_clear(T, &f[0]);
    use_up_memory(T);
    double found = float_value(obj_get(f[1]));
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    return found;
}

static void borrow_from_what_its_thread_ends(void **state)
{
    struct thread *T = *state;
    assert_true(borrow_from_my_own(T) == 4711);
}

static double found_by_finalizer;

static bool find_in_finalizer(struct thread *T, rc_loc self)
{
    (void)self;
    found_by_finalizer = borrow_from_my_own(T);
    return true;
}

static const char *const observed_fields[] = {"none"};
static const struct type observed_type =
    INSTANCE_TYPE_FINALIZED("Observed", observed_fields, find_in_finalizer);

/* A finalizer that runs where ends are final: its own are not. */
static void borrow_in_a_finalizer(void **state)
{
    struct thread *T = *state;
    found_by_finalizer = 0;
    rc_release(
        T, tuple_new(T, 1, (rc_ref[]){instance_new(T, &observed_type, (rc_ref[]){none_ref(T)})}));
    everything_may_die(T);
    assert_true(found_by_finalizer == 4711);
}

/* --- deep stacks ------------------------------------------------------------------------------ */

enum { DEPTH = 500 };

/* Each activation borrows its box from the caller's, and cuts it loose. */
static int64_t descend(struct thread *T, rc_loc box, unsigned depth)
{
    thread_safepoint(T);
    if (depth == DEPTH) {
        everything_may_die(T);
        return 0;
    }
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, box, BOX_RIGHT);
    instance_set(T, box, BOX_RIGHT, RC_NULL_REF);
    int64_t sum = descend(T, f[0], depth + 1) + box_number(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return sum;
}

static void every_frame_of_a_deep_stack_counts(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = RC_NULL_LOC;
    for (unsigned i = 0; i <= DEPTH; i++)
        f[0] = rc_move(T, box_new(T, int_new(T, 1), cell_own(T, &f[0])));
    assert_int_equal(descend(T, f[0], 0), DEPTH);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- of another thread ------------------------------------------------------------------------ */

struct borrower {
    rc_slot holder;
    pthread_barrier_t gate;
    int64_t found;
};

static void borrow_and_block(struct thread *T, struct worker *self)
{
    struct borrower *b = self->context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &b->holder);
    f[1] = instance_get(T, f[0], BOX_LEFT);
    rc_clear(T, &f[0]);
    gate_pass(T, &b->gate); /* borrowed */
    gate_pass(T, &b->gate); /* everything else is gone */
    b->found = box_number(T, f[1]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* What a blocked thread borrowed from `holder` survives the end of everything else; returns what it
 * then reads. */
static int64_t borrow_while_blocked(struct thread *T, rc_ref holder)
{
    struct borrower b = {.found = 0};
    struct worker worker = {.work = borrow_and_block, .context = &b};
    pthread_barrier_init(&b.gate, NULL, 2);
    rc_init_slot(T, &b.holder, holder);
    worker_start(&worker);
    gate_pass(T, &b.gate);
    rc_store(T, NULL, &b.holder, RC_NULL_REF);
    everything_may_die(T);
    gate_pass(T, &b.gate);
    worker_join(T, &worker);
    pthread_barrier_destroy(&b.gate);
    return b.found;
}

static void borrow_of_a_blocked_thread(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    rc_ref holder = box_new(T, numbered_box(T, 4711), RC_NULL_REF);
    assert_int_equal(borrow_while_blocked(T, holder), 4711);
}

static void cycle_held_by_a_blocked_thread(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    assert_int_equal(borrow_while_blocked(T, held_cycle(T)), 4711);
}

/* --- a reference that moves into a host about to die ------------------------------------------ */

/* Two threads take turns without a safepoint in between: each spins until the other has done its
 * step. */
struct zombie {
    rc_slot host;
    rc_slot slot;
    _Atomic unsigned steps; /* done by either */
    bool found;
};

static void await_step(struct zombie *z, unsigned step)
{
    while (load_acquire(&z->steps) < step)
        cpu_relax();
}

static void borrow_what_will_move(struct thread *T, struct worker *self)
{
    struct zombie *z = self->context;
    RC_FRAME(T, f, 1);
    await_step(z, 1);
    thread_safepoint(T); /* no more needed for what the host waits for */
    f[0] = rc_load(T, NULL, &z->slot);
    fetch_add_acq_rel(&z->steps, 1);
    await_step(z, 3);
    z->found = obj_get(f[0])->type == &box_type && box_number(T, f[0]) == 4711;
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* The host has left its slot and its end is waited for; then it is given what another thread has
 * just borrowed. */
static void moved_into_a_dying_host(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    if (RC_SERIAL)
        skip(); /* no other thread runs between two safepoints */
    struct zombie z = {.found = false};
    struct worker worker = {.work = borrow_what_will_move, .context = &z};
    rc_init_slot(T, &z.host, box_new(T, RC_NULL_REF, RC_NULL_REF));
    rc_init_slot(T, &z.slot, numbered_box(T, 4711));
    worker_start(&worker);
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &z.host);
    rc_store(T, NULL, &z.host, RC_NULL_REF);
    rc_flush(T);
    fetch_add_acq_rel(&z.steps, 1);
    await_step(&z, 2);
    instance_set(T, f[0], BOX_LEFT, rc_xchg(T, NULL, &z.slot, RC_NULL_REF));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    for (unsigned i = 0; i < 3; i++) {
        thread_safepoint(T);
        rc_flush(T);
    }
    fetch_add_acq_rel(&z.steps, 1);
    worker_join(T, &worker);
    assert_true(z.found);
}

/* --- many ------------------------------------------------------------------------------------- */

enum { HOPS = 200000 };

static void store_numbers(struct thread *T, struct worker *self)
{
    struct crew *crew = self->context;
    for (int64_t i = 1; i <= ROUNDS(HOPS); i++) {
        rc_store(T, NULL, &crew->shared, numbered_box(T, i));
        thread_safepoint(T);
    }
}

/* Keeps every loc across safepoints while it is being replaced. */
static void borrow_numbers(struct thread *T, struct worker *self)
{
    struct crew *crew = self->context;
    int64_t last = 0;
    RC_FRAME(T, f, 1);
    while (last < ROUNDS(HOPS)) {
        f[0] = rc_load(T, NULL, &crew->shared);
        thread_safepoint(T);
        int64_t number = box_number(T, f[0]);
        fetch_add_relaxed(&crew->wrong, number < last);
        last = number;
        thread_safepoint(T);
        fetch_add_relaxed(&crew->wrong, box_number(T, f[0]) != last);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void store_or_borrow(struct thread *T, struct worker *self)
{
    if (self->index == 0)
        store_numbers(T, self);
    else
        borrow_numbers(T, self);
}

static void borrows_beside_a_storing_thread(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct crew crew = {.wrong = 0};
    struct worker workers[WORKERS];
    rc_init_slot(T, &crew.shared, numbered_box(T, 0));
    workers_run(T, workers, WORKERS, store_or_borrow, &crew);
    assert_int_equal(load_relaxed(&crew.wrong), 0);
    rc_store(T, NULL, &crew.shared, RC_NULL_REF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(borrow_across_a_stop_of_ones_own),
        OBJECT_TEST(borrow_outlives_what_settling_leaves),
        OBJECT_TEST(borrow_outlives_the_host),
        OBJECT_TEST(alias_outlives_what_it_was_made_of),
        OBJECT_TEST(owned_from_a_borrow_is_owned),
        OBJECT_TEST(alias_of_a_leaf),
        OBJECT_TEST(borrow_from_what_its_thread_ends),
        OBJECT_TEST(borrow_in_a_finalizer),
        OBJECT_TEST(every_frame_of_a_deep_stack_counts),
        OBJECT_TEST(borrow_of_a_blocked_thread),
        OBJECT_TEST(cycle_held_by_a_blocked_thread),
        OBJECT_TEST(moved_into_a_dying_host),
        OBJECT_TEST(borrows_beside_a_storing_thread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
