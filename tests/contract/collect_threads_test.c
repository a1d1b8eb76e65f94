/*
 * Collections while several threads run: every container that becomes garbage is found exactly
 * once, by whoever collects; what other threads made and left behind, too.
 */
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1, RING = 3 };

/* Makes a ring of RING boxes that nothing else refers to. */
static void leave_a_ring(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    instance_set(T, f[0], BOX_LEFT, box_new(T, cell_ref(T, f[1]), RC_NULL_REF));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static uint64_t all_collected(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collected;
    return sum;
}

static uint64_t all_collections(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collections;
    return sum;
}

static void collect_the_rest(struct thread *T)
{
    runtime_settle(T);
    gc_collect(T, FULL);
    assert_live(T, 0);
}

static void make_rings(struct thread *T, struct worker *self)
{
    const int *rings = self->context;
    for (int i = 0; i < *rings; i++) {
        leave_a_ring(T);
        thread_safepoint(T);
    }
}

static void garbage_of_many_threads(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    int rings = ROUNDS(50 * 1000);
    workers_run(T, workers, WORKERS, make_rings, &rings);
    assert_in_range(all_collections(), 1, UINT32_MAX);
    collect_the_rest(T);
    assert_int_equal(all_collected(), (uint64_t)WORKERS * (unsigned)rings * RING);
}

/* Cells of other threads are roots, and so are theirs while they are blocked. */
struct meeting {
    pthread_barrier_t gate;
};

static void hold_a_cycle_while_others_collect(struct thread *T, struct worker *self)
{
    struct meeting *meeting = self->context;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[0], box_new(T, cell_ref(T, f[0]), numbered_box(T, 4321))));
    f[1] = list_get(T, f[0], 0);
    rc_clear(T, &f[0]);
    gate_pass(T, &meeting->gate);
    gc_collect(T, self->index % GC_GENERATIONS);
    gate_pass(T, &meeting->gate);
    f[0] = instance_get(T, f[1], BOX_RIGHT);
    assert_int_equal(box_number(T, f[0]), 4321);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void cells_of_other_threads_are_roots(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct meeting meeting;
    gc_enable(false);
    for (int round = 0; round < ROUNDS(500); round++) {
        assert_int_equal(pthread_barrier_init(&meeting.gate, NULL, WORKERS), 0);
        workers_run(T, workers, WORKERS, hold_a_cycle_while_others_collect, &meeting);
        pthread_barrier_destroy(&meeting.gate);
    }
    collect_the_rest(T);
    assert_int_equal(all_collected(), 3 * WORKERS * (unsigned)ROUNDS(500));
}

/* --- stops ---------------------------------------------------------------------------------------- */

struct long_loop {
    _Atomic bool running;
    _Atomic bool done;
    _Atomic int polls; /* while it was waited for: too many if a poll did not stop it */
};

/* Whether somebody waits for this thread to stop. */
static bool is_awaited(struct thread *T)
{
    return (load_relaxed(&T->request) & THREAD_STOP) != 0 &&
           (load_relaxed(&T->state) & THREAD_STOPPED) != 0;
}

/* Polls no safepoint until it is waited for, and then a single one.  Under a global lock nobody can
 * ask while it runs, so there it polls all the time. */
static void loop_for_long(struct thread *T, struct worker *self)
{
    struct long_loop *loop = self->context;
    store_relaxed(&loop->running, true);
    while (!load_relaxed(&loop->done)) {
        while (!RC_SERIAL && !is_awaited(T) && !load_relaxed(&loop->done))
            cpu_relax();
        bool awaited = is_awaited(T);
        thread_safepoint(T);
        fetch_add_relaxed(&loop->polls, awaited);
    }
}

/* Each collection waits for one safepoint of a thread that is in a loop, and not for the loop. */
static void a_loop_delays_a_stop_by_one_safepoint(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    enum { COLLECTIONS = 300 };
    struct long_loop loop = {.done = false};
    struct worker worker = {.work = loop_for_long, .context = &loop};
    gc_enable(false);
    worker_start(&worker);
    while (!load_relaxed(&loop.running))
        thread_safepoint(T);
    for (int i = 0; i < COLLECTIONS; i++) {
        gc_collect(T, (unsigned)i % GC_GENERATIONS);
        while (!RC_SERIAL && load_relaxed(&loop.polls) <= i) /* it runs again */
            thread_safepoint(T);
    }
    store_relaxed(&loop.done, true);
    worker_join(T, &worker);
    assert_int_equal(all_collections(), COLLECTIONS);
    assert_int_equal(load_relaxed(&loop.polls), RC_SERIAL ? 0 : COLLECTIONS);
}

/* --- policies -------------------------------------------------------------------------------------- */

static void make_rings_under_changing_policies(struct thread *T, struct worker *self)
{
    const int *rings = self->context;
    for (int i = 0; i < *rings; i++) {
        leave_a_ring(T);
        if (self->index == 0 && i % 1000 == 0)
            gc_set_policy(T, (enum gc_policy)(i / 1000 % GC_POLICIES));
    }
}

static void policies_change_while_others_allocate(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    int rings = ROUNDS(50 * 1000);
    workers_run(T, workers, WORKERS, make_rings_under_changing_policies, &rings);
    assert_in_range(all_collections(), 1, UINT32_MAX);
    collect_the_rest(T);
    assert_int_equal(all_collected(), (uint64_t)WORKERS * (unsigned)rings * RING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(garbage_of_many_threads),
        OBJECT_TEST(cells_of_other_threads_are_roots),
        OBJECT_TEST(a_loop_delays_a_stop_by_one_safepoint),
        OBJECT_TEST(policies_change_while_others_allocate),
    };
    return cmocka_run_group_tests_name("collect_threads " RC_NAME, tests, NULL, NULL);
}
