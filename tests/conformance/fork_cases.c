/* Forks: a child goes on as a runtime, whatever other threads were doing. */
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 3, RING = 3, RINGS = 1000, FORKS = 10 };

static void expect_success(struct thread *T, pid_t child)
{
    int status;
    CHECK(child != -1, "fork: %s", strerror(errno));
    thread_block(T);
    CHECK(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
    thread_unblock(T);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0,
           "a child that does all it should (its status is 0x%x)", (unsigned)status);
}

/* Collects what the parent left, and garbage of its own, by itself and when asked. */
static void make_and_collect(struct thread *T, size_t inherited)
{
    gc_enable(false);
    const size_t found = case_collect(T);
    EXPECT(found >= inherited, "the garbage of before the fork to end (%zu of %zu)", found,
           inherited);
    leave_ring(T, RING);
    EXPECT_EQUAL(case_collect(T), RING, "containers that end in the child");
    gc_enable(true);
    const uint64_t before = all_runs();
    for (int i = 0; i < RINGS; i++)
        leave_ring(T, RING);
    EXPECT(all_runs() > before, "collections that come by themselves in the child");
}

/* The only thread: nothing is left when the child's runtime stops. */
static void fork_alone(struct thread *T)
{
    leave_ring(T, RING);
    pid_t child = runtime_fork(T);
    if (child == 0) {
        make_and_collect(T, RING);
        struct runtime_census left = runtime_stop(T);
        _exit(left.objects + left.blocks + left.pools + left.arenas + left.threads == 0 ? 0 : 1);
    }
    expect_success(T, child);
    EXPECT_EQUAL(case_collect(T), RING, "containers that end in the parent");
}

/* --- beside other threads ----------------------------------------------------------------------------------------------- */

struct others {
    pthread_t threads[THREADS];
    rc_slot shared;
    _Atomic unsigned ready;
    _Atomic bool done;
};

/* Makes garbage, collects, stores, blocks and comes back, so that a fork finds it anywhere. */
static void be_busy(struct thread *T, struct others *others, int64_t i)
{
    leave_ring(T, RING);
    rc_store(T, NULL, &others->shared, numbered_box(T, 1000 + i));
    if (i % 64 == 0)
        gc_collect(T, (unsigned)(i / 64) % GC_GENERATIONS);
    if (i % 16 == 0) {
        thread_block(T);
        sched_yield();
        thread_unblock(T);
    }
    thread_safepoint(T);
}

/* Makes collections last, so that a fork finds one. */
static void linger(struct thread *T, const struct gc_report *report, void *context)
{
    (void)report, (void)context;
    for (int i = 0; i < 20; i++) {
        thread_block(T);
        sched_yield();
        thread_unblock(T);
    }
}

static void *run_beside(void *context)
{
    struct others *others = context;
    struct thread *T = sure_thread();
    fetch_add_relaxed(&others->ready, 1);
    for (int64_t i = 0; !load_relaxed(&others->done); i++)
        be_busy(T, others, i);
    thread_detach(T);
    return NULL;
}

static void start_others(struct thread *T, struct others *others)
{
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&others->threads[i], NULL, run_beside, others) == 0, "pthread_create");
    while (load_relaxed(&others->ready) < THREADS) {
        thread_block(T);
        sched_yield();
        thread_unblock(T);
    }
}

static void join_others(struct thread *T, struct others *others)
{
    store_relaxed(&others->done, true);
    thread_block(T);
    for (int i = 0; i < THREADS; i++)
        pthread_join(others->threads[i], NULL);
    thread_unblock(T);
    rc_store(T, NULL, &others->shared, RC_NULL_REF);
}

/* What the others' frames held stays, so the child ends without stopping its runtime. */
static void fork_beside_others(struct thread *T, struct others *others)
{
    pid_t child = runtime_fork(T);
    if (child == 0) {
        EXPECT_EQUAL(world_threads(), 1, "threads in the child");
        make_and_collect(T, 0);
        rc_store(T, NULL, &others->shared, RC_NULL_REF);
        runtime_settle(T);
        _exit(0);
    }
    expect_success(T, child);
}

static void fork_beside_busy_threads(struct thread *T)
{
    struct others others = {.done = false};
    rc_init_slot(T, &others.shared, RC_NULL_REF);
    EXPECT(gc_add_callback(linger, NULL), "room for a callback");
    start_others(T, &others);
    for (int i = 0; i < FORKS; i++)
        fork_beside_others(T, &others);
    join_others(T, &others);
    EXPECT(gc_remove_callback(linger, NULL), "the callback to be registered");
}

void case_fork_child_collects(struct thread *T)
{
    case_needs_frees();
    fork_alone(T);
    if (case_has_threads(THREADS))
        fork_beside_busy_threads(T);
    case_collect(T);
    EXPECT_EQUAL(case_objects(T), 0, "objects left");
}
