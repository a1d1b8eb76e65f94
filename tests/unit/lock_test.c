/* The lock excludes, wakes who sleeps, and is free in the end. */
#include "alloc/base/lock.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

enum { THREADS = 4, TURNS = 50000 };

static struct lock lock = LOCK_INIT;
static uint64_t counter; /* plain: guarded by the lock alone */
static uint64_t twin;

static void *take_turns(void *argument)
{
    for (unsigned i = 0; i < TURNS; i++) {
        lock_acquire(&lock);
        counter++;
        if (i % 1000 == 0)
            sched_yield(); /* so that others find it held */
        twin = counter;
        lock_release(&lock);
    }
    return argument;
}

static void run_together(unsigned count, void *(*work)(void *))
{
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, NULL), 0);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void only_one_holds_it(void **state)
{
    (void)state;
    counter = 0;
    run_together(THREADS, take_turns);
    assert_int_equal(counter, (uint64_t)THREADS * TURNS);
    assert_int_equal(twin, counter);
    assert_int_equal(load_relaxed(&lock.word), 0);
}

static void word_says_who_is_there(void **state)
{
    (void)state;
    struct lock own = LOCK_INIT;
    lock_acquire(&own);
    assert_int_equal(load_relaxed(&own.word), 1);
    lock_release(&own);
    assert_int_equal(load_relaxed(&own.word), 0);
}

static void *enter_once(void *argument)
{
    lock_acquire(&lock);
    counter++;
    lock_release(&lock);
    return argument;
}

static void *hold_until_all_sleep(void *argument)
{
    pthread_t threads[THREADS - 1];
    lock_acquire(&lock);
    for (unsigned i = 0; i < THREADS - 1; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, enter_once, NULL), 0);
    while (load_relaxed(&lock.word) != 2)
        sched_yield();
    usleep(20000);
    assert_int_equal(counter, 0);
    lock_release(&lock);
    for (unsigned i = 0; i < THREADS - 1; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    return argument;
}

static void sleepers_are_woken(void **state)
{
    (void)state;
    counter = 0;
    hold_until_all_sleep(NULL);
    assert_int_equal(counter, THREADS - 1);
    assert_int_equal(load_relaxed(&lock.word), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_one_holds_it),
        cmocka_unit_test(word_says_who_is_there),
        cmocka_unit_test(sleepers_are_woken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
