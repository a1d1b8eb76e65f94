/*
 * Settling beside threads that run on: what was dead when it began has ended when it is done, whoever gave it up.
 *
 * A thread makes and drops all the while, so that nobody can wait for a moment in which nothing changes.  What is to end says so
 * by its finalizer.
 */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/settle.h"

#include <sched.h>

enum { DEAD = 50 };

static _Atomic unsigned finalized;

static bool count_one(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    fetch_add_relaxed(&finalized, 1);
    return true;
}

static const char *const observed_fields[] = {"next"};
static const struct type observed_type =
    INSTANCE_TYPE_FINALIZED("Observed", observed_fields, count_one);

static rc_ref observed_new(struct thread *T, rc_ref next)
{
    rc_ref ref = instance_new(T, &observed_type, (rc_ref[]){next});
    CHECK(ref.p != NULL, "no memory for what is to be observed");
    return ref;
}

struct scene {
    rc_slot slots[DEAD];
    rc_slot noise;
    pthread_barrier_t gate;
    _Atomic bool over;
    bool other_drops;  /* the other thread does, else the one that settles */
    bool other_blocks; /* while it is settled; else it runs and polls */
};

static void fill(struct thread *T, struct scene *scene)
{
    for (unsigned i = 0; i < DEAD; i++)
        rc_store(T, NULL, &scene->slots[i], observed_new(T, RC_NULL_REF));
}

/* The half of them is read before, so that whoever counts what he reads has touched it. */
static void drop(struct thread *T, struct scene *scene)
{
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; i < DEAD; i++) {
        f[0] = i % 2 == 0 ? rc_load(T, NULL, &scene->slots[i]) : RC_NULL_LOC;
        rc_store(T, NULL, &scene->slots[i], RC_NULL_REF);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void poll_until_over(struct thread *T, struct scene *scene)
{
    while (!load_relaxed(&scene->over)) {
        thread_safepoint(T);
        sched_yield();
    }
}

static void make_and_drop(struct thread *T, struct worker *self)
{
    struct scene *scene = self->context;
    for (int64_t i = 0; !load_relaxed(&scene->over); i++) {
        rc_store(T, NULL, &scene->noise, numbered_box(T, i));
        thread_safepoint(T);
    }
    rc_store(T, NULL, &scene->noise, RC_NULL_REF);
}

static void own_and_stay(struct thread *T, struct worker *self)
{
    struct scene *scene = self->context;
    fill(T, scene);
    if (scene->other_drops)
        drop(T, scene);
    gate_pass(T, &scene->gate); /* filled, or dropped */
    if (!scene->other_blocks)
        poll_until_over(T, scene);
    gate_pass(T, &scene->gate); /* over */
}

static void settle_beside(struct thread *T, struct scene *scene)
{
    struct worker other = {.work = own_and_stay, .context = scene};
    struct worker noisy = {.work = make_and_drop, .context = scene};
    pthread_barrier_init(&scene->gate, NULL, 2);
    store_relaxed(&finalized, 0);
    worker_start(&noisy);
    worker_start(&other);
    gate_pass(T, &scene->gate);
    if (!scene->other_drops)
        drop(T, scene);
    settle_dead(T);
    const unsigned ended = load_relaxed(&finalized);
    store_relaxed(&scene->over, true);
    gate_pass(T, &scene->gate);
    worker_join(T, &other);
    worker_join(T, &noisy);
    pthread_barrier_destroy(&scene->gate);
    assert_int_equal(ended, DEAD);
}

static void settle_in(void **state, bool other_drops, bool other_blocks)
{
    needs_frees();
    needs_threads(2);
    struct scene scene = {.other_drops = other_drops, .other_blocks = other_blocks};
    settle_beside(*state, &scene);
}

static void what_a_running_thread_dropped(void **state) { settle_in(state, true, false); }
static void what_a_blocked_thread_dropped(void **state) { settle_in(state, true, true); }
static void what_a_running_thread_made(void **state) { settle_in(state, false, false); }
static void what_a_blocked_thread_made(void **state) { settle_in(state, false, true); }

/* --- alone ------------------------------------------------------------------------------------------------------------ */

/* Each dies with the one before; the last one tells. */
static void a_chain(void **state)
{
    needs_frees();
    struct thread *T = *state;
    rc_slot slot;
    rc_init_slot(T, &slot, RC_NULL_REF);
    RC_FRAME(T, f, 1);
    store_relaxed(&finalized, 0);
    f[0] = rc_move(T, observed_new(T, RC_NULL_REF));
    for (unsigned i = 0; i < DEAD; i++)
        f[0] = rc_move(T, box_new(T, cell_own(T, &f[0]), RC_NULL_REF));
    rc_store(T, NULL, &slot, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
    rc_store(T, NULL, &slot, RC_NULL_REF);
    settle_dead(T);
    assert_int_equal(load_relaxed(&finalized), 1);
}

static void drop_and_go(struct thread *T, struct worker *self)
{
    fill(T, self->context);
    drop(T, self->context);
}

static void what_a_gone_thread_dropped(void **state)
{
    needs_frees();
    needs_threads(1);
    struct thread *T = *state;
    struct scene scene = {.other_drops = true};
    struct worker other = {.work = drop_and_go, .context = &scene};
    store_relaxed(&finalized, 0);
    worker_start(&other);
    worker_join(T, &other);
    settle_dead(T);
    assert_int_equal(load_relaxed(&finalized), DEAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(what_a_running_thread_dropped),
        OBJECT_TEST(what_a_blocked_thread_dropped),
        OBJECT_TEST(what_a_running_thread_made),
        OBJECT_TEST(what_a_blocked_thread_made),
        OBJECT_TEST(a_chain),
        OBJECT_TEST(what_a_gone_thread_dropped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
