/*
 * Finalizers that show garbage to other threads while the collection that found it has not ended:
 * these refer to it, name it weakly and let go of it, before, in and after the second stop.
 */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/weakref.h"

enum { FULL = GC_GENERATIONS - 1, RING = 3 };

/* What the last finalizer showed. */
static rc_slot shown;

static bool show(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &shown, cell_ref(T, self));
    return true;
}

static const struct type shy_type = INSTANCE_TYPE_FINALIZED("Shy", box_fields, show);

static rc_ref shy_new(struct thread *T, rc_ref left)
{
    rc_ref shy = instance_new(T, &shy_type, (rc_ref[]){left, RC_NULL_REF});
    CHECK(shy.p != NULL, "no memory for an instance");
    return shy;
}

/* A ring of RING, one of which has a finalizer. */
static void leave_a_ring(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, shy_new(T, cell_ref(T, f[0])));
    instance_set(T, f[0], BOX_LEFT, box_new(T, cell_ref(T, f[1]), RC_NULL_REF));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

struct show {
    _Atomic bool over;
    _Atomic uint64_t seen;
    _Atomic uint64_t torn; /* looked at and not whole */
    int rounds;
};

static void make_and_collect(struct thread *T, struct show *show)
{
    for (int i = 0; i < show->rounds; i++) {
        leave_a_ring(T);
        gc_collect(T, (unsigned)i % GC_GENERATIONS);
    }
    store_relaxed(&show->over, true);
}

/* Follows the ring of what is shown, through a weak reference, and lets go of it. */
static void look(struct thread *T, struct show *show)
{
    RC_FRAME(T, f, 4);
    f[0] = rc_load(T, NULL, &shown);
    if (!loc_is_null(f[0])) {
        rc_store(T, NULL, &shown, RC_NULL_REF);
        f[1] = rc_move(T, weakref_new(T, f[0], NULL, RC_NULL_REF));
        f[2] = instance_get(T, f[0], BOX_LEFT);
        f[3] = loc_is_null(f[2]) ? RC_NULL_LOC : instance_get(T, f[2], BOX_LEFT);
        fetch_add_relaxed(&show->seen, 1);
        fetch_add_relaxed(&show->torn, loc_is_null(f[3]));
        rc_clear(T, &f[3]);
        rc_clear(T, &f[2]);
        f[2] = weakref_get(T, f[1]);
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void collect_or_look(struct thread *T, struct worker *self)
{
    struct show *show = self->context;
    if (self->index == 0)
        make_and_collect(T, show);
    while (!load_relaxed(&show->over)) {
        look(T, show);
        thread_safepoint(T);
    }
}

/* Of all generations. */
static struct gc_statistics all(void)
{
    struct gc_statistics sum = {0};
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        struct gc_statistics statistics = gc_statistics(i);
        sum.collected += statistics.collected;
        sum.resurrected += statistics.resurrected;
    }
    return sum;
}

/* Each ring is collected once in the end, and what is seen of it is whole: either it was
 * resurrected, or nobody came. */
static void garbage_is_shown_to_others(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct show show = {.rounds = ROUNDS(10 * 1000)};
    gc_enable(false);
    rc_init_slot(T, &shown, RC_NULL_REF);
    workers_run(T, workers, WORKERS, collect_or_look, &show);
    rc_store(T, NULL, &shown, RC_NULL_REF);
    for (int i = 0; i < 3; i++) {
        runtime_settle(T);
        gc_collect(T, FULL);
    }
    rc_store(T, NULL, &shown, RC_NULL_REF);
    runtime_settle(T);
    gc_collect(T, FULL);
    assert_int_equal(load_relaxed(&show.torn), 0);
    assert_int_equal(live_objects(T), 0);
    assert_int_equal(all().collected, (uint64_t)(unsigned)show.rounds * RING);
    assert_in_range(all().resurrected, 1, UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {OBJECT_TEST(garbage_is_shown_to_others)};
    return cmocka_run_group_tests_name("collect_resurrect_threads " RC_NAME, tests, NULL, NULL);
}
