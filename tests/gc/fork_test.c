/* A fork while others, who are not attached, register callbacks and change the policy: the child has no lock held. */
#include "tests/gc/fake_client.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROOM = 8, FORKS = 200, SECONDS = 20 /* after which it is a deadlock */ };

static _Atomic bool done;

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

static void ignore(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T, (void)report, (void)context;
}

/* What takes both locks. */
static void change(void *context)
{
    if (gc_add_callback(ignore, context))
        gc_remove_callback(ignore, context);
    gc_enable(true);
}

static void *keep_changing(void *context)
{
    while (!load_relaxed(&done))
        change(context);
    return NULL;
}

/* Past exit handlers and sanitizers, which would look for the parent's threads. */
static _Noreturn void change_and_end(void)
{
    int context;
    alarm(SECONDS);
    change(&context);
    syscall(SYS_exit_group, 0);
    abort();
}

static void fork_once(void)
{
    int status = -1;
    pid_t child = fork();
    if (child == 0)
        change_and_end();
    CHECK(child > 0, "fork: %s", strerror(errno));
    CHECK(waitpid(child, &status, 0) == child, "waitpid: %s", strerror(errno));
    assert_int_equal(status, 0);
}

static void no_lock_is_held_in_the_child(void **state)
{
    (void)state;
    pthread_t threads[2];
    int contexts[2];
    store_relaxed(&done, false);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, keep_changing, &contexts[i]), 0);
    for (unsigned i = 0; i < FORKS; i++)
        fork_once();
    store_relaxed(&done, true);
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_lock_is_held_in_the_child, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
