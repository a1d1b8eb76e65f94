/* A child of fork has the allocator, whatever one other thread of the parent holds or has left behind. */
#include "tests/unit/fork_fixture.h"

#include "alloc/base/happens_before.h"
#include "runtimes/object/list.h"
#include "runtimes/runtime.h"

#ifdef ORDER_IS_CHECKED
enum { MAY_START_THREADS = 0 }; /* in a child of several threads: the thread sanitizer forbids it */
#else
enum { MAY_START_THREADS = 1 };
#endif

/* --- one lock held by another thread at the moment of the fork ------------------------------------------------------------ */

struct holder {
    void (*hold)(void);
    void (*let_go)(void);
    pthread_barrier_t is_held;
};

static struct large_shard *held_shard;

static void hold_arenas(void) { lock_acquire(&arenas.lock); }
static void let_arenas_go(void) { lock_release(&arenas.lock); }
static void hold_shard(void) { lock_acquire(&held_shard->lock); }
static void let_shard_go(void) { lock_release(&held_shard->lock); }

static void *hold_for_a_moment(void *argument)
{
    struct holder *holder = argument;
    holder->hold();
    pthread_barrier_wait(&holder->is_held);
    usleep(5000);
    holder->let_go();
    return NULL;
}

static void use_everything(void)
{
    use_allocator();
    pass_grace_period();
}

static void fork_while_held(void (*hold)(void), void (*let_go)(void))
{
    struct holder holder = {hold, let_go, {{0}}};
    assert_int_equal(pthread_barrier_init(&holder.is_held, NULL, 2), 0);
    pthread_t thread = start_thread(hold_for_a_moment, &holder);
    pthread_barrier_wait(&holder.is_held);
    in_child(use_everything);
    await_thread(thread);
    use_everything();
    assert_int_equal(pthread_barrier_destroy(&holder.is_held), 0);
}

static void no_lock_stays_held(void **state)
{
    (void)state;
    fork_while_held(hold_arenas, let_arenas_go);
    fork_while_held(general_hold, general_resume);
    fork_while_held(grace_hold, grace_resume);
    fork_while_held(parcel_hold, parcel_resume);
    for (held_shard = large_shards; held_shard < large_shards + LARGE_SHARDS; held_shard++)
        fork_while_held(hold_shard, let_shard_go);
}

/* --- readers --------------------------------------------------------------------------------------------------------- */

static void *read_until_told(void *argument)
{
    struct grace_reader *reader = argument;
    grace_online(reader);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    grace_offline(reader);
    return NULL;
}

/* One reader is online and owes, and says nothing until the child has ended. */
static void gone_readers_owe_nothing(void **state)
{
    (void)state;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    pthread_t thread = start_thread(read_until_told, &readers[1]);
    pthread_barrier_wait(&barrier);
    const uint64_t ticket = grace_ticket();
    grace_request(ticket);
    in_child(pass_grace_period);
    assert_false(grace_is_over(ticket));
    assert_true(grace_is_valid());
    pthread_barrier_wait(&barrier);
    await_thread(thread);
    grace_quiescent(&readers[0]);
    assert_true(grace_is_over(ticket));
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

/* --- heaps of threads that have exited, and of one that has not ------------------------------------------------------------ */

static void use_own_heap(void)
{
    static struct heap fresh;
    heap_init(&fresh);
    use_heap(&fresh);
    heap_flush(&fresh);
}

static void use_thread_of_its_own(void)
{
    void (*work)(void) = use_own_heap;
    await_thread(start_thread(run_whole, &work));
}

static void *stay(void *argument)
{
    pthread_barrier_wait(&barrier);
    return argument;
}

static void a_child_starts_threads(void **state)
{
    (void)state;
    if (!MAY_START_THREADS)
        skip();
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    pthread_t thread = start_thread(stay, NULL);
    in_child(use_thread_of_its_own);
    pthread_barrier_wait(&barrier);
    await_thread(thread);
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

static void *inherited[2];

static void *make_and_exit(void *argument)
{
    (void)argument;
    return general_alloc(100);
}

static void *make_and_stay(void *argument)
{
    inherited[1] = general_alloc(200);
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return argument;
}

static void free_inherited(void)
{
    memset(inherited[0], 1, 100);
    memset(inherited[1], 2, 200);
    general_free(inherited[0]);
    general_free(inherited[1]);
    use_allocator();
}

static void blocks_of_gone_threads_are_freed(void **state)
{
    (void)state;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    inherited[0] = await_thread(start_thread(make_and_exit, NULL));
    pthread_t thread = start_thread(make_and_stay, NULL);
    pthread_barrier_wait(&barrier);
    in_child(free_inherited);
    in_child(free_inherited);
    general_free(inherited[0]);
    general_free(inherited[1]);
    pthread_barrier_wait(&barrier);
    await_thread(thread);
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

/* --- a whole runtime ---------------------------------------------------------------------------------------------------- */

static struct thread *runtime;

/* Lists that hold themselves: garbage that only a collection finds. */
static void make_objects(void)
{
    for (unsigned i = 0; i < 1000; i++) {
        rc_loc list = rc_move(runtime, list_new(runtime, 4));
        CHECK(list_append(runtime, list, rc_own(runtime, rc_dup(runtime, list))), "no memory");
        rc_drop(runtime, list);
    }
}

static void stop_runtime(void)
{
    make_objects();
    const struct runtime_census left = runtime_stop(runtime);
    CHECK(left.objects + left.blocks + left.pools + left.arenas + left.threads == 0,
          "left in the child: %zu objects, %zu arenas", left.objects, left.arenas);
}

static void a_runtime_of_one_thread_goes_on(void **state)
{
    (void)state;
    runtime = runtime_start();
    assert_non_null(runtime);
    make_objects();
    in_child(stop_runtime);
    stop_runtime();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORK_TEST(no_lock_stays_held),
        FORK_TEST(gone_readers_owe_nothing),
        FORK_TEST(a_child_starts_threads),
        FORK_TEST(blocks_of_gone_threads_are_freed),
        cmocka_unit_test(a_runtime_of_one_thread_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
