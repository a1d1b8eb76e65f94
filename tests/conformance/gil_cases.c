/* The global lock, with a clock turned by hand. */
#include "tests/conformance/case.h"

#if defined(RUNTIMES_RC_GIL_H)

#include "alloc/base/atomics.h"
#include "tests/conformance/sure.h"

#include <pthread.h>
#include <sched.h>

enum { ROUNDS_EACH = 100, REQUESTS = 2 };

struct waiter {
    pthread_t thread;
    _Atomic unsigned tenures;
};

/* Wants the lock again and again. */
static void *want(void *context)
{
    struct waiter *waiter = context;
    struct thread *T = sure_thread();
    for (unsigned i = 0; i < ROUNDS_EACH; i++) {
        fetch_add_relaxed(&waiter->tenures, 1);
        thread_block(T);
        thread_unblock(T);
    }
    thread_detach(T);
    return NULL;
}

/* The waiter has waited for an interval, and has asked for the lock if it is to. */
static void end_interval(void)
{
    const uint64_t before = gil_waiting().intervals;
    gil_clock_turn();
    while (gil_waiting().intervals == before)
        sched_yield();
}

/* T has the lock and polls safepoints. */
static void expect_a_tenure(struct thread *T, struct waiter *waiter, bool interrupted)
{
    const unsigned before = load_relaxed(&waiter->tenures);
    unsigned intervals = 0;
    while (gil_waiting().threads == 0)
        sched_yield();
    for (; load_relaxed(&waiter->tenures) == before; intervals++) {
        EXPECT(intervals < REQUESTS, "the waiter to get the lock within %d requests", REQUESTS);
        if (interrupted) {
            thread_block(T);
            thread_unblock(T);
        }
        if (load_relaxed(&waiter->tenures) != before)
            return;
        end_interval();
        thread_safepoint(T);
    }
}

/* In every second round the holder lets go for a moment in each interval, and must not keep the waiter from asking by that. */
void case_gil_fairness(struct thread *T)
{
    struct waiter waiter = {.tenures = 0};
    gil_clock_by_hand(true);
    CHECK(pthread_create(&waiter.thread, NULL, want, &waiter) == 0, "pthread_create");
    for (unsigned i = 0; load_relaxed(&waiter.tenures) < ROUNDS_EACH; i++)
        expect_a_tenure(T, &waiter, i % 2 == 1);
    thread_block(T);
    pthread_join(waiter.thread, NULL);
    thread_unblock(T);
    gil_clock_by_hand(false);
    EXPECT_EQUAL(load_relaxed(&waiter.tenures), ROUNDS_EACH, "times that the waiter had the lock");
}

#else

void case_gil_fairness(struct thread *T)
{
    (void)T;
    case_skip("there is no global lock whose clock could be turned");
}

#endif
