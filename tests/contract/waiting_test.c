/*
 * What is dead and waits, in bytes: few objects, but large ones, so that counting them says nothing.
 *
 * A list of a MiB is put into a slot and replaced by the next.  One of them can be reached at a time; what there is besides is
 * dead and waits.
 */
#include "tests/contract/rc_fixture.h"

#include "alloc/large.h"

#include <sched.h>

enum {
    LISTS = 300,
    LIST_BYTES = 1024 * 1024,
    CAPACITY = 128 * 1024,
    STRETCH = 100,         /* lists, for which a thread does not poll */
    MOST = 8 * GRACE_STEP, /* bytes that there may be */
};
_Static_assert(LIST_BYTES == CAPACITY * (int)sizeof(void *), "of slots");
_Static_assert(STRETCH > 2 * (MOST / LIST_BYTES), "much more could wait");

struct maker {
    rc_slot shared;
    struct thread *T;
    _Atomic unsigned made; /* lists; LISTS when no more come */
    size_t most;           /* bytes of large blocks that there were */
};

static size_t large_bytes_now(void)
{
    size_t bytes = 0;
    for (unsigned i = 0; i < LARGE_SHARDS; i++) {
        lock_acquire(&large_shards[i].lock);
        bytes += large_shards[i].bytes;
        lock_release(&large_shards[i].lock);
    }
    return bytes;
}

static void make_lists(struct thread *T, struct maker *maker)
{
    for (unsigned i = 0; i < LISTS; i++) {
        const rc_ref list = list_new(T, CAPACITY);
        CHECK(list.p != NULL, "no memory for a list");
        rc_store(T, NULL, &maker->shared, list);
        const size_t bytes = large_bytes_now();
        maker->most = bytes > maker->most ? bytes : maker->most;
        fetch_add_relaxed(&maker->made, 1);
        thread_safepoint(T);
    }
    rc_store(T, NULL, &maker->shared, RC_NULL_REF);
}

static void large_garbage_is_bounded(void **state)
{
    needs_frees();
    struct thread *T = *state;
    struct maker maker = {.T = T};
    make_lists(T, &maker);
    assert_true(maker.most < MOST);
}

/* --- beside a thread that polls rarely ------------------------------------------------------------------------------ */

static bool is_running(struct thread *T) { return (load_relaxed(&T->state) & THREAD_RUNNING) != 0; }

/* It polls when many lists were made since it did, or when the other does not run. */
static void poll_rarely(struct thread *T, struct worker *self)
{
    struct maker *maker = self->context;
    unsigned since = 0;
    for (unsigned made = 0; made < LISTS; made = load_relaxed(&maker->made)) {
        if (made - since >= STRETCH || !is_running(maker->T)) {
            thread_safepoint(T);
            since = made;
        }
        sched_yield();
    }
}

static void large_garbage_is_bounded_beside_a_thread_that_polls_rarely(void **state)
{
    needs_frees();
    needs_threads(1);
    struct thread *T = *state;
    struct maker maker = {.T = T};
    struct worker slow = {.work = poll_rarely, .context = &maker};
    worker_start(&slow);
    make_lists(T, &maker);
    worker_join(T, &slow);
    assert_true(maker.most < MOST);
}

/* A thread that takes little, and what was left by one that is gone. */
static void drop_one_and_go(struct thread *T, struct worker *self)
{
    struct maker *maker = self->context;
    rc_store(T, NULL, &maker->shared, list_new(T, CAPACITY));
    rc_store(T, NULL, &maker->shared, RC_NULL_REF);
    const size_t bytes = large_bytes_now();
    maker->most = bytes > maker->most ? bytes : maker->most;
}

static void large_garbage_of_gone_threads_is_bounded(void **state)
{
    needs_frees();
    needs_threads(1);
    struct thread *T = *state;
    struct maker maker = {.T = T};
    for (unsigned i = 0; i < LISTS; i++) {
        struct worker comer = {.work = drop_one_and_go, .context = &maker};
        worker_start(&comer);
        worker_join(T, &comer);
        thread_safepoint(T);
    }
    assert_true(maker.most < MOST);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(large_garbage_is_bounded),
        OBJECT_TEST(large_garbage_is_bounded_beside_a_thread_that_polls_rarely),
        OBJECT_TEST(large_garbage_of_gone_threads_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
