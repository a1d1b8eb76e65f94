/* The global lock of gil.h: a flag, a mutex, two conditions. */
#include RC_STRATEGY_HEADER

#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "runtimes/rc/tally.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

enum { SWITCH_INTERVAL_NS = RC_TALLY_TURN_NS, HALF_SECOND = 500000000 / SWITCH_INTERVAL_NS };

/* Invariant: holder is not NULL exactly while a thread has the lock; switches counts how often another took it than had it
 * last, for who lets go and comes back at once lets nobody in; intervals how often a waiter had waited for one. */
static struct {
    pthread_mutex_t mutex;
    pthread_cond_t released; /* a waiter may take it */
    pthread_cond_t taken;    /* a forced hand-over has happened */
    struct thread *holder;
    struct thread *last; /* to hold it */
    uint64_t switches;
    uint64_t intervals;
    uint32_t vain;         /* intervals of the clock, of all waiters, in which the holder stayed */
    uint32_t half_seconds; /* of those, in a row */
    unsigned waiters;
    bool by_hand;   /* the clock is */
    uint64_t turns; /* of that clock */
} gil = {.mutex = PTHREAD_MUTEX_INITIALIZER};

static void check(int error, const char *what)
{
    CHECK(error == 0, "%s: %s", what, strerror(error));
}

static void init_conditions(void)
{
    pthread_condattr_t attributes;
    check(pthread_condattr_init(&attributes), "pthread_condattr_init");
    check(pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC), "pthread_condattr_setclock");
    check(pthread_cond_init(&gil.released, &attributes), "pthread_cond_init");
    check(pthread_cond_init(&gil.taken, &attributes), "pthread_cond_init");
    check(pthread_condattr_destroy(&attributes), "pthread_condattr_destroy");
}

void strategy_start(void) { init_conditions(); }

void strategy_stop(void)
{
    CHECK(gil.holder == NULL && gil.waiters == 0, "the global lock is still in use");
    check(pthread_cond_destroy(&gil.released), "pthread_cond_destroy");
    check(pthread_cond_destroy(&gil.taken), "pthread_cond_destroy");
}

static struct timespec switch_deadline(void)
{
    struct timespec deadline;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &deadline) == 0, "clock_gettime: %s", strerror(errno));
    deadline.tv_nsec += SWITCH_INTERVAL_NS;
    if (deadline.tv_nsec >= 1000000000) {
        deadline.tv_nsec -= 1000000000;
        deadline.tv_sec++;
    }
    return deadline;
}

static void wait_by_the_clock_locked(void)
{
    struct timespec deadline = switch_deadline();
    int error = 0;
    while (gil.holder != NULL && error == 0)
        error = pthread_cond_timedwait(&gil.released, &gil.mutex, &deadline);
    CHECK(error == 0 || error == ETIMEDOUT, "pthread_cond_timedwait: %s", strerror(error));
}

static void wait_by_hand_locked(void)
{
    uint64_t turns = gil.turns;
    while (gil.holder != NULL && gil.turns == turns)
        check(pthread_cond_wait(&gil.released, &gil.mutex), "pthread_cond_wait");
}

/* A holder that reaches no safepoint is named, while the mutex is free. */
static void count_in_vain_locked(void)
{
    if (gil.holder == NULL || gil.by_hand || ++gil.vain < HALF_SECOND * gil.waiters)
        return;
    gil.vain = 0;
    const struct thread *holder = gil.holder;
    const uint32_t half_seconds = ++gil.half_seconds;
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
    rc_kept_waiting(holder, half_seconds);
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
}

/* Waits at most one interval for the lock; if nobody else got it meanwhile, the holder has had it long enough. */
static void wait_one_interval_locked(void)
{
    uint64_t switches = gil.switches;
    if (gil.by_hand)
        wait_by_hand_locked();
    else
        wait_by_the_clock_locked();
    gil.intervals++;
    count_in_vain_locked();
    if (gil.holder != NULL && gil.switches == switches) {
        rc_self(gil.holder)->switch_requested = true;
        rc_ask(rc_self(gil.holder));
    }
}

void strategy_enter(struct thread *T)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    gil.waiters++;
    while (gil.holder != NULL)
        wait_one_interval_locked();
    gil.waiters--;
    gil.holder = T;
    gil.switches += gil.last != T;
    gil.last = T;
    gil.vain = 0;
    gil.half_seconds = 0;
    if (!FAULT(stale_request)) /* to an earlier tenure: it must not force a hand-over in this one */
        rc_self(T)->switch_requested = false;
    check(pthread_cond_signal(&gil.taken), "pthread_cond_signal");
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

void strategy_leave(struct thread *T)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    gil.holder = NULL;
    check(pthread_cond_signal(&gil.released), "pthread_cond_signal");
    uint64_t switches = gil.switches;
    while (rc_self(T)->switch_requested && (gil.waiters > 0 || FAULT(stale_request)) &&
           gil.switches == switches && !FAULT(unforced_switch))
        check(pthread_cond_wait(&gil.taken, &gil.mutex), "pthread_cond_wait");
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

bool strategy_on_safepoint(struct thread *T)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    bool requested = rc_self(T)->switch_requested && gil.waiters > 0;
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
    return requested;
}

/* --- forks --------------------------------------------------------------------------------------------------------- */

void strategy_before_fork(struct thread *T)
{
    (void)T;
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
}

void strategy_after_fork(struct thread *T)
{
    (void)T;
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

/* Nobody waits here; what others did to the conditions by waiting is forgotten with them. */
void strategy_after_fork_in_child(struct thread *T)
{
    gil.waiters = 0;
    rc_self(T)->switch_requested = false;
    init_conditions();
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

/* --- for tests ------------------------------------------------------------------------------------------------------ */

void gil_clock_by_hand(bool by_hand)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    gil.by_hand = by_hand;
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

void gil_clock_turn(void)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    gil.turns++;
    check(pthread_cond_broadcast(&gil.released), "pthread_cond_broadcast");
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
}

struct gil_waiting gil_waiting(void)
{
    check(pthread_mutex_lock(&gil.mutex), "pthread_mutex_lock");
    struct gil_waiting waiting = {gil.waiters, gil.intervals};
    check(pthread_mutex_unlock(&gil.mutex), "pthread_mutex_unlock");
    return waiting;
}
