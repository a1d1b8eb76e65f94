/*
 * Objects, referrers, referents and the saved, of real objects of every kind.  Automatic collections are off.
 */
#include "runtimes/object/inspect.h"

#include "runtimes/object/finalize.h"
#include "runtimes/object/weakref.h"
#include "tests/contract/rc_fixture.h"

enum { FULL = GC_GENERATIONS - 1 };

static const char *const node_fields[] = {"link"};
enum { LINK };

static unsigned finalizers_run;

static int inspect_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    finalizers_run = 0;
    return result;
}

#define INSPECT_TEST(test) cmocka_unit_test_setup_teardown(test, inspect_start, fixture_stop)

static bool note(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    finalizers_run++;
    return true;
}

static const struct type quiet_type = INSTANCE_TYPE_FINALIZED("Quiet", node_fields, note);

static rc_ref node_new(struct thread *T, rc_ref link)
{
    rc_ref node = instance_new(T, &quiet_type, (rc_ref[]){link});
    assert_false(ref_is_null(node));
    return node;
}

/* `n` nodes in a ring, none of them referred to from outside. */
static void drop_ring(struct thread *T, int n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, RC_NULL_REF));
    f[1] = rc_dup(T, f[0]);
    for (int i = 1; i < n; i++)
        f[1] = rc_move(T, node_new(T, cell_own(T, &f[1])));
    instance_set(T, f[0], LINK, cell_own(T, &f[1]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* How often the object of `cell` is in the list; the list is consumed. */
static size_t times_in(struct thread *T, rc_ref list, rc_loc cell)
{
    assert_false(ref_is_null(list));
    const struct list_obj *l = (const struct list_obj *)obj_of(list.p);
    const struct list_table *t = load_relaxed(&l->table);
    size_t times = 0;
    for (size_t i = 0; i < load_relaxed(&l->length); i++)
        times += rc_peek(&t->items[i]) == rc_get(cell);
    rc_release(T, list);
    return times;
}

/* The same of its length. */
static size_t length_of(struct thread *T, rc_ref list)
{
    assert_false(ref_is_null(list));
    size_t length = load_relaxed(&((struct list_obj *)obj_of(list.p))->length);
    rc_release(T, list);
    return length;
}

/* A list must be gone before the next look, or that finds it. */
static void settle_deaths(struct thread *T)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
}

static size_t objects_in(struct thread *T, int generation)
{
    settle_deaths(T);
    return length_of(T, inspect_objects(T, generation));
}

/* --- objects -------------------------------------------------------------------------------------- */

static void generations_hold_what_survived(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 0));
    assert_int_equal(times_in(T, inspect_objects(T, 0), f[0]), 1);
    settle_deaths(T);
    gc_collect(T, 0);
    f[1] = rc_move(T, box_new(T, int_new(T, 1000), RC_NULL_REF));
    assert_int_equal(objects_in(T, 0), 1);
    assert_int_equal(objects_in(T, 1), 1);
    assert_int_equal(objects_in(T, 2), 0);
    assert_int_equal(objects_in(T, GC_ALL), 2);
    gc_collect(T, FULL);
    assert_int_equal(objects_in(T, 2), 2);
    assert_int_equal(times_in(T, inspect_objects(T, 2), f[1]), 1);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    assert_int_equal(objects_in(T, GC_ALL), 0);
    RC_LEAVE(T, f);
}

static void a_result_keeps_alive(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, int_new(T, 77777), RC_NULL_REF));
    f[1] = rc_move(T, inspect_objects(T, 0));
    assert_int_equal(references(T, f[0]), 2);
    rc_clear(T, &f[0]);
    f[0] = list_get(T, f[1], 0);
    assert_int_equal(box_number(T, f[0]), 77777);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* --- references ----------------------------------------------------------------------------------- */

/* One of each kind, all of which refer to one object. */
enum { LIST, TUPLE, INSTANCE, DICT_KEY, DICT_VALUE, SET, WEAKREF, HOLDERS };

static void make_holders(struct thread *T, rc_loc *f, rc_loc held)
{
    RC_FRAME(T, g, 1);
    rc_ref item = cell_ref(T, held);
    g[0] = rc_move(T, int_new(T, 4242));
    f[LIST] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[LIST], cell_ref(T, held)));
    f[TUPLE] = rc_move(T, tuple_new(T, 1, &item));
    f[INSTANCE] = rc_move(T, box_new(T, RC_NULL_REF, cell_ref(T, held)));
    f[DICT_KEY] = rc_move(T, dict_new(T));
    assert_true(dict_set(T, f[DICT_KEY], held, none_ref(T)));
    f[DICT_VALUE] = rc_move(T, dict_new(T));
    assert_true(dict_set(T, f[DICT_VALUE], g[0], cell_ref(T, held)));
    f[SET] = rc_move(T, set_new(T));
    assert_true(set_add(T, f[SET], held));
    f[WEAKREF] = rc_move(T, weakref_new(T, f[LIST], NULL, cell_ref(T, held)));
    rc_clear(T, &g[0]);
    RC_LEAVE(T, g);
}

static void assert_all_refer(struct thread *T, const rc_loc *f, rc_loc held)
{
    for (int i = 0; i < HOLDERS; i++) {
        settle_deaths(T);
        assert_int_equal(times_in(T, inspect_referrers(T, 1, &held), f[i]), 1);
        settle_deaths(T);
        assert_int_equal(times_in(T, inspect_referents(T, 1, &f[i]), held), 1);
    }
    settle_deaths(T);
    assert_int_equal(length_of(T, inspect_referrers(T, 1, &held)), HOLDERS);
    settle_deaths(T);
    /* one each, and the None and the int of the dicts */
    assert_int_equal(length_of(T, inspect_referents(T, HOLDERS, f)), HOLDERS + 2);
}

static void every_kind_refers(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, HOLDERS + 1);
    f[HOLDERS] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    make_holders(T, f, f[HOLDERS]);
    assert_all_refer(T, f, f[HOLDERS]);
    for (int i = 0; i <= HOLDERS; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

static void atoms_are_referred_to(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, HOLDERS + 1);
    f[HOLDERS] = rc_move(T, text_ref(T, "held"));
    make_holders(T, f, f[HOLDERS]);
    assert_all_refer(T, f, f[HOLDERS]);
    settle_deaths(T);
    assert_int_equal(length_of(T, inspect_referents(T, 1, &f[HOLDERS])), 0);
    for (int i = 0; i <= HOLDERS; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

/* What a weak reference names it does not refer to; what was removed from a dict is not in it. */
static void names_and_removed_keys_are_no_referents(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weakref_new(T, f[0], NULL, RC_NULL_REF));
    f[2] = rc_move(T, dict_new(T));
    assert_true(dict_set(T, f[2], f[0], none_ref(T)));
    f[3] = rc_move(T, list_new(T, 8));
    assert_true(dict_delete(T, f[2], f[0]));
    settle_deaths(T);
    assert_int_equal(length_of(T, inspect_referents(T, 4, f)), 0);
    settle_deaths(T);
    assert_int_equal(length_of(T, inspect_referrers(T, 1, f)), 0);
    for (int i = 0; i < 4; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

/* --- memory that is refused ----------------------------------------------------------------------- */

static rc_ref objects_of_all(struct thread *T, rc_loc cell)
{
    (void)cell;
    return inspect_objects(T, GC_ALL);
}

static rc_ref referrers_of(struct thread *T, rc_loc cell) { return inspect_referrers(T, 1, &cell); }
static rc_ref referents_of(struct thread *T, rc_loc cell) { return inspect_referents(T, 1, &cell); }

typedef rc_ref look(struct thread *T, rc_loc cell);

/* Refuses every allocation in turn until the look succeeds. */
static void refuse_in_turn(struct thread *T, look *how, rc_loc cell)
{
    uint64_t refused = 0;
    bool failed = true;
    while (failed) {
        failure_at(++refused);
        rc_ref list = how(T, cell);
        failed = !failure_is_pending();
        failure_at(0);
        assert_int_equal(ref_is_null(list), failed);
        rc_release(T, list);
        settle_deaths(T);
        assert_int_equal(references(T, cell), 2);
    }
    assert_true(refused > 3);
}

static void refusal_leaves_nothing(void **state)
{
    needs_frees();
    struct thread *T = *state;
    look *const looks[] = {objects_of_all, referrers_of, referents_of};
    if (!REFBENCH_DEBUG)
        skip();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    assert_true(list_append(T, f[0], cell_ref(T, f[0])));
    for (size_t i = 0; i < sizeof looks / sizeof looks[0]; i++)
        refuse_in_turn(T, looks[i], f[0]);
    list_clear(T, list_of(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- saveall -------------------------------------------------------------------------------------- */

static void saved_garbage_is_intact(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 3);
    drop_ring(T, 1);
    settle_deaths(T);
    gc_set_debug(GC_SAVEALL);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_int_equal(finalizers_run, 1);
    f[0] = inspect_garbage(T);
    assert_int_equal(list_length(T, f[0]), 1);
    f[1] = list_get(T, f[0], 0);
    f[2] = instance_get(T, f[1], LINK);
    assert_ptr_equal(rc_get(f[2]), rc_get(f[1]));
    rc_clear(T, &f[2]);
    assert_int_equal(times_in(T, inspect_objects(T, FULL), f[1]), 1);
    settle_deaths(T);
    assert_int_equal(references(T, f[1]), 3);
    rc_clear(T, &f[1]);
    gc_set_debug(0);
    rc_release(T, list_pop(T, f[0]));
    rc_clear(T, &f[0]);
    settle_deaths(T);
    assert_int_equal(gc_collect(T, FULL), 1);
    assert_int_equal(finalizers_run, 1);
    RC_LEAVE(T, f);
}

/* The runtime ends what nobody took: tear down finds nothing left. */
static void the_end_of_the_runtime_ends_the_saved(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    gc_set_debug(GC_SAVEALL);
    drop_ring(T, 10);
    settle_deaths(T);
    assert_int_equal(gc_collect(T, 0), 10);
    drop_ring(T, 5);
    settle_deaths(T);
    assert_int_equal(gc_collect(T, FULL), 5);
    f[0] = inspect_garbage(T);
    assert_int_equal(list_length(T, f[0]), 15);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- threads -------------------------------------------------------------------------------------- */

enum { LOOKS = 100 };

static void look_or_collect(struct thread *T, rc_loc shared, unsigned index, struct crew *crew)
{
    for (int i = 0; i < LOOKS; i++) {
        drop_ring(T, 4);
        if (index % 2 == 0)
            fetch_add_relaxed(&crew->sum, gc_collect(T, FULL));
        else if (times_in(T, inspect_objects(T, GC_ALL), shared) != 1)
            fetch_add_relaxed(&crew->wrong, 1);
    }
}

/* Others collect meanwhile: what is found is never their garbage, and all of it ends. */
static void looks_beside_collections(void **state)
{
    needs_threads(CREW);
    needs_frees();
    struct thread *T = *state;
    struct crew crew = {.work = look_or_collect};
    rc_init_slot(T, &crew.shared, box_new(T, RC_NULL_REF, RC_NULL_REF));
    crew_work(T, &crew);
    gc_collect(T, FULL);
    runtime_settle(T);
    gc_collect(T, FULL);
    assert_int_equal(live_objects(T), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INSPECT_TEST(generations_hold_what_survived),
        INSPECT_TEST(a_result_keeps_alive),
        INSPECT_TEST(every_kind_refers),
        INSPECT_TEST(atoms_are_referred_to),
        INSPECT_TEST(names_and_removed_keys_are_no_referents),
        INSPECT_TEST(refusal_leaves_nothing),
        INSPECT_TEST(saved_garbage_is_intact),
        INSPECT_TEST(the_end_of_the_runtime_ends_the_saved),
        INSPECT_TEST(looks_beside_collections),
    };
    return cmocka_run_group_tests_name("inspect " RC_NAME, tests, NULL, NULL);
}
