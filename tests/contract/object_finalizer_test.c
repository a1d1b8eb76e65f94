/* Finalizers, besides what tests/conformance says of them: tracking, stack, errors, threads. */
#include "runtimes/object/finalize.h"
#include "tests/contract/rc_fixture.h"

#include <unistd.h>

enum { FULL = GC_GENERATIONS - 1 };

static const char *const node_fields[] = {"link", "cargo"};
enum { LINK, CARGO };

static struct {
    unsigned runs;
    bool wrong;
    rc_slot saved; /* what was resurrected last */
} seen;

static int finalizer_start(void **state)
{
    int result = fixture_start(state);
    gc_enable(false);
    memset((void *)&seen, 0, sizeof seen);
    return result;
}

#define FINALIZER_TEST(test) cmocka_unit_test_setup_teardown(test, finalizer_start, fixture_stop)

/* --- finalizers ----------------------------------------------------------------------------------------------------- */

static bool note(struct thread *T, rc_loc self)
{
    (void)T;
    seen.runs++;
    seen.wrong |= loc_is_null(self);
    return true;
}

static bool save(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &seen.saved, cell_ref(T, self));
    return note(T, self);
}

static bool give_up(struct thread *T, rc_loc self)
{
    note(T, self);
    return false;
}

static bool collect(struct thread *T, rc_loc self)
{
    seen.wrong |= gc_collect(T, FULL) != 0;
    return note(T, self);
}

#define NODE_TYPE(finalizer) INSTANCE_TYPE_FINALIZED(#finalizer, node_fields, finalizer)

static const struct type noting_type = NODE_TYPE(note);
static const struct type saving_type = NODE_TYPE(save);
static const struct type failing_type = NODE_TYPE(give_up);
static const struct type collecting_type = NODE_TYPE(collect);

/* --- nodes ---------------------------------------------------------------------------------------------------------- */

static rc_ref node_new(struct thread *T, const struct type *type, rc_ref link)
{
    rc_ref node = instance_new(T, type, (rc_ref[]){link, text_ref(T, "cargo")});
    assert_false(ref_is_null(node));
    return node;
}

static void drop_saved(struct thread *T) { rc_store(T, NULL, &seen.saved, RC_NULL_REF); }

static void assert_runs(struct thread *T, unsigned runs, size_t left)
{
    assert_int_equal(live_objects(T), left);
    assert_int_equal(seen.runs, runs);
    assert_false(seen.wrong);
}

/* --- deaths by counting --------------------------------------------------------------------------------------------- */

/* The collector looks at it as at any other container, wherever its block lies. */
static void resurrected_is_tracked(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    rc_release(T, node_new(T, &saving_type, RC_NULL_REF));
    assert_runs(T, 1, 2);
    f[0] = rc_load(T, NULL, &seen.saved);
    assert_true(gc_head_is_tracked(&((struct container *)obj_get(f[0]))->gc));
    instance_set(T, f[0], LINK, node_new(T, &noting_type, cell_ref(T, f[0])));
    rc_clear(T, &f[0]);
    drop_saved(T);
    for (unsigned generation = 0; generation < FULL; generation++)
        assert_int_equal(gc_collect(T, generation), 0);
    assert_int_equal(gc_collect(T, FULL), 2);
    assert_runs(T, 2, 0);
    RC_LEAVE(T, f);
}

enum { DEEP = 100000, STACK = 524288 };

static void *drop_a_chain(void *argument)
{
    (void)argument;
    struct thread *T = thread_attach();
    CHECK(T != NULL, "no thread record");
    rc_ref chain = RC_NULL_REF;
    for (int i = 0; i < DEEP; i++)
        chain = instance_new(T, &noting_type, (rc_ref[]){chain, RC_NULL_REF});
    rc_release(T, chain);
    thread_detach(T);
    return NULL;
}

/* A finalizer that ran within the death of another object would need a frame of stack for each. */
static void deep_chain_without_recursion(void **state)
{
    needs_threads(1);
    needs_frees();
    struct thread *T = *state;
    pthread_attr_t attributes;
    pthread_t thread;
    assert_int_equal(pthread_attr_init(&attributes), 0);
    assert_int_equal(pthread_attr_setstacksize(&attributes, STACK), 0);
    assert_int_equal(pthread_create(&thread, &attributes, drop_a_chain, NULL), 0);
    pthread_attr_destroy(&attributes);
    thread_block(T);
    pthread_join(thread, NULL);
    thread_unblock(T);
    runtime_settle(T);
    assert_runs(T, DEEP, 0);
}

/* --- what finalizers may do ----------------------------------------------------------------------------------------- */

/* Without a reporter of its own the program tells it in one line on stderr. */
static void error_is_told_on_stderr(void **state)
{
    needs_frees();
    struct thread *T = *state;
    char line[128] = "";
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_non_null(file);
    assert_true(saved >= 0);
    assert_true(dup2(fileno(file), STDERR_FILENO) >= 0);
    rc_release(T, node_new(T, &failing_type, RC_NULL_REF));
    runtime_settle(T);
    assert_true(dup2(saved, STDERR_FILENO) >= 0);
    close(saved);
    rewind(file);
    assert_non_null(fgets(line, sizeof line, file));
    assert_non_null(strstr(line, failing_type.name));
    assert_null(fgets(line, sizeof line, file));
    fclose(file);
    assert_runs(T, 1, 0);
}

static void calls_collect_from_a_count_death(void **state)
{
    needs_frees();
    struct thread *T = *state;
    const uint64_t before = gc_statistics(FULL).collections;
    rc_release(T, node_new(T, &collecting_type, node_new(T, &collecting_type, RC_NULL_REF)));
    assert_runs(T, 2, 0);
    assert_int_equal(gc_statistics(FULL).collections, before + 2);
}

static void several_threads(struct thread *T, struct worker *self)
{
    rc_slot *shared = self->context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, shared);
    for (int i = 0; i < ROUNDS(1000); i++) {
        rc_ref node = list_pop(T, f[0]);
        if (ref_is_null(node))
            break;
        rc_release(T, node);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static _Atomic unsigned counted;

static bool count(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    fetch_add_relaxed(&counted, 1);
    return true;
}

static const struct type counting_type = NODE_TYPE(count);

/* Nodes that one thread made and others end; some are referred to from the list twice. */
static void made_equals_finalized(void **state)
{
    needs_threads(WORKERS);
    needs_frees();
    struct thread *T = *state;
    struct worker workers[WORKERS];
    rc_slot shared;
    const unsigned nodes = ROUNDS(2000);
    store_relaxed(&counted, 0);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, list_new(T, 0));
    for (unsigned i = 0; i < nodes; i++) {
        f[1] = rc_move(T, instance_new(T, &counting_type, (rc_ref[]){RC_NULL_REF, RC_NULL_REF}));
        assert_true(list_append(T, f[0], cell_ref(T, f[1])));
        if (i % 2 == 0)
            assert_true(list_append(T, f[0], cell_ref(T, f[1])));
        rc_clear(T, &f[1]);
    }
    rc_init_slot(T, &shared, cell_own(T, &f[0]));
    workers_run(T, workers, WORKERS, several_threads, &shared);
    rc_store(T, NULL, &shared, RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(load_relaxed(&counted), nodes);
    assert_int_equal(live_objects(T), 0);
    RC_LEAVE(T, f);
}

/* The collection comes while lists that were held beside the node wait for their end, without a reference. */
static void collects_beside_the_dying(void **state)
{
    needs_frees();
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 3));
    assert_true(list_append(T, f[0], list_new(T, 1)));
    assert_true(list_append(T, f[0], list_new(T, 1)));
    assert_true(list_append(T, f[0], node_new(T, &collecting_type, RC_NULL_REF)));
    rc_clear(T, &f[0]);
    assert_runs(T, 1, 0);
    RC_LEAVE(T, f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FINALIZER_TEST(resurrected_is_tracked),  FINALIZER_TEST(deep_chain_without_recursion),
        FINALIZER_TEST(error_is_told_on_stderr), FINALIZER_TEST(calls_collect_from_a_count_death),
        FINALIZER_TEST(made_equals_finalized),   FINALIZER_TEST(collects_beside_the_dying),
    };
    return cmocka_run_group_tests_name("object finalizer " RC_NAME, tests, NULL, NULL);
}
