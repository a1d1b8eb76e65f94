/*
 * What stands for tests/model/explore/explore.h when GenMC searches a model (tests/model/run --genmc): the same words, said to it.
 *
 * Idea: our explorer does stores in the order in which they become visible and bounds how many old values are read
 * (explore/visible.h).  GenMC (Kokologiannakis and Vafeiadis, CAV 2021) enumerates the executions that RC11 allows,
 * stores in any order that is coherent included, so a protocol that both find right does not rest on what ours leaves out.  It
 * interprets LLVM code: a model must be one file without system calls, and its loops are unrolled so often.
 *
 * A sleeping lock is one that is tried again; what a thread awaits has come to pass, or the execution is not looked at.
 */
#ifndef TESTS_MODEL_EXPLORE_EXPLORE_H
#define TESTS_MODEL_EXPLORE_EXPLORE_H

/* In the place of the processor's hint (alloc/base/atomics.h): the compiler is told so. */
static inline void genmc_pause(void) {}

#include "alloc/base/lock.h"

#include <assert.h>
#include <genmc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

enum { COROUTINES = 4, EXPLORE_ALL = 255, EXPLORE_BOUNDS = 4 };

struct bound {
    unsigned preemptions;
    unsigned old_reads;
};

struct model {
    const char *name;
    const char *threads[COROUTINES];
    void (*run[COROUTINES])(void);
    void (*setup)(void);
    void (*finish)(void);
    struct bound bounds[EXPLORE_BOUNDS];
};

#define EXPECT(condition) assert(condition)

static inline void report_name(const void *object, size_t size, const char *name)
{
    (void)object, (void)size, (void)name;
}

static inline void explore_await(void *object, bool (*ready)(const void *object))
{
    (void)object, (void)ready;
    __VERIFIER_assume(false);
}

static void *genmc_run(void *run)
{
    ((void (*)(void))run)();
    return NULL;
}

static inline int explore(int argc, char **argv, const struct model *model)
{
    (void)argc, (void)argv;
    pthread_t threads[COROUTINES];
    unsigned count = 0;
    model->setup();
    for (; count < COROUTINES && model->run[count] != NULL; count++)
        pthread_create(&threads[count], NULL, genmc_run, (void *)model->run[count]);
    while (count > 0)
        pthread_join(threads[--count], NULL);
    model->finish();
    return 0;
}

/* --- what a model calls besides ------------------------------------------------------------------------------------- */

void check_failed(const char *file, int line, const char *what, const char *format, ...)
{
    (void)file, (void)line, (void)what, (void)format;
    assert(false);
    abort();
}

void lock_acquire_slow(struct lock *lock)
{
    uint32_t before = 1;
    while (before != 0) {
        before = 0;
        (void)cas_acquire(&lock->word, &before, 1);
    }
}

void lock_wake(struct lock *lock) { (void)lock; }

enum { WORDS = 8 };
static uint32_t page[WORDS];

void *os_map(size_t size, size_t alignment)
{
    (void)size, (void)alignment;
    return page;
}

/* Whoever has touched the page must have done so before: these writes race with a touch that has not. */
void os_unmap(void *pages, size_t size)
{
    (void)pages, (void)size;
    for (unsigned i = 0; i < WORDS; i++)
        page[i] = 0;
}

size_t os_page_bytes(void) { return sizeof page; }

#endif
