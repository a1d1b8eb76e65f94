/*
 * Threads and stops of the world: who collects, who waits for whom, and that everybody goes on.
 */
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

enum { THREADS = 4, RING = 3 };

/* Under a global lock only who blocks lets others run at once. */
static void let_others_run(struct thread *T)
{
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

static void await(struct thread *T, _Atomic bool *flag)
{
    while (!load_acquire(flag)) /* (K1) */
        let_others_run(T);
}

static void raise_flag(_Atomic bool *flag) { store_release(flag, true); /* (K2) read by (K1) */ }

/* --- several collectors -------------------------------------------------------------------------------------------- */

static void collect_in_vain(struct thread *T, unsigned index, void *context)
{
    (void)context;
    EXPECT_EQUAL(gc_collect(T, index % GC_GENERATIONS), 0,
                 "containers ended by a collection beside another");
}

/* The world runs while callbacks are told, and the collection has not ended. */
static void others_collect_too(struct thread *T, const struct gc_report *report, void *context)
{
    (void)report, (void)context;
    case_threads(T, THREADS, collect_in_vain, NULL);
}

struct contest {
    _Atomic uint64_t found;
    _Atomic uint64_t made;
};

static void make_and_collect(struct thread *T, unsigned index, void *context)
{
    struct contest *contest = context;
    for (unsigned i = 0; i < ROUNDS(1000); i++) {
        leave_ring(T, RING);
        fetch_add_relaxed(&contest->made, RING);
        fetch_add_relaxed(&contest->found, gc_collect(T, (index + i) % GC_GENERATIONS));
    }
}

void case_k_collectors(struct thread *T)
{
    case_needs_frees();
    struct contest contest = {.found = 0};
    gc_enable(false);
    leave_ring(T, RING);
    EXPECT(gc_add_callback(others_collect_too, NULL), "a callback to be registered");
    EXPECT_EQUAL(gc_collect(T, CASE_FULL), RING, "containers ended by the first of collections");
    EXPECT(gc_remove_callback(others_collect_too, NULL), "the callback to be registered");
    EXPECT_EQUAL(all_runs(), 1, "collections");
    case_threads(T, THREADS, make_and_collect, &contest);
    EXPECT_EQUAL(RING + load_relaxed(&contest.found), all_collected(),
                 "what collectors were told, in sum");
    expect_all_collected(T, RING + load_relaxed(&contest.made));
}

/* --- a thread in a system call ------------------------------------------------------------------------------------- */

enum { COLLECTIONS = 100 };

struct call {
    int ends[2]; /* of a pipe */
    pthread_t thread;
    _Atomic bool blocked;
    _Atomic bool back; /* from the system call, but not yet running */
    _Atomic bool stopped;
};

static void read_one_byte(int from)
{
    char byte;
    ssize_t n;
    do
        n = read(from, &byte, 1);
    while (n == -1 && errno == EINTR);
    CHECK(n == 1, "read: %s", strerror(errno));
}

static void *be_in_a_system_call(void *context)
{
    struct call *call = context;
    struct thread *T = sure_thread();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_new(T, RING));
    thread_block(T);
    raise_flag(&call->blocked);
    read_one_byte(call->ends[0]);
    raise_flag(&call->back);
    thread_unblock(T);
    EXPECT(!load_acquire(&call->stopped), "a thread to wait while the world is stopped"); /* (K3) */
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    thread_detach(T);
    return NULL;
}

/* The thread is back and waits for the world to start. */
static void bring_back_into_a_stopped_world(struct thread *T, struct call *call)
{
    world_stop(T);
    store_relaxed(&call->stopped, true);
    CHECK(write(call->ends[1], "", 1) == 1, "write: %s", strerror(errno));
    while (!load_acquire(&call->back)) /* (K1) */
        sched_yield();
    for (int i = 0; i < 100; i++)
        sched_yield();
    store_release(&call->stopped, false); /* (K4) read by (K3) */
    world_start(T);
}

/* The thread stays in its call until all collections are over: none can have waited for it. */
void case_blocked_in_syscall(struct thread *T)
{
    case_needs_threads(1);
    struct call call = {.stopped = false};
    gc_enable(false);
    CHECK(pipe(call.ends) == 0, "pipe: %s", strerror(errno));
    int error = pthread_create(&call.thread, NULL, be_in_a_system_call, &call);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
    await(T, &call.blocked);
    for (unsigned i = 0; i < COLLECTIONS; i++)
        EXPECT_EQUAL(gc_collect(T, i % GC_GENERATIONS), 0, "containers ended that a frame holds");
    EXPECT(!load_relaxed(&call.back), "the thread to be in its call all the time");
    bring_back_into_a_stopped_world(T, &call);
    thread_block(T);
    pthread_join(call.thread, NULL);
    thread_unblock(T);
    close(call.ends[0]);
    close(call.ends[1]);
    expect_all_collected(T, RING);
}

/* --- attaching beside collections ---------------------------------------------------------------------------------- */

enum { COMERS = 3, COMINGS = 100 };

struct coming {
    _Atomic unsigned attached;
    _Atomic bool begun; /* collections have */
    _Atomic bool over;
};

static void *come_and_go(void *context)
{
    struct coming *coming = context;
    struct thread *T = sure_thread();
    leave_ring(T, RING);
    fetch_add_relaxed(&coming->attached, 1);
    thread_detach(T);
    return NULL;
}

static void send_threads(struct thread *T, struct coming *coming)
{
    await(T, &coming->begun);
    for (unsigned i = 0; i < ROUNDS(COMINGS); i++) {
        pthread_t thread;
        thread_block(T);
        int error = pthread_create(&thread, NULL, come_and_go, coming);
        CHECK(error == 0, "pthread_create: %s", strerror(error));
        pthread_join(thread, NULL);
        thread_unblock(T);
    }
    if (load_relaxed(&coming->attached) == COMERS * ROUNDS(COMINGS))
        raise_flag(&coming->over);
}

/* One after another; but who waits for the core gets it, however long its slices are. */
static void collect_beside(struct thread *T, struct coming *coming)
{
    while (!load_acquire(&coming->over)) { /* (K1) */
        gc_collect(T, CASE_FULL);
        raise_flag(&coming->begun);
        thread_safepoint(T);
        sched_yield();
    }
}

static void collect_or_send(struct thread *T, unsigned index, void *context)
{
    if (index == 0)
        collect_beside(T, context);
    else
        send_threads(T, context);
}

void case_attach_under_collect_loop(struct thread *T)
{
    struct coming coming = {.over = false};
    gc_enable(false);
    case_threads(T, 1 + COMERS, collect_or_send, &coming);
    EXPECT_EQUAL(load_relaxed(&coming.attached), COMERS * ROUNDS(COMINGS), "threads that attached");
    expect_all_collected(T, (uint64_t)COMERS * ROUNDS(COMINGS) * RING);
}

/* --- a stop while a lock is held ----------------------------------------------------------------------------------- */

struct lockers {
    rc_slot list;
    _Atomic bool held;
    _Atomic unsigned unlocked;
};

static struct rc_header *list_of_lockers(struct lockers *lockers)
{
    return rc_peek(&lockers->list);
}

static bool is_awaited(struct thread *T) { return (load_relaxed(&T->request) & THREAD_STOP) != 0; }

/* Keeps the lock until somebody waits for this thread to stop, who may need its core; where one runs at a time, nobody can
 * meanwhile. */
static void hold_the_lock(struct thread *T, struct lockers *lockers)
{
    rc_lock(T, list_of_lockers(lockers));
    raise_flag(&lockers->held);
    while (!RC_SERIAL && !is_awaited(T))
        sched_yield();
    rc_unlock(T, list_of_lockers(lockers));
    fetch_add_relaxed(&lockers->unlocked, 1);
    thread_safepoint(T);
}

/* The second waits for the lock and polls nothing. */
static void lock_or_stop(struct thread *T, unsigned index, void *context)
{
    struct lockers *lockers = context;
    if (index == 0) {
        hold_the_lock(T, lockers);
        return;
    }
    await(T, &lockers->held);
    if (index == 1) {
        rc_lock(T, list_of_lockers(lockers));
        rc_unlock(T, list_of_lockers(lockers));
        fetch_add_relaxed(&lockers->unlocked, 1);
        return;
    }
    world_stop(T);
    EXPECT(load_relaxed(&lockers->unlocked) >= 1, "the lock to be free in a stopped world");
    rc_lock(T, list_of_lockers(lockers));
    rc_unlock(T, list_of_lockers(lockers));
    world_start(T);
}

void case_stop_with_lock_held(struct thread *T)
{
    for (unsigned round = 0; round < ROUNDS(200); round++) {
        struct lockers lockers = {.unlocked = 0};
        rc_init_slot(T, &lockers.list, sure_list(T, 0));
        case_threads(T, 3, lock_or_stop, &lockers);
        EXPECT_EQUAL(load_relaxed(&lockers.unlocked), 2, "threads that had the lock");
        rc_store(T, NULL, &lockers.list, RC_NULL_REF);
    }
}
