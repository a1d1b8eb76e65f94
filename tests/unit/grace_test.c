/* Grace periods: tickets, debts, offline readers, a stopped world, waiting. */
#include "alloc/base/grace.h"

#include "alloc/base/atomics.h"
#include "alloc/base/check.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

enum { A, B, READERS };

static _Atomic uint32_t requests[READERS];
static struct grace_reader readers[READERS];

static int begin(void **state)
{
    (void)state;
    for (unsigned i = 0; i < READERS; i++) {
        store_relaxed(&requests[i], 0);
        readers[i] = (struct grace_reader){.request = &requests[i], .request_bit = 1U << (i + 3)};
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < READERS; i++)
        if (readers[i].online)
            grace_offline(&readers[i]);
    assert_true(grace_is_valid());
    return 0;
}

static void nobody_online_means_over_when_asked(void **state)
{
    (void)state;
    uint64_t ticket = grace_ticket();
    assert_false(grace_is_over(ticket));
    grace_request(ticket);
    assert_true(grace_is_over(ticket));
    assert_true(grace_is_over(ticket - 1));
    assert_true(grace_ticket() > ticket);
}

static void every_reader_owes_one_quiescent_state(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    grace_online(&readers[B]);
    uint64_t ticket = grace_ticket();
    assert_int_equal(load_relaxed(&requests[A]), 0);
    grace_request(ticket);
    assert_int_equal(load_relaxed(&requests[A]), readers[A].request_bit);
    assert_int_equal(load_relaxed(&requests[B]), readers[B].request_bit);
    grace_quiescent(&readers[A]);
    grace_quiescent(&readers[A]);
    assert_false(grace_is_over(ticket));
    grace_quiescent(&readers[B]);
    assert_true(grace_is_over(ticket));
}

static void request_leaves_other_bits_alone(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    store_relaxed(&requests[A], 1);
    grace_request(grace_ticket());
    assert_int_equal(load_relaxed(&requests[A]), readers[A].request_bit | 1);
}

static void quiescent_state_before_a_period_does_not_count(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    uint64_t ticket = grace_ticket();
    grace_quiescent(&readers[A]);
    assert_false(grace_is_over(ticket));
    grace_request(ticket);
    assert_false(grace_is_over(ticket));
    grace_quiescent(&readers[A]);
    assert_true(grace_is_over(ticket));
}

/* What is unlinked while a period runs may be in sight of a reader that has paid for this one. */
static void ticket_of_a_running_period_is_for_the_next(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    grace_online(&readers[B]);
    uint64_t first = grace_ticket();
    grace_request(first);
    grace_quiescent(&readers[A]);
    uint64_t second = grace_ticket();
    assert_true(second > first);
    grace_request(second);
    grace_quiescent(&readers[B]);
    assert_true(grace_is_over(first));
    assert_false(grace_is_over(second));
    grace_quiescent(&readers[B]);
    assert_false(grace_is_over(second));
    grace_quiescent(&readers[A]);
    assert_true(grace_is_over(second));
}

static void period_nobody_wants_does_not_begin(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    uint64_t ticket = grace_ticket();
    grace_request(ticket);
    grace_request(ticket);
    store_relaxed(&requests[A], 0);
    grace_quiescent(&readers[A]);
    assert_true(grace_is_over(ticket));
    assert_int_equal(load_relaxed(&requests[A]), 0);
    assert_false(grace_is_over(ticket + 1));
}

static void offline_reader_owes_nothing(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    grace_online(&readers[B]);
    grace_offline(&readers[B]);
    uint64_t ticket = grace_ticket();
    grace_request(ticket);
    assert_int_equal(load_relaxed(&requests[B]), 0);
    grace_quiescent(&readers[A]);
    assert_true(grace_is_over(ticket));
}

static void going_offline_pays(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    uint64_t ticket = grace_ticket();
    grace_request(ticket);
    assert_false(grace_is_over(ticket));
    grace_offline(&readers[A]);
    assert_true(grace_is_over(ticket));
}

static void reader_that_comes_later_owes_nothing(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    uint64_t ticket = grace_ticket();
    grace_request(ticket);
    grace_online(&readers[B]);
    assert_int_equal(load_relaxed(&requests[B]), 0);
    grace_quiescent(&readers[A]);
    assert_true(grace_is_over(ticket));
}

static void stopped_world_ends_every_period(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    grace_online(&readers[B]);
    uint64_t running = grace_ticket();
    grace_request(running);
    uint64_t next = grace_ticket();
    grace_request(next);
    grace_all_quiescent();
    assert_true(grace_is_over(running));
    assert_true(grace_is_over(next));
    assert_false(grace_is_over(grace_ticket()));
    assert_true(grace_is_valid());
    uint64_t ticket = grace_ticket();
    grace_all_quiescent();
    assert_true(grace_is_over(ticket));
}

/* --- threads ----------------------------------------------------------------------------------------------------------- */

static _Atomic uint32_t waited;

static void *wait_for_period(void *argument)
{
    uint64_t ticket = grace_ticket();
    grace_wait(ticket);
    store_release(&waited, 1); /* pairs with the test's load */
    CHECK(grace_is_over(ticket), "woken before ticket %zu was over", (size_t)ticket);
    return argument;
}

static void reader_is_told_of_the_first_end(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    grace_online(&readers[B]);
    const uint64_t ticket = grace_ticket();
    grace_request(ticket);
    grace_request(ticket + 1);
    readers[A].told_bit = 1;
    grace_tell(&readers[A], ticket + 1);
    grace_tell(&readers[A], ticket);
    grace_quiescent(&readers[A]);
    assert_int_equal(load_relaxed(&requests[A]) & 1, 0);
    grace_quiescent(&readers[B]);
    assert_int_equal(load_relaxed(&requests[A]) & 1, 1);
    store_relaxed(&requests[A], 0);
    grace_quiescent(&readers[A]);
    grace_quiescent(&readers[B]);
    assert_int_equal(load_relaxed(&requests[A]), 0); /* once */
    grace_tell(&readers[A], ticket);
    assert_int_equal(load_relaxed(&requests[A]), 1); /* at once */
}

static void reader_is_told_when_it_comes_online(void **state)
{
    (void)state;
    grace_online(&readers[B]);
    const uint64_t ticket = grace_ticket();
    grace_request(ticket);
    readers[A].told_bit = 1;
    grace_tell(&readers[A], ticket);
    grace_quiescent(&readers[B]);
    assert_int_equal(load_relaxed(&requests[A]), 0);
    grace_online(&readers[A]);
    assert_int_equal(load_relaxed(&requests[A]), 1);
}

static void taken_memory_asks_everybody(void **state)
{
    (void)state;
    grace_online(&readers[A]);
    const uint64_t steps = grace_steps();
    grace_took(GRACE_STEP);
    assert_int_equal(grace_steps(), steps + 1);
    assert_int_equal(load_relaxed(&requests[A]), readers[A].request_bit);
    store_relaxed(&requests[A], 0);
    grace_took(GRACE_STEP);
    assert_int_equal(load_relaxed(&requests[A]), readers[A].request_bit);
}

static void waiter_sleeps_until_the_debt_is_paid(void **state)
{
    (void)state;
    pthread_t waiter;
    grace_online(&readers[A]);
    store_relaxed(&waited, 0);
    assert_int_equal(pthread_create(&waiter, NULL, wait_for_period, NULL), 0);
    while (load_relaxed(&requests[A]) == 0)
        sched_yield();
    usleep(20000);
    assert_int_equal(load_acquire(&waited), 0);
    grace_quiescent(&readers[A]);
    assert_int_equal(pthread_join(waiter, NULL), 0);
    assert_int_equal(load_acquire(&waited), 1);
}

/* Three threads read a shared cell while one replaces it and, after a grace period each time, spoils the old one. */
enum { THREADS = 3, CELLS = 3000 };

struct cell {
    uint64_t value; /* plain: only a grace period keeps its readers apart from its writer */
};

static struct cell cells[CELLS];
static _Atomic(struct cell *) current;
static _Atomic uint32_t finished;

static void *read_cells(void *argument)
{
    _Atomic uint32_t asked = 0;
    struct grace_reader self = {.request = &asked, .request_bit = 1};
    grace_online(&self);
    for (unsigned i = 0; load_relaxed(&finished) == 0; i++) {
        const struct cell *cell = load_acquire(&current); /* pairs with the writer's release */
        sched_yield();
        CHECK(cell->value == 1, "cell %zu was spoilt in sight of a reader", (size_t)(cell - cells));
        if (load_relaxed(&asked) != 0) {
            store_relaxed(&asked, 0);
            grace_quiescent(&self);
        }
        if (i % 100 == 0) {
            grace_offline(&self);
            grace_online(&self);
        }
    }
    grace_offline(&self);
    return argument;
}

/* Both ways to find a period over: asleep, and by looking without a lock. */
static void await_period(bool asleep)
{
    uint64_t ticket = grace_ticket();
    if (asleep)
        grace_wait(ticket);
    grace_request(ticket);
    while (!grace_is_over(ticket))
        sched_yield();
}

static void readers_never_see_what_was_spoilt(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    cells[0].value = 1;
    store_release(&current, &cells[0]); /* pairs with the readers' acquire */
    store_relaxed(&finished, 0);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, read_cells, NULL), 0);
    for (unsigned i = 1; i < CELLS; i++) {
        cells[i].value = 1;
        store_release(&current, &cells[i]); /* pairs with the readers' acquire */
        await_period(i % 2 == 0);
        cells[i - 1].value = 2;
    }
    store_relaxed(&finished, 1);
    for (unsigned i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nobody_online_means_over_when_asked, begin, end),
        cmocka_unit_test_setup_teardown(every_reader_owes_one_quiescent_state, begin, end),
        cmocka_unit_test_setup_teardown(request_leaves_other_bits_alone, begin, end),
        cmocka_unit_test_setup_teardown(quiescent_state_before_a_period_does_not_count, begin, end),
        cmocka_unit_test_setup_teardown(ticket_of_a_running_period_is_for_the_next, begin, end),
        cmocka_unit_test_setup_teardown(period_nobody_wants_does_not_begin, begin, end),
        cmocka_unit_test_setup_teardown(offline_reader_owes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(going_offline_pays, begin, end),
        cmocka_unit_test_setup_teardown(reader_that_comes_later_owes_nothing, begin, end),
        cmocka_unit_test_setup_teardown(stopped_world_ends_every_period, begin, end),
        cmocka_unit_test_setup_teardown(reader_is_told_of_the_first_end, begin, end),
        cmocka_unit_test_setup_teardown(reader_is_told_when_it_comes_online, begin, end),
        cmocka_unit_test_setup_teardown(taken_memory_asks_everybody, begin, end),
        cmocka_unit_test_setup_teardown(waiter_sleeps_until_the_debt_is_paid, begin, end),
        cmocka_unit_test_setup_teardown(readers_never_see_what_was_spoilt, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
