/* Records, safepoints, stopping the world.  The protocol is told in thread.h. */
#include "runtimes/thread.h"

#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/futex.h"
#include "alloc/base/index.h"
#include "alloc/base/os.h"
#include "alloc/base/task.h"
#include "alloc/failure.h"
#include "runtimes/exit.h"
#include "runtimes/watchdog.h"
#include "runtimes/world.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* Late readers and deferred deaths need grace periods. */
    USES_GRACE = RC_OPTIMISTIC_READERS || !RC_PROMPT_DEATH,
    /* How often to look before sleeping: a young collection takes about as long as a sleep and a wake. */
    SPINS = 1000,
};

struct heap thread_serial_heap;

static pthread_mutex_t stopping = PTHREAD_MUTEX_INITIALIZER;

struct world world = {.registry = LOCK_INIT};

/* --- running and resting ------------------------------------------------------------------------------------------ */

enum { NAMED = 4 }; /* threads, at most */

/* While the world is stopped, names others that are in this state: RUNNING is the stopper, with STOPPED who is late. */
static void name_others(const struct thread *T, uint32_t state, const char *what)
{
    pid_t named[NAMED];
    unsigned count = 0;
    lock_acquire(&world.registry);
    for (struct thread *t = world.records; t != NULL && count < NAMED; t = t->next)
        if (world.stopped && t != T &&
            (load_relaxed(&t->state) & (THREAD_RUNNING | THREAD_STOPPED)) == state)
            named[count++] = load_relaxed(&t->task);
    lock_release(&world.registry);
    for (unsigned i = 0; i < count; i++)
        watchdog_name(named[i], what);
}

static void wait_for_start(struct thread *T)
{
    uint32_t state;
    for (int i = 0; i < spins(SPINS); i++) {
        if ((load_relaxed(&T->state) & THREAD_STOPPED) == 0)
            return;
        cpu_relax();
    }
    struct watchdog watchdog = {0};
    while (((state = fetch_or_relaxed(&T->state, THREAD_ASLEEP)) & THREAD_STOPPED) != 0)
        if (watchdog_sleep(&watchdog, &T->state, state | THREAD_ASLEEP))
            name_others(T, THREAD_RUNNING, "the end of a stop of the world");
    fetch_and_relaxed(&T->state, ~(uint32_t)THREAD_ASLEEP);
}

/* Sets RUNNING; whether a stopped world kept the thread from it. */
static bool enter(struct thread *T)
{
    bool stopped = false;
    uint32_t rest = 0;
    rc_enter(T);
    while (!cas_acquire(&T->state, &rest, THREAD_RUNNING)) { /* (T1) */
        stopped = true;
        rc_leave(T);
        wait_for_start(T);
        rc_enter(T);
        rest = 0;
    }
    return stopped;
}

static void record_pause(struct thread *T, uint64_t begin, bool stopped)
{
    if (RC_SERIAL)
        gc_record_waits(&T->gc.pauses, begin);
    else if (stopped)
        pause_record(&T->gc.pauses, (struct pause){.begin_ns = begin,
                                                   .total_ns = os_clock_ns() - begin,
                                                   .kind = PAUSE_PARKED});
}

/* From rest to running.  What keeps the thread from it on account of the collector is a pause. */
static void run(struct thread *T)
{
    uint64_t begin = os_clock_ns();
    bool stopped = enter(T);
    record_pause(T, begin, stopped);
}

/* A grace period that ends while this thread is at rest, or after it paid its own debt, asks nothing of it any more. */
static void reclaim_retired(struct thread *T)
{
    if (retire_is_waiting(&thread_heap(T)->retired))
        retire_reclaim(thread_heap(T));
}

/* From running to rest. */
static void rest(struct thread *T)
{
    if (!RC_SERIAL)
        heap_send(&T->own_heap);
    uint32_t state = fetch_and_release(&T->state, ~(uint32_t)THREAD_RUNNING); /* (T3) */
    if (FAULT(rest_untold))
        state = 0;
    if ((state & THREAD_STOPPED) != 0 && fetch_sub_release(&world.awaited, 1) == 1) /* (T3) */
        futex_wake(&world.awaited, 1);
    rc_leave(T);
}

void thread_safepoint_slow(struct thread *T)
{
    uint32_t requests = xchg_acquire(&T->request, 0); /* (T6) */
    rc_before_pause(T);
    if ((requests & THREAD_GRACE) != 0) {
        grace_quiescent(&T->reader);
        requests |= fetch_and_acquire(&T->request, ~(uint32_t)THREAD_STRATEGY); /* (T6) */
        heap_reclaim();
    }
    const bool asked = (requests & THREAD_STRATEGY) != 0;
    bool leave = asked && rc_on_safepoint(T);
    if (leave || (load_relaxed(&T->state) & THREAD_STOPPED) != 0) {
        if (asked && !FAULT(rest_unpaused))
            rc_before_pause(T); /* code of users may have run */
        rest(T);
        run(T);
    }
    reclaim_retired(T);
}

void thread_block(struct thread *T)
{
    rc_before_pause(T);
    if (USES_GRACE)
        grace_offline(&T->reader);
    rest(T);
}

void thread_unblock(struct thread *T)
{
    run(T);
    if (USES_GRACE)
        grace_online(&T->reader);
    reclaim_retired(T);
}

void rc_ask(struct rc_thread *other)
{
    fetch_or_release(&((struct thread *)other)->request, THREAD_STRATEGY); /* (T5) */
}

void rc_ask_after(struct rc_thread *other, uint64_t ticket)
{
    grace_tell(&((struct thread *)other)->reader, ticket);
}

void rc_await_period(struct thread *T, uint64_t ticket)
{
    thread_block(T);
    grace_wait(ticket);
    thread_unblock(T);
}

/* --- attach and detach -------------------------------------------------------------------------------------------- */

static struct thread *find_gone_locked(void)
{
    struct thread *T = world.records;
    while (T != NULL && !T->gone)
        T = T->next;
    return T;
}

static struct thread *make_record_locked(void)
{
    if (load_relaxed(&world.attached) + world.lost == RC_MAX_THREADS)
        return NULL;
    struct thread *T = failure_is_due() ? NULL : aligned_alloc(64, (sizeof *T + 63) / 64 * 64);
    if (T == NULL)
        return NULL;
    memset(T, 0, sizeof *T);
    heap_init(&T->own_heap);
    T->next = world.records;
    world.records = T;
    return T;
}

/* A record that counts as attached, at rest. */
static struct thread *claim_record_locked(void)
{
    struct thread *T = find_gone_locked();
    if (T == NULL)
        T = make_record_locked();
    if (T == NULL)
        return NULL;
    T->gone = false;
    store_relaxed(&T->task, task_self());
    store_relaxed(&T->request, 0);
    store_relaxed(&T->state, world.stopped ? THREAD_STOPPED : 0);
    if (FAULT(attach_unmarked))
        store_relaxed(&T->state, 0);
    fetch_add_relaxed(&world.attached, 1);
    return T;
}

/* What a thread does at rest before it runs and after it has run: all of it inside the lock, or a fork might copy a half of
 * it. */
static struct thread *take_record(void)
{
    lock_acquire(&world.registry);
    struct thread *T = claim_record_locked();
    if (T != NULL) {
        if (!RC_SERIAL)
            heap_settle(&T->own_heap);
        rc_attach(T);
        index_attach();
    }
    lock_release(&world.registry);
    return T;
}

static void abandon_record(struct thread *T)
{
    lock_acquire(&world.registry);
    index_detach();
    T->gone = true;
    fetch_add_relaxed(&world.attached, UINT32_MAX);
    lock_release(&world.registry);
}

struct thread *thread_attach(void)
{
    struct thread *T = take_record();
    if (T == NULL)
        return NULL;
    exit_attached(T);
    run(T);
    gc_attach(&T->gc);
    if (USES_GRACE) {
        T->reader.request = &T->request;
        T->reader.request_bit = THREAD_GRACE;
        T->reader.told_bit = THREAD_STRATEGY;
        grace_online(&T->reader);
    }
    return T;
}

void thread_detach(struct thread *T)
{
    rc_before_pause(T);
    rc_detach(T);
    if (!RC_SERIAL)
        heap_flush(&T->own_heap);
    gc_detach(&T->gc);
    rc_tally_flush();
    if (USES_GRACE)
        grace_offline(&T->reader);
    rest(T);
    exit_detached();
    abandon_record(T);
}

unsigned world_threads(void) { return load_relaxed(&world.attached); }

/* --- the world ---------------------------------------------------------------------------------------------------- */

/* Becomes the only stopper.  A running thread must not wait for another stopper: that one waits for it. */
static void claim_stopping(struct thread *T)
{
    int error = pthread_mutex_trylock(&stopping);
    if (error == EBUSY) {
        thread_block(T);
        error = pthread_mutex_lock(&stopping);
        thread_unblock(T);
    }
    CHECK(error == 0, "pthread_mutex_lock: %s", strerror(error));
}

static uint32_t ask_to_stop(struct thread *other)
{
    uint32_t state = fetch_or_acquire(&other->state, THREAD_STOPPED); /* (T4) */
    if ((state & THREAD_RUNNING) == 0)
        return 0;
    fetch_or_release(&other->request, THREAD_STOP); /* (T5) */
    return 1;
}

static void await_rest(const struct thread *T)
{
    struct watchdog watchdog = {0};
    uint32_t awaited;
    for (int i = 0; i < spins(SPINS); i++) {
        if (load_acquire(&world.awaited) == 0) /* (T4) */
            return;
        cpu_relax();
    }
    while ((awaited = load_acquire(&world.awaited)) != 0) /* (T4) */
        if (watchdog_sleep(&watchdog, &world.awaited, awaited))
            name_others(T, THREAD_RUNNING | THREAD_STOPPED, "a stop of the world");
}

void world_stop(struct thread *T)
{
    claim_stopping(T);
    uint32_t running = 0;
    lock_acquire(&world.registry);
    world.stopped = true;
    for (struct thread *t = world.records; t != NULL; t = t->next)
        running += t == T ? 0 : ask_to_stop(t);
    lock_release(&world.registry);
    fetch_add_relaxed(&world.awaited,
                      running); /* threads that rested meanwhile made it wrap below zero */
    if (!FAULT(stop_unawaited))
        await_rest(T);
}

static void let_run(struct thread *other)
{
    uint32_t state =
        fetch_and_release(&other->state, ~(uint32_t)(THREAD_STOPPED | THREAD_ASLEEP)); /* (T2) */
    if ((state & THREAD_ASLEEP) != 0)
        futex_wake(&other->state, 1);
}

void world_start(struct thread *T)
{
    if (!FAULT(unpromoted_start))
        rc_before_pause(T);
    if (USES_GRACE)
        grace_all_quiescent();
    lock_acquire(&world.registry);
    world.stopped = false;
    for (struct thread *t = world.records; t != NULL; t = t->next)
        if (t != T)
            let_run(t);
    lock_release(&world.registry);
    int error = pthread_mutex_unlock(&stopping);
    CHECK(error == 0, "pthread_mutex_unlock: %s", strerror(error));
    heap_reclaim();
    reclaim_retired(T);
}

/* Though the world is stopped, records are claimed and abandoned by threads at rest. */
void world_each_thread(void (*visit)(struct thread *thread, void *context), void *context)
{
    lock_acquire(&world.registry);
    for (struct thread *t = world.records; t != NULL; t = t->next)
        if (!t->gone)
            visit(t, context);
    lock_release(&world.registry);
}

void world_flush_gone_heaps(void)
{
    lock_acquire(&world.registry);
    for (struct thread *t = world.records; t != NULL; t = t->next)
        if (t->gone)
            heap_flush(&t->own_heap);
    lock_release(&world.registry);
}

void world_init(void)
{
    exit_start();
    node_start();
    heap_init(&thread_serial_heap);
    heap_settle(&thread_serial_heap);
}

void world_fini(void)
{
    CHECK(world_threads() == 0, "%u threads are still attached", world_threads());
    while (world.records != NULL) {
        struct thread *T = world.records;
        world.records = T->next;
        pause_fini(&T->gc.pauses);
        free(T);
    }
    world.lost = 0;
    exit_stop();
}
