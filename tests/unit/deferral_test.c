/* Deferral: what waits, for how long, how much of it, and whose it is in the end. */
#include "runtimes/rc/deferral.h"

#include "alloc/base/grace.h"
#include "runtimes/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

enum { A, B, THREADS };

/* A record that is only asked. */
static struct thread records[THREADS];
static struct deferral deferrals[THREADS];
static struct rc_header objects[2];
static _Atomic uint32_t request;
static struct grace_reader reader;
static size_t ended;

static void count_ends(struct thread *T, struct rc_header *const *ending, size_t length)
{
    (void)T;
    for (size_t i = 0; i < length; i++)
        assert_true(ending[i] == &objects[0] || ending[i] == &objects[1]);
    ended += length;
}

static int begin(void **state)
{
    (void)state;
    ended = 0;
    store_relaxed(&request, 0);
    reader = (struct grace_reader){.request = &request, .request_bit = 1};
    grace_online(&reader);
    for (unsigned i = 0; i < THREADS; i++) {
        store_relaxed(&records[i].request, 0);
        deferral_attach(&deferrals[i], rc_self(&records[i]));
    }
    return 0;
}

/* The last to go ends whatever is left. */
static int end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < THREADS; i++)
        if (deferrals[i].owner != NULL)
            deferral_detach(&deferrals[i], &records[i], count_ends);
    grace_offline(&reader);
    deferral_stop();
    return 0;
}

static void defer(unsigned thread, size_t count)
{
    for (size_t i = 0; i < count; i++)
        deferral_push(&deferrals[thread], &objects[i % 2]);
}

static void end_ripe(unsigned thread)
{
    deferral_end_ripe(&deferrals[thread], &records[thread], count_ends);
}

static void a_full_batch_waits_for_its_period(void **state)
{
    (void)state;
    defer(A, DEFERRAL_BATCH);
    assert_int_equal(load_relaxed(&request), 0);
    defer(A, 1);
    assert_int_equal(load_relaxed(&request), 1);
    end_ripe(A);
    assert_int_equal(ended, 0);
    grace_quiescent(&reader);
    end_ripe(A);
    assert_int_equal(ended, DEFERRAL_BATCH);
}

static void a_batch_that_is_not_full_can_be_sealed(void **state)
{
    (void)state;
    defer(A, 3);
    grace_quiescent(&reader);
    end_ripe(A);
    assert_int_equal(ended, 0);
    deferral_seal(&deferrals[A]);
    grace_quiescent(&reader);
    end_ripe(A);
    assert_int_equal(ended, 3);
}

/* A thread that polls after each of its deferrals has at most the batch that it fills and the one that was just sealed. */
static void what_waits_is_bounded(void **state)
{
    (void)state;
    size_t most = 0;
    for (size_t i = 1; i <= 40 * DEFERRAL_BATCH; i++) {
        defer(A, 1);
        if (i - ended > most)
            most = i - ended;
        if (load_relaxed(&request) != 0)
            grace_quiescent(&reader);
        store_relaxed(&request, 0);
        end_ripe(A);
    }
    assert_true(most <= DEFERRAL_BATCH + 1);
}

static void go_online(unsigned thread)
{
    records[thread].reader = (struct grace_reader){.request = &records[thread].request,
                                                   .request_bit = THREAD_GRACE,
                                                   .told_bit = THREAD_STRATEGY};
    grace_online(&records[thread].reader);
}

/* Comes to a safepoint; whether it was told that something is ripe. */
static bool poll(unsigned thread)
{
    const uint32_t requests = xchg_relaxed(&records[thread].request, 0);
    deferral_look(&deferrals[thread]);
    grace_quiescent(&records[thread].reader);
    return (requests & THREAD_STRATEGY) != 0;
}

/* It need not fill another batch to learn of it. */
static void a_thread_is_told_when_its_batch_is_ripe(void **state)
{
    (void)state;
    go_online(A);
    defer(A, DEFERRAL_BATCH + 1);
    assert_false(poll(A));
    assert_false(poll(A));
    grace_quiescent(&reader);
    assert_true(poll(A));
    end_ripe(A);
    assert_int_equal(ended, DEFERRAL_BATCH);
    assert_false(poll(A));
    grace_offline(&records[A].reader);
}

static void it_is_told_of_each_of_two_batches(void **state)
{
    (void)state;
    go_online(A);
    defer(A, DEFERRAL_BATCH + 1);
    grace_quiescent(&records[A].reader);
    defer(A, DEFERRAL_BATCH);
    grace_quiescent(&reader);
    assert_true(poll(A));
    end_ripe(A);
    assert_int_equal(ended, DEFERRAL_BATCH);
    assert_false(poll(A));
    grace_quiescent(&reader);
    assert_true(poll(A));
    end_ripe(A);
    assert_int_equal(ended, 2 * DEFERRAL_BATCH);
    grace_offline(&records[A].reader);
}

static void another_is_told_of_what_a_thread_left(void **state)
{
    (void)state;
    go_online(B);
    defer(A, 5);
    deferral_detach(&deferrals[A], &records[A], count_ends);
    assert_false(poll(B));
    grace_quiescent(&reader);
    assert_true(poll(B));
    end_ripe(B);
    assert_int_equal(ended, 5);
    grace_offline(&records[B].reader);
}

/* A step of taken memory asks all, and seals a batch that is not full. */
static void taken_memory_seals(void **state)
{
    (void)state;
    go_online(A);
    defer(A, 3);
    assert_false(poll(A));
    grace_took(GRACE_STEP);
    assert_true((load_relaxed(&records[A].request) & THREAD_GRACE) != 0);
    assert_false(poll(A));
    grace_quiescent(&reader);
    assert_false(poll(A));
    grace_quiescent(&reader);
    assert_true(poll(A));
    end_ripe(A);
    assert_int_equal(ended, 3);
    grace_offline(&records[A].reader);
}

/* Even who owes nothing is asked: the period waits for another. */
static void every_step_asks(void **state)
{
    (void)state;
    go_online(A);
    for (unsigned i = 0; i <= DEFERRAL_STEPS; i++) {
        defer(A, 1);
        grace_took(GRACE_STEP);
        assert_true((load_relaxed(&records[A].request) & THREAD_GRACE) != 0);
        assert_int_equal(poll(A), false);
    }
    assert_true((load_relaxed(&records[A].request) & THREAD_STRATEGY) != 0);
    grace_offline(&records[A].reader);
}

static void others_end_what_a_thread_left(void **state)
{
    (void)state;
    defer(A, 2 * DEFERRAL_BATCH + 5);
    deferral_detach(&deferrals[A], &records[A], count_ends);
    end_ripe(B);
    assert_int_equal(ended, 0);
    grace_quiescent(&reader);
    grace_quiescent(&reader);
    end_ripe(B);
    assert_int_equal(ended, 2 * DEFERRAL_BATCH + 5);
}

static void the_last_thread_waits_for_nobody(void **state)
{
    (void)state;
    defer(A, 7);
    defer(B, DEFERRAL_BATCH + 1);
    deferral_detach(&deferrals[A], &records[A], count_ends);
    assert_int_equal(ended, 0);
    deferral_detach(&deferrals[B], &records[B], count_ends);
    assert_int_equal(ended, DEFERRAL_BATCH + 8);
}

static size_t settled;

static bool settle_first_object(struct rc_header *o)
{
    settled += o == &objects[0];
    return o == &objects[0];
}

/* Of all threads; what is not settled is the caller's, and waits. */
static void settling_takes_what_all_have(void **state)
{
    (void)state;
    settled = 0;
    defer(A, 2 * DEFERRAL_BATCH);
    defer(B, 10);
    deferral_settle(&deferrals[B], settle_first_object);
    assert_int_equal(settled, DEFERRAL_BATCH + 5);
    grace_all_quiescent();
    grace_all_quiescent();
    end_ripe(A);
    assert_int_equal(ended, 0);
    end_ripe(B);
    assert_int_equal(ended, DEFERRAL_BATCH + 5);
}

#define DEFERRAL_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        DEFERRAL_TEST(a_full_batch_waits_for_its_period),
        DEFERRAL_TEST(a_batch_that_is_not_full_can_be_sealed),
        DEFERRAL_TEST(what_waits_is_bounded),
        DEFERRAL_TEST(a_thread_is_told_when_its_batch_is_ripe),
        DEFERRAL_TEST(it_is_told_of_each_of_two_batches),
        DEFERRAL_TEST(another_is_told_of_what_a_thread_left),
        DEFERRAL_TEST(taken_memory_seals),
        DEFERRAL_TEST(every_step_asks),
        DEFERRAL_TEST(others_end_what_a_thread_left),
        DEFERRAL_TEST(the_last_thread_waits_for_nobody),
        DEFERRAL_TEST(settling_takes_what_all_have),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
