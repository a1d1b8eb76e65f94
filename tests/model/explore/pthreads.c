/*
 * Mutexes, conditions, the clock, yielding, and thread-specific values of the C library, as steps.
 *
 * A mutex is a word: 0, or the number of its holder.  Who wants it takes the step when it is free: no waiter is woken first.
 * A condition is a word that each signal changes and on which waiters sleep; it may wake more than one, as POSIX allows.
 * Both begin as zeros, as their initialisers have them.
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/image.h"
#include "tests/model/explore/machine.h"
#include "tests/model/explore/visible.h"

#include "alloc/base/futex.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 8 };

static struct {
    unsigned keys;
    void (*destructors[KEYS])(void *);
    void *specific[KEYS][COROUTINES + 1];
} * pthreads;

void pthreads_init(void) { pthreads = image_keep(sizeof *pthreads); }

void pthreads_begin(void) { memset(pthreads, 0, sizeof *pthreads); }

/* --- mutexes ------------------------------------------------------------------------------------------------------ */

static uint64_t perform(const struct op *op)
{
    return explore_is_running() ? explore_step(op) : visible_perform_alone(op).before;
}

static uint32_t word_of(const void *object)
{
    uint32_t word;
    memcpy(&word, object, sizeof word);
    return word;
}

static bool is_free(const void *mutex) { return word_of(mutex) == 0; }

static int take(pthread_mutex_t *mutex, bool (*ready)(const void *), const void *place)
{
    struct op op = {.kind = ready == NULL ? OP_CAS : OP_EXCHANGE,
                    .object = mutex,
                    .size = sizeof(uint32_t),
                    .order = memory_order_acquire,
                    .failure_order = memory_order_relaxed,
                    .operand = machine_self() + 1,
                    .ready = ready,
                    .place = place};
    return perform(&op) == 0 ? 0 : EBUSY;
}

static void give_back(pthread_mutex_t *mutex, const void *place)
{
    struct op op = {.kind = OP_STORE,
                    .object = mutex,
                    .size = sizeof(uint32_t),
                    .order = memory_order_release,
                    .place = place};
    uint32_t holder = word_of(mutex);
    if (holder != machine_self() + 1)
        report_failure("a mutex is given back by who does not hold it");
    perform(&op);
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    int error = take(mutex, is_free, __builtin_return_address(0));
    if (error != 0)
        report_failure("a mutex that nobody gives back is taken while one thread runs alone");
    return error;
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    return take(mutex, NULL, __builtin_return_address(0));
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    give_back(mutex, __builtin_return_address(0));
    return 0;
}

/* --- conditions --------------------------------------------------------------------------------------------------- */

int pthread_cond_init(pthread_cond_t *cond, const pthread_condattr_t *cond_attr)
{
    (void)cond_attr;
    memset((void *)cond, 0, sizeof(pthread_cond_t));
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond)
{
    (void)cond;
    return 0;
}

static int wait(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t deadline, const void *place)
{
    if (!explore_is_running())
        report_failure("a condition is waited for while one thread runs alone");
    struct op op = {.kind = OP_SLEEP,
                    .object = cond,
                    .size = sizeof(uint32_t),
                    .expected = word_of(cond),
                    .deadline = deadline,
                    .place = place};
    give_back(mutex, place);
    explore_step(&op);
    bool late = explore_timed_out();
    take(mutex, is_free, place);
    return late ? ETIMEDOUT : 0;
}

int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex)
{
    return wait(cond, mutex, 0, __builtin_return_address(0));
}

int pthread_cond_timedwait(pthread_cond_t *cond, pthread_mutex_t *mutex,
                           const struct timespec *abstime)
{
    uint64_t ns = (uint64_t)abstime->tv_sec * 1000000000 + (uint64_t)abstime->tv_nsec;
    return wait(cond, mutex, ns, __builtin_return_address(0));
}

static int signal_some(pthread_cond_t *cond, uint64_t count, const void *place)
{
    struct op op = {.kind = OP_ADD,
                    .object = cond,
                    .size = sizeof(uint32_t),
                    .order = memory_order_relaxed,
                    .operand = 1,
                    .place = place};
    perform(&op);
    op.kind = OP_WAKE;
    op.operand = count;
    if (explore_is_running())
        explore_step(&op);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
    return signal_some(cond, 1, __builtin_return_address(0));
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
    return signal_some(cond, UINT_MAX, __builtin_return_address(0));
}

/* --- time --------------------------------------------------------------------------------------------------------- */

static struct timespec real_time(clockid_t clock)
{
    struct timespec now;
    report_unless(syscall(SYS_clock_gettime, clock, &now) == 0, "clock_gettime");
    return now;
}

double explore_seconds(void)
{
    struct timespec now = real_time(CLOCK_MONOTONIC);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

int clock_gettime(clockid_t clock_id, struct timespec *tp)
{
    uint64_t ns = explore_clock_ns();
    *tp = machine_is_on() ? (struct timespec){(time_t)(ns / 1000000000), (long)(ns % 1000000000)}
                          : real_time(clock_id);
    return 0;
}

int sched_yield(void)
{
    if (explore_is_running())
        explore_yield(__builtin_return_address(0));
    return 0;
}

/* --- thread-specific values --------------------------------------------------------------------------------------- */

int pthread_key_create(pthread_key_t *key, void (*destr_function)(void *))
{
    if (pthreads->keys == KEYS)
        return EAGAIN;
    *key = pthreads->keys++;
    pthreads->destructors[*key] = destr_function;
    return 0;
}

int pthread_key_delete(pthread_key_t key)
{
    pthreads->destructors[key] = NULL;
    return 0;
}

int pthread_setspecific(pthread_key_t key, const void *pointer)
{
    pthreads->specific[key][machine_self()] = (void *)(uintptr_t)pointer;
    return 0;
}

void *pthread_getspecific(pthread_key_t key) { return pthreads->specific[key][machine_self()]; }

void machine_exit_thread(void)
{
    for (unsigned key = 0; key < pthreads->keys; key++) {
        void *value;
        while ((value = pthreads->specific[key][machine_self()]) != NULL) {
            pthreads->specific[key][machine_self()] = NULL;
            if (pthreads->destructors[key] != NULL)
                pthreads->destructors[key](value);
        }
    }
}
