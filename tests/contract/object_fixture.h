/*
 * What the tests of objects share: a runtime around each test, which ends with nothing left, and
 * short words for cells.
 *
 * A cell whose loc is consumed or dropped becomes null, since a strategy that borrows looks at
 * every cell of a frame.
 */
#ifndef TESTS_CONTRACT_OBJECT_FIXTURE_H
#define TESTS_CONTRACT_OBJECT_FIXTURE_H

#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/intern.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/table.h"
#include "runtimes/object/tuple.h"
#include "runtimes/runtime.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

/* What a container has beside its header and the collector's word, so that it can be found. */
enum { LINKS = sizeof(struct container) - sizeof(struct obj) - sizeof(struct gc_head) };

static inline int fixture_start(void **state)
{
    *state = runtime_start();
    return *state != NULL ? 0 : -1;
}

static inline int fixture_stop(void **state)
{
    struct runtime_census left = runtime_stop(*state);
    if (left.objects + left.blocks + left.pools + left.arenas + left.threads == 0)
        return 0;
    print_error(
        "left after the test: %zu objects, %zu blocks, %zu pools, %zu arenas, %zu threads\n",
        left.objects, left.blocks, left.pools, left.arenas, left.threads);
    return -1;
}

#define OBJECT_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_start, fixture_stop)

static inline void cell_drop(struct thread *T, rc_loc *cell)
{
    rc_loc loc = *cell;
    *cell = RC_NULL_LOC;
    rc_drop(T, loc);
}

static inline rc_ref cell_own(struct thread *T, rc_loc *cell)
{
    rc_loc loc = *cell;
    *cell = RC_NULL_LOC;
    return rc_own(T, loc);
}

/* A second reference to what a cell of the caller refers to. */
static inline rc_ref cell_ref(struct thread *T, rc_loc cell) { return rc_own(T, rc_dup(T, cell)); }

static inline rc_ref text_ref(struct thread *T, const char *text)
{
    return str_new(T, text, strlen(text));
}

static inline size_t count_of(struct thread *T, rc_loc cell)
{
    world_stop(T);
    rc_settle(T);
    size_t count = rc_count(rc_get(cell));
    world_start(T);
    return count;
}

/* After every death that is due, and without interned strings that wait for nothing but readers. */
static inline size_t live_objects(struct thread *T)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    intern_settle(T);
    return runtime_census().objects;
}

/* xorshift64* (S. Vigna, 2014): the same numbers in every run. */
static inline uint64_t random_next(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * UINT64_C(0x2545f4914f6cdd1d);
}

/* --- what not every runtime has ----------------------------------------------------------------- */

/* Skips the test where so many threads cannot be attached besides its own.  Comes first in a test: what it holds would stay. */
static inline void needs_threads(unsigned n)
{
    if (n >= RC_MAX_THREADS)
        skip();
}

/* Skips the test where nothing is freed: it reads counts, or waits for somebody to die.  Comes first in a test. */
static inline void needs_frees(void)
{
    if (!RC_FREES)
        skip();
}

/* Only where objects are freed anybody can tell how many should be there. */
static inline void assert_live(struct thread *T, size_t expected)
{
    if (RC_FREES)
        assert_int_equal(live_objects(T), expected);
}

/* --- several threads at work on one object ---------------------------------------------------- */

enum { CREW = 4 };

struct crew {
    rc_slot shared; /* what they work on */
    void (*work)(struct thread *T, rc_loc shared, unsigned index, struct crew *crew);
    pthread_barrier_t start; /* all begin at a time */
    _Atomic uint64_t sum;    /* for the work */
    _Atomic uint64_t wrong;  /* how often a worker found something else than it expected */
};

struct crew_member {
    struct crew *crew;
    unsigned index;
    pthread_t thread;
};

static inline void *crew_run(void *argument)
{
    struct crew_member *member = argument;
    pthread_barrier_wait(&member->crew->start);
    struct thread *T = thread_attach();
    if (T == NULL) {
        fetch_add_relaxed(&member->crew->wrong, 1);
        return NULL;
    }
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &member->crew->shared);
    member->crew->work(T, f[0], member->index, member->crew);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    thread_detach(T);
    return NULL;
}

/* Runs crew->work in CREW threads on crew->shared, which it empties; and waits for what they left
 * to their owners to end. */
static inline void crew_work(struct thread *T, struct crew *crew)
{
    struct crew_member members[CREW];
    assert_int_equal(pthread_barrier_init(&crew->start, NULL, CREW), 0);
    for (unsigned i = 0; i < CREW; i++) {
        members[i] = (struct crew_member){.crew = crew, .index = i};
        assert_int_equal(pthread_create(&members[i].thread, NULL, crew_run, &members[i]), 0);
    }
    thread_block(T);
    for (unsigned i = 0; i < CREW; i++)
        pthread_join(members[i].thread, NULL);
    thread_unblock(T);
    pthread_barrier_destroy(&crew->start);
    rc_store(T, NULL, &crew->shared, RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(load_relaxed(&crew->wrong), 0);
}

#endif
