/*
 * What a runtime says of the end of objects (RC_FREES), and does: where something is freed, all of this ends, and where nothing
 * is, none of it, until the runtime stops, which leaves nothing either way (the fixture looks).
 */
#include "tests/contract/rc_fixture.h"

#include "runtimes/object/finalize.h"
#include "runtimes/object/weakref.h"

static unsigned finalized;
static unsigned called;

static bool count_finalizer(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    finalized++;
    return true;
}

static void count_callback(struct thread *T, rc_loc weakref)
{
    (void)T, (void)weakref;
    called++;
}

static const struct type noted_type = INSTANCE_TYPE_FINALIZED("Noted", box_fields, count_finalizer);

static rc_ref noted_new(struct thread *T)
{
    rc_ref noted = instance_new(T, &noted_type, (rc_ref[]){RC_NULL_REF, RC_NULL_REF});
    assert_non_null(noted.p);
    return noted;
}

/* A weak reference to an object that nobody refers to any more. */
static rc_ref weakref_to_dropped(struct thread *T, bool cyclic)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, noted_new(T));
    f[1] = rc_move(T, weakref_new(T, f[0], count_callback, RC_NULL_REF));
    if (cyclic)
        instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    rc_ref weakref = cell_own(T, &f[1]);
    RC_LEAVE(T, f);
    return weakref;
}

static void expect_end(struct thread *T, bool cyclic)
{
    const size_t before = live_objects(T);
    finalized = called = 0;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, weakref_to_dropped(T, cyclic));
    runtime_settle(T);
    const size_t found = gc_collect(T, GC_GENERATIONS - 1);
    assert_int_equal(found, cyclic && RC_FREES);
    assert_int_equal(live_objects(T), before + 1 + !RC_FREES);
    assert_int_equal(finalized, RC_FREES);
    assert_int_equal(called, RC_FREES);
    f[1] = weakref_get(T, f[0]);
    assert_int_equal(loc_is_null(f[1]), RC_FREES);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void what_nobody_refers_to(void **state) { expect_end(*state, false); }
static void cyclic_garbage(void **state) { expect_end(*state, true); }

static uint64_t collections(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collections;
    return sum;
}

/* Under every policy. */
static void collections_come_by_themselves(void **state)
{
    enum { LISTS = 3000 };
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    for (enum gc_policy policy = GC_COUNTS; policy < GC_POLICIES; policy++) {
        gc_set_policy(T, policy);
        gc_set_budget(0, 4096);
        const uint64_t before = collections();
        f[0] = rc_move(T, list_new(T, 0));
        for (int i = 0; i < LISTS; i++)
            assert_true(list_append(T, f[0], list_new(T, 0)));
        assert_int_equal(collections() > before, RC_FREES);
        assert_int_equal(list_length(T, f[0]), LISTS);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

/* Blocks of every kind, small and large, and a text whose string nobody has. */
static void nothing_outlives_the_runtime(void **state)
{
    enum { ITEMS = 5000, BYTES = 4000, WEAKREFS = 1000 };
    struct thread *T = *state;
    static char text[BYTES];
    memset(text, 'x', BYTES);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, dict_new(T));
    for (int64_t i = 0; i < ITEMS; i++) {
        f[1] = rc_move(T, int_new(T, i));
        assert_true(dict_set(T, f[0], f[1], numbered_box(T, 1000 + i)));
        rc_clear(T, &f[1]);
    }
    rc_release(T, str_new(T, text, BYTES));
    rc_release(T, str_intern(T, "nobody", 6));
    for (int i = 0; i < WEAKREFS; i++) /* all parts of their side table have some */
        rc_release(T, tuple_new(T, 1, (rc_ref[]){weakref_to_dropped(T, true)}));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    struct runtime_census left = runtime_stop(T);
    assert_int_equal(left.objects + left.blocks + left.pools + left.arenas + left.threads, 0);
    *state = runtime_start(); /* which the fixture stops */
    assert_non_null(*state);
    assert_int_equal(runtime_census().objects, 0);
    finalized = called = 0;
    expect_end(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(what_nobody_refers_to),
        OBJECT_TEST(cyclic_garbage),
        OBJECT_TEST(collections_come_by_themselves),
        OBJECT_TEST(nothing_outlives_the_runtime),
    };
    return cmocka_run_group_tests_name("frees " RC_NAME, tests, NULL, NULL);
}
