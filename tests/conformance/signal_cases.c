/* A storm of signals: whatever sleeps or waits in a runtime is interrupted again and again, and goes on. */
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { THREADS = 4, RING = 3, SIGNALS = ROUNDS(10000) };

static struct {
    pthread_t targets[THREADS];
    rc_slot shared;
    _Atomic unsigned ready;
    _Atomic unsigned handled;
    _Atomic bool over;
} storm;

static void handle(int number)
{
    (void)number;
    fetch_add_relaxed(&storm.handled, 1);
}

/* System calls are not taken up again. */
static void let_signals_interrupt(void)
{
    struct sigaction action = {.sa_handler = handle};
    CHECK(sigaction(SIGRTMIN, &action, NULL) == 0, "sigaction: %s", strerror(errno));
}

/* Whether the signal is on its way: there is room for so many and no more. */
static bool send(pthread_t target)
{
    int error = pthread_kill(target, SIGRTMIN);
    CHECK(error == 0 || error == EAGAIN, "pthread_kill: %s", strerror(error));
    return error == 0;
}

/* To each in turn; one of them is blocked all the time. */
static void send_all(void)
{
    unsigned sent = 0;
    for (unsigned i = 0; sent < SIGNALS; i++) {
        sent += send(storm.targets[i % THREADS]);
        if (i % 16 == 0)
            sched_yield();
    }
    while (load_relaxed(&storm.handled) < sent)
        sched_yield();
    EXPECT_EQUAL(load_relaxed(&storm.handled), sent, "signals that were handled");
}

static void sleep_a_moment(struct thread *T)
{
    thread_block(T);
    (void)nanosleep(&(struct timespec){.tv_nsec = 10000}, NULL);
    thread_unblock(T);
}

static void be_busy(struct thread *T, unsigned i)
{
    leave_ring(T, RING);
    rc_store(T, NULL, &storm.shared, numbered_box(T, 1000 + i));
    if (i % 64 == 0)
        gc_collect(T, i / 64 % GC_GENERATIONS);
    if (i % 16 == 0)
        sleep_a_moment(T);
    thread_safepoint(T);
}

static void fire(struct thread *T)
{
    thread_block(T);
    while (load_acquire(&storm.ready) < THREADS - 1) /* (Y2) reads what (Y1) wrote */
        sched_yield();
    send_all();
    thread_unblock(T);
    store_relaxed(&storm.over, true);
}

static void fire_or_be_busy(struct thread *T, unsigned index, void *context)
{
    (void)context;
    if (index == 0) {
        fire(T);
        return;
    }
    storm.targets[index] = pthread_self();
    fetch_add_release(&storm.ready, 1); /* (Y1) */
    for (unsigned i = 0; !load_relaxed(&storm.over); i++)
        be_busy(T, i);
}

void case_signal_storm(struct thread *T)
{
    if (SIGNALS_KEPT_BACK)
        case_skip("the thread sanitizer keeps back the signals of a thread that sleeps");
    let_signals_interrupt();
    storm.targets[0] = pthread_self();
    rc_init_slot(T, &storm.shared, RC_NULL_REF);
    case_threads(T, THREADS, fire_or_be_busy, NULL);
    rc_store(T, NULL, &storm.shared, RC_NULL_REF);
    case_collect(T);
    EXPECT_LEFT(T, 0, "objects left");
}
