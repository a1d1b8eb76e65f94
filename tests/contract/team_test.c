/* Teams: every member does every job, stays the same thread, and delays nobody while it waits. */
#include "bench/trial/handoff.h"
#include "bench/trial/team.h"
#include "runtimes/runtime.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { SIZE = 3 < RC_MAX_THREADS ? 3 : RC_MAX_THREADS };

struct seen {
    _Atomic unsigned calls[SIZE];
    struct thread *T[SIZE];
    pthread_t self[SIZE];
};

static struct thread *T;
static struct team *team;

static int start(void **state)
{
    (void)state;
    T = runtime_start();
    team = T == NULL ? NULL : team_create(T, SIZE, PIN_NEAR);
    return team != NULL ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    team_destroy(team);
    struct runtime_census left = runtime_stop(T);
    return left.threads + left.blocks + left.pools + left.arenas == 0 ? 0 : -1;
}

static void look(struct thread *self, unsigned index, void *context)
{
    struct seen *seen = context;
    fetch_add_relaxed(&seen->calls[index], 1);
    seen->T[index] = self;
    seen->self[index] = pthread_self();
}

static void test_members_persist(void **state)
{
    (void)state;
    struct seen first = {0};
    struct seen second = {0};
    team_run(team, look, &first);
    team_run_blocked(team, look, &second);
    for (unsigned i = 0; i < SIZE; i++) {
        assert_int_equal(first.calls[i], 1);
        assert_int_equal(second.calls[i], 1);
        assert_ptr_equal(first.T[i], second.T[i]);
        assert_ptr_equal(first.T[i], team_thread(team, i));
        assert_true(pthread_equal(first.self[i], second.self[i]));
        for (unsigned j = 0; j < i; j++)
            assert_ptr_not_equal(first.T[i], first.T[j]);
    }
    assert_ptr_equal(team_thread(team, 0), T);
    assert_int_equal(world_threads(), SIZE);
}

static void test_times_enclose_the_job(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct team_times times = team_run(team, look, &seen);
    assert_true(times.first_start_ns > 0);
    assert_true(times.first_start_ns <= times.last_start_ns);
    assert_true(times.first_start_ns <= times.last_end_ns);
}

static void test_waiting_members_delay_no_stop(void **state)
{
    (void)state;
    world_stop(T); /* would wait forever for a member that ran */
    world_start(T);
}

/* Stops the world while some members may still be spinning before their own start. */
static void stop_the_world(struct thread *self, unsigned index, void *context)
{
    (void)index, (void)context;
    world_stop(self);
    world_start(self);
}

static void test_members_may_stop_the_world(void **state)
{
    (void)state;
    for (int i = 0; i < 50; i++)
        team_run(team, stop_the_world, NULL);
}

static void test_handing_over_takes_time(void **state)
{
    (void)state;
    double ns = handoff_ns(team);
    if (SIZE >= 2)
        assert_true(ns > 0);
    else
        assert_true(ns == 0);
}

static void test_members_are_on_processors_of_their_own(void **state)
{
    (void)state;
    unsigned processors = topology_processors(topology_machine());
    for (unsigned i = 0; i < SIZE; i++) {
        assert_non_null(team_processor(team, i));
        bool same = team_processor(team, i) == team_processor(team, 0);
        assert_int_equal(same, i % processors == 0);
    }
}

static void test_members_need_not_be_pinned(void **state)
{
    (void)state;
    T = runtime_start();
    team = team_create(T, SIZE, PIN_NONE);
    for (unsigned i = 0; i < SIZE; i++)
        assert_null(team_processor(team, i));
    assert_true(team_is_pinned(team));
    assert_int_equal(stop(state), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_members_persist, start, stop),
        cmocka_unit_test_setup_teardown(test_times_enclose_the_job, start, stop),
        cmocka_unit_test_setup_teardown(test_waiting_members_delay_no_stop, start, stop),
        cmocka_unit_test_setup_teardown(test_members_may_stop_the_world, start, stop),
        cmocka_unit_test_setup_teardown(test_handing_over_takes_time, start, stop),
        cmocka_unit_test_setup_teardown(test_members_are_on_processors_of_their_own, start, stop),
        cmocka_unit_test(test_members_need_not_be_pinned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
