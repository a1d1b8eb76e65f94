/*
 * What the tests of the general-purpose interface share: threads that come and go, and many blocks of one size.
 *
 * The main thread has a heap of its own all the time, so that it adopts none.
 */
#ifndef TESTS_UNIT_GENERAL_FIXTURE_H
#define TESTS_UNIT_GENERAL_FIXTURE_H

#include "alloc/base/check.h"
#include "alloc/general.h"
#include "tests/unit/blocks.h"

#include <pthread.h>

enum { AT_ONCE = 4 }; /* as many threads as any test runs at once */

/* Runs `work` on a thread of its own, to the thread's end. */
static inline void on_thread(void *(*work)(void *), void *argument)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, work, argument), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static inline void on_threads(void *(*work)(void *), void *argument)
{
    pthread_t threads[AT_ONCE];
    for (unsigned i = 0; i < AT_ONCE; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, argument), 0);
    for (unsigned i = 0; i < AT_ONCE; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static pthread_barrier_t together;

/* Each of the threads that meet here has another heap; after that no orphan is left unflushed. */
static inline void *flush_a_heap(void *argument)
{
    (void)argument;
    CHECK(general_heap() != NULL, "no memory for a heap");
    pthread_barrier_wait(&together);
    general_flush();
    return NULL;
}

static inline int begin(void **state)
{
    (void)state;
    assert_int_equal(pthread_barrier_init(&together, NULL, AT_ONCE), 0);
    return general_heap() == NULL;
}

static inline int end(void **state)
{
    (void)state;
    general_flush();
    on_threads(flush_a_heap, NULL);
    assert_true(heap_is_valid(general_heap()));
    general_flush();
    assert_nothing_left();
    return pthread_barrier_destroy(&together);
}

enum { BYTES = 256, MANY = 3 * POOL_BYTES / BYTES };

static void *blocks[MANY];

static inline void make_many(void)
{
    for (unsigned i = 0; i < MANY; i++) {
        blocks[i] = general_alloc(BYTES);
        memset(blocks[i], 0x11, BYTES);
    }
}

static inline void free_all_but(unsigned kept)
{
    for (unsigned i = 0; i < MANY; i++)
        if (i != kept)
            general_free(blocks[i]);
}

static inline void *tell_heap(void *found)
{
    *(struct heap **)found = general_heap();
    CHECK(general_heap() == *(struct heap **)found, "a thread has two heaps");
    return NULL;
}

#endif
