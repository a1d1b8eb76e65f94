/* Weak references to garbage: null before any user code runs; whose callbacks run, and whose not. */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 64, FULL = GC_GENERATIONS - 1 };

static unsigned calls;
static struct fake_node *watcher;

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    calls = 0;
    watcher = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(fake_heap.allocated, 0);
    fake_stop();
    return 0;
}

static size_t collect(void) { return gc_collect(fake_heap.T, FULL); }

static struct fake_node *make_loop(void)
{
    struct fake_node *node = fake_new();
    fake_link(node, node);
    fake_release(node);
    return node;
}

/* Garbage is still whole when it is told, and not to be found by the weak reference. */
static void note_call(struct thread *T, struct fake_node *weakref)
{
    (void)T;
    assert_false(fake_heap.stopped);
    assert_null(weakref->target);
    calls++;
}

static void becomes_null_and_calls_back(void **state)
{
    (void)state;
    struct fake_node *outside = fake_weakref(make_loop(), note_call);
    struct fake_node *silent = fake_weakref(fake_node(0), NULL);
    assert_int_equal(collect(), 1);
    assert_int_equal(calls, 1);
    assert_null(outside->target);
    assert_null(silent->target);
    assert_int_equal(fake_heap.stops, 1);
    assert_int_equal(outside->count, 1);
    assert_int_equal(collect(), 0);
    assert_int_equal(calls, 1);
    fake_release(outside);
    fake_release(silent);
}

static void survivors_keep_theirs(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    struct fake_node *weakref = fake_weakref(node, note_call);
    make_loop();
    assert_int_equal(collect(), 1);
    assert_ptr_equal(weakref->target, node);
    assert_int_equal(calls, 0);
    fake_release(weakref);
    fake_release(node);
}

static void garbage_is_not_called_back(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    struct fake_node *weakref = fake_weakref(loop, note_call);
    fake_link(loop, weakref);
    fake_release(weakref);
    assert_int_equal(collect(), 2);
    assert_int_equal(calls, 0);
}

static void look_for_target(struct thread *T, struct fake_node *self)
{
    (void)T;
    assert_ptr_not_equal(watcher->target, self);
    assert_null(watcher->target);
    calls++;
}

static void null_before_the_finalizer(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    loop->finalize = look_for_target;
    watcher = fake_weakref(loop, note_call);
    assert_int_equal(collect(), 1);
    assert_int_equal(calls, 2);
    fake_release(watcher);
}

static void watch(struct thread *T, struct fake_node *self)
{
    (void)T;
    watcher = fake_weakref(self, note_call);
}

static void made_in_a_finalizer(void **state)
{
    (void)state;
    make_loop()->finalize = watch;
    assert_int_equal(collect(), 1);
    assert_null(watcher->target);
    assert_int_equal(calls, 1);
    fake_release(watcher);
}

static void watch_and_save(struct thread *T, struct fake_node *self)
{
    watch(T, self);
    self->count++;
}

/* The one from before is null all the same; the new one names a survivor. */
static void made_in_a_finalizer_that_resurrects(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    loop->finalize = watch_and_save;
    struct fake_node *before = fake_weakref(loop, NULL);
    assert_int_equal(collect(), 0);
    assert_null(before->target);
    assert_ptr_equal(watcher->target, loop);
    assert_int_equal(calls, 0);
    fake_release(loop);
    assert_int_equal(collect(), 1);
    assert_null(watcher->target);
    assert_int_equal(calls, 1);
    fake_release(before);
    fake_release(watcher);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(becomes_null_and_calls_back), TEST(survivors_keep_theirs),
        TEST(garbage_is_not_called_back),  TEST(null_before_the_finalizer),
        TEST(made_in_a_finalizer),         TEST(made_in_a_finalizer_that_resurrects),
    };
    return FAKE_RUN_BOTH("weakref", tests);
}
