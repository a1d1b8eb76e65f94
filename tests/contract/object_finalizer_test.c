/* Finalizers: once each, in the dropping thread or at shutdown, whatever they do. */
#include "tests/contract/finalizer_fixture.h"

#include <unistd.h>

static bool give_up(struct thread *T, rc_loc self)
{
    note(T, self);
    return false;
}

static bool unlink_self(struct thread *T, rc_loc self)
{
    instance_set(T, self, LINK, RC_NULL_REF);
    return note(T, self);
}

static bool collect(struct thread *T, rc_loc self)
{
    seen.wrong |= gc_collect(T, FULL) != 0;
    return note(T, self);
}

/* More containers than a generation's threshold, half of them in cycles. */
static bool allocate(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    for (int i = 0; i < 10 * 1000; i++) {
        f[0] = rc_move(T, list_new(T, 1));
        seen.wrong |= loc_is_null(f[0]);
        if (i % 2 == 0)
            seen.wrong |= !list_append(T, f[0], cell_ref(T, f[0]));
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type noting_type = NODE_TYPE(note);
static const struct type saving_type = NODE_TYPE(save);
static const struct type failing_type = NODE_TYPE(give_up);
static const struct type unlinking_type = NODE_TYPE(unlink_self);
static const struct type collecting_type = NODE_TYPE(collect);
static const struct type allocating_type = NODE_TYPE(allocate);

/* --- deaths by counting --------------------------------------------------------------------------------------------- */

static void once_on_count_death(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, &noting_type, RC_NULL_REF));
    assert_runs(T, 0, 2);
    rc_clear(T, &f[0]);
    assert_runs(T, 1, 0);
    assert_true(pthread_equal(seen.thread, pthread_self()));
    RC_LEAVE(T, f);
}

static void drop_a_node(struct thread *T, struct worker *self)
{
    (void)self;
    rc_release(T, node_new(T, &noting_type, RC_NULL_REF));
    if (RC_PROMPT_DEATH)
        CHECK(pthread_equal(seen.thread, pthread_self()), "finalized in another thread");
}

static void runs_in_the_dropping_thread(void **state)
{
    struct thread *T = *state;
    struct worker worker;
    workers_run(T, &worker, 1, drop_a_node, NULL);
    runtime_settle(T);
    assert_runs(T, 1, 0);
}

static void resurrected_by_a_count_death(void **state)
{
    struct thread *T = *state;
    RC_FRAME(T, f, 2);
    rc_release(T, node_new(T, &saving_type, node_new(T, &noting_type, RC_NULL_REF)));
    assert_runs(T, 1, 4);
    f[0] = rc_load(T, NULL, &seen.saved);
    assert_int_equal(references(T, f[0]), 2);
    f[1] = instance_get(T, f[0], CARGO);
    assert_string_equal(str_text(obj_get(f[1])), "cargo");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    drop_saved(T);
    assert_runs(T, 2, 0);
    RC_LEAVE(T, f);
}

/* The collector looks at it as at any other container, wherever its block lies. */
static void resurrected_is_tracked(void **state)
{
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

static void error_is_reported(void **state)
{
    struct thread *T = *state;
    const uint64_t before = finalize_statistics().errors;
    rc_release(T, node_new(T, &failing_type, RC_NULL_REF));
    assert_runs(T, 1, 0);
    drop_ring(T, &failing_type, 3);
    drop_ring(T, &noting_type, 3);
    assert_runs(T, 1, 12);
    assert_int_equal(gc_collect(T, FULL), 6);
    assert_runs(T, 7, 0);
    assert_int_equal(seen.errors, 4);
    assert_ptr_equal(seen.type, &failing_type);
    assert_int_equal(finalize_statistics().errors - before, 4);
}

/* Without a reporter of its own the program tells it in one line on stderr. */
static void error_is_told_on_stderr(void **state)
{
    struct thread *T = *state;
    char line[128] = "";
    FILE *file = tmpfile();
    int saved = dup(STDERR_FILENO);
    assert_non_null(file);
    assert_true(saved >= 0);
    finalize_report_to(NULL);
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

static void calls_collect_from_a_collection(void **state)
{
    struct thread *T = *state;
    drop_ring(T, &collecting_type, 3);
    assert_runs(T, 0, 6);
    const uint64_t before = gc_statistics(FULL).collections;
    assert_int_equal(gc_collect(T, FULL), 3);
    assert_int_equal(gc_statistics(FULL).collections, before + 1);
    assert_runs(T, 3, 0);
}

static void calls_collect_from_a_count_death(void **state)
{
    struct thread *T = *state;
    const uint64_t before = gc_statistics(FULL).collections;
    rc_release(T, node_new(T, &collecting_type, node_new(T, &collecting_type, RC_NULL_REF)));
    assert_runs(T, 2, 0);
    assert_int_equal(gc_statistics(FULL).collections, before + 2);
}

static void allocates_10k(void **state)
{
    struct thread *T = *state;
    gc_enable(true);
    rc_release(T, node_new(T, &allocating_type, RC_NULL_REF));
    drop_ring(T, &allocating_type, 2);
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    gc_collect(T, FULL);
    gc_collect(T, FULL);
    assert_runs(T, 3, 0);
    gc_enable(false);
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

/* --- shutdown ------------------------------------------------------------------------------------------------------- */

static void at_shutdown(void **state)
{
    (void)state;
    memset((void *)&seen, 0, sizeof seen);
    struct thread *T = runtime_start();
    assert_non_null(T);
    gc_enable(false);
    drop_ring(T, &noting_type, 10);
    drop_ring(T, &unlinking_type, 10);
    struct runtime_census left = runtime_stop(T);
    assert_int_equal(seen.runs, 20);
    assert_int_equal(left.objects + left.blocks + left.pools + left.arenas, 0);
}

/* The first pass finds only objects that live on, for as long as their finalizers run. */
static bool save_and_let_go(struct thread *T, rc_loc self)
{
    save(T, self);
    rc_release(T, loop_new(T, &noting_type));
    drop_saved(T);
    return true;
}

static const struct type wavering_type = NODE_TYPE(save_and_let_go);

static void at_shutdown_makes_garbage(void **state)
{
    (void)state;
    memset((void *)&seen, 0, sizeof seen);
    struct thread *T = runtime_start();
    assert_non_null(T);
    gc_enable(false);
    rc_release(T, loop_new(T, &wavering_type));
    struct runtime_census left = runtime_stop(T);
    assert_int_equal(seen.runs, 2);
    assert_int_equal(left.objects + left.blocks + left.pools + left.arenas, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FINALIZER_TEST(once_on_count_death),
        FINALIZER_TEST(runs_in_the_dropping_thread),
        FINALIZER_TEST(resurrected_by_a_count_death),
        FINALIZER_TEST(resurrected_is_tracked),
        FINALIZER_TEST(deep_chain_without_recursion),
        FINALIZER_TEST(error_is_reported),
        FINALIZER_TEST(error_is_told_on_stderr),
        FINALIZER_TEST(calls_collect_from_a_collection),
        FINALIZER_TEST(calls_collect_from_a_count_death),
        FINALIZER_TEST(allocates_10k),
        FINALIZER_TEST(made_equals_finalized),
        cmocka_unit_test(at_shutdown),
        cmocka_unit_test(at_shutdown_makes_garbage),
    };
    return cmocka_run_group_tests_name("object finalizer " RC_NAME, tests, NULL, NULL);
}
