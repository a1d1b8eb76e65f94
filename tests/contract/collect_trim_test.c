/*
 * After a full collection that leaves little in many pools, the pages between are given back to the system.
 */
#include "alloc/census.h"
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1, COUNT = 40 * 1000, APART = 1000 };

static int manual_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    return result;
}

/* Lists that contain themselves; one in a thousand is also in the list `kept`. */
static void make_rings(struct thread *T, rc_loc kept)
{
    RC_FRAME(T, f, 1);
    for (int i = 0; i < COUNT; i++) {
        f[0] = rc_move(T, list_new(T, 0));
        assert_true(list_append(T, f[0], cell_ref(T, f[0])));
        if (i % APART == 0)
            assert_true(list_append(T, kept, cell_ref(T, f[0])));
        rc_clear(T, &f[0]);
        thread_safepoint(T);
    }
    RC_LEAVE(T, f);
}

static void memory_between_survivors_is_given_back(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    make_rings(T, f[0]);
    runtime_settle(T);
    const size_t before = census_resident_bytes();
    assert_int_equal(gc_collect(T, FULL), COUNT - COUNT / APART);
    for (int i = 0; i < 3;
         i++) { /* sparse twice in a row; where deaths and pools wait, a little later */
        runtime_settle(T);
        gc_collect(T, FULL);
    }
    assert_in_range(census_resident_bytes(), 1, before / 2);
    assert_int_equal(list_length(T, f[0]), COUNT / APART);
    rc_clear(T, &f[0]);
    runtime_settle(T);
    assert_int_equal(gc_collect(T, FULL), COUNT / APART);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(memory_between_survivors_is_given_back, manual_start,
                                        fixture_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
