/* What byte policies make of real objects: bytes are those of blocks and tables. */
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1, ITEMS = 1000 };

static int manual_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    return result;
}

#define COLLECT_TEST(test) cmocka_unit_test_setup_teardown(test, manual_start, fixture_stop)

static uint64_t bytes_of(const rc_loc *cells, size_t n)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += obj_block_bytes(obj_get(cells[i]));
    return bytes;
}

/* One container of each kind, three of them with a table that has grown. */
static void make_one_of_each(struct thread *T, rc_loc *cells)
{
    cells[0] = rc_move(T, list_new(T, 0));
    cells[1] = rc_move(T, dict_new(T));
    cells[2] = rc_move(T, set_new(T));
    cells[3] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    cells[4] = rc_move(T, tuple_new(T, 1, (rc_ref[]){cell_ref(T, cells[3])}));
    for (int64_t i = 0; i < ITEMS; i++) {
        cells[5] = rc_move(T, int_new(T, i));
        assert_true(list_append(T, cells[0], cell_ref(T, cells[5])));
        assert_true(dict_set(T, cells[1], cells[5], none_ref(T)));
        assert_true(set_add(T, cells[2], cells[5]));
        cell_drop(T, &cells[5]);
    }
}

static void drop_all(struct thread *T, rc_loc *cells, size_t n)
{
    for (size_t i = 0; i < n; i++)
        rc_clear(T, &cells[i]);
}

static void bytes_are_those_of_blocks(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 6);
    gc_set_policy(T, GC_BYTES);
    make_one_of_each(T, f);
    assert_in_range(bytes_of(f, 3), 3 * ITEMS * sizeof(rc_slot), UINT32_MAX);
    assert_int_equal(gc_bytes(&T->gc, 0), bytes_of(f, 5));
    assert_int_equal(gc_collect(T, 0), 0);
    assert_int_equal(gc_bytes(&T->gc, 0), 0);
    assert_int_equal(gc_bytes(&T->gc, 1), bytes_of(f, 5));
    assert_int_equal(gc_collect(T, 1), 0);
    assert_int_equal(gc_bytes(&T->gc, 1), 0);
    assert_int_equal(gc_bytes(&T->gc, 2), bytes_of(f, 5));
    drop_all(T, f, 6);
    RC_LEAVE(T, f);
}

static void deaths_give_their_bytes_back(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 6);
    gc_set_policy(T, GC_BYTES);
    make_one_of_each(T, f);
    drop_all(T, f, 6);
    runtime_settle(T);
    assert_int_equal(gc_bytes(&T->gc, 0), 0);
    RC_LEAVE(T, f);
}

/* A box that holds itself and nothing else does. */
static void leave_a_loop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    instance_set(T, f[0], BOX_LEFT, cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void count_phase(struct thread *T, const struct gc_report *report, void *context)
{
    unsigned *phases = context;
    leave_a_loop(T);
    phases[report->phase]++;
}

/* Callbacks that make garbage: it is found by the next collection. */
static void callbacks_may_allocate(void **state)
{
    needs_frees();
    struct thread *T = *state;
    unsigned phases[2] = {0};
    assert_true(gc_add_callback(count_phase, phases));
    gc_collect(T, FULL);
    gc_collect(T, FULL);
    assert_true(gc_remove_callback(count_phase, phases));
    assert_int_equal(phases[GC_PHASE_START], 2);
    assert_int_equal(phases[GC_PHASE_STOP], 2);
    assert_int_equal(gc_statistics(FULL).collected + gc_collect(T, FULL), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        COLLECT_TEST(bytes_are_those_of_blocks),
        COLLECT_TEST(deaths_give_their_bytes_back),

        COLLECT_TEST(callbacks_may_allocate),
    };
    return cmocka_run_group_tests_name("collect_policy " RC_NAME, tests, NULL, NULL);
}
