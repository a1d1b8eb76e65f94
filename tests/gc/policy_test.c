/*
 * When a collection comes and of which generation, in conformance with CPython 3.11: allocations
 * and deallocations are told to the policy as a container's constructor and destructor tell it.
 */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 4096, FULL = GC_GENERATIONS - 1 };

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    gc_enable(true);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

static struct gc_thread *self(void) { return &fake_heap.T->gc; }
static uint64_t runs(unsigned generation) { return gc_statistics(generation).collections; }
static uint64_t all_runs(void) { return runs(0) + runs(1) + runs(2); }

/* What a constructor does before it asks for the block. */
static void count_allocation(struct gc_thread *gc)
{
    if (gc_will_allocate(gc, FAKE_BYTES))
        gc_collect_due(fake_heap.T);
}

static void count_allocations(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        count_allocation(self());
}

static void count_frees(unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        gc_did_free(self(), FAKE_BYTES);
}

static void assert_counts(uint32_t young, uint32_t middle, uint32_t old)
{
    assert_int_equal(gc_count(self(), 0), young);
    assert_int_equal(gc_count(self(), 1), middle);
    assert_int_equal(gc_count(self(), 2), old);
}

/* `n` nodes of a generation that the test holds and the counts do not know. */
static void make_survivors(unsigned n, unsigned generation)
{
    for (unsigned i = 0; i < n; i++)
        fetch_or_relaxed(&fake_new()->head.word, (uint64_t)generation << GC_GENERATION_SHIFT);
}

static void starts_as_documented(void **state)
{
    (void)state;
    assert_int_equal(gc_threshold(0), 700);
    assert_int_equal(gc_threshold(1), 10);
    assert_int_equal(gc_threshold(2), 10);
    assert_true(gc_is_enabled());
    assert_counts(0, 0, 0);
}

static void allocation_701_triggers(void **state)
{
    (void)state;
    count_allocations(700);
    assert_int_equal(all_runs(), 0);
    assert_counts(700, 0, 0);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
    assert_int_equal(all_runs(), 1);
    assert_counts(0, 1, 0);
    count_allocations(700);
    assert_int_equal(all_runs(), 1);
    count_allocations(1);
    assert_int_equal(runs(0), 2);
}

static void allocations_with_frees_never_trigger(void **state)
{
    (void)state;
    for (int i = 0; i < 100 * 1000; i++) {
        count_allocations(1);
        count_frees(1);
    }
    assert_int_equal(all_runs(), 0);
    assert_counts(0, 0, 0);
}

static void frees_never_go_below_zero(void **state)
{
    (void)state;
    count_frees(5000);
    assert_counts(0, 0, 0);
    count_allocations(700);
    assert_int_equal(all_runs(), 0);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void frees_delay_the_trigger(void **state)
{
    (void)state;
    count_allocations(600);
    count_frees(50);
    assert_counts(550, 0, 0);
    count_allocations(150);
    assert_int_equal(all_runs(), 0);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void failed_allocation_is_taken_back(void **state)
{
    (void)state;
    count_allocations(700);
    count_frees(1);
    count_allocations(1);
    assert_int_equal(all_runs(), 0);
    assert_counts(700, 0, 0);
}

/* Eleven collections of a generation and then it is the next older one's turn. */
static void trickles_up(void **state)
{
    (void)state;
    count_allocations(11 * 701);
    assert_int_equal(runs(0), 11);
    assert_counts(0, 11, 0);
    count_allocations(701);
    assert_int_equal(runs(1), 1);
    assert_counts(0, 0, 1);
    count_allocations(10 * 12 * 701);
    assert_int_equal(runs(1), 11);
    assert_int_equal(runs(2), 0);
    assert_counts(0, 0, 11);
    count_allocations(701);
    assert_int_equal(runs(2), 1);
    assert_int_equal(runs(0), 11 * 11);
    assert_counts(0, 0, 0);
}

static void set_middle_and_old_over(void)
{
    for (int i = 0; i < 11; i++)
        gc_collect(fake_heap.T, 1);
    for (int i = 0; i < 11; i++)
        gc_collect(fake_heap.T, 0);
    assert_counts(0, 11, 11);
}

static void oldest_over_wins(void **state)
{
    (void)state;
    set_middle_and_old_over();
    count_allocations(700);
    assert_counts(700, 11, 11);
    count_allocations(1);
    assert_int_equal(runs(2), 1);
    assert_int_equal(all_runs(), 23);
    assert_counts(0, 0, 0);
}

static void quarter_rule_spares_the_old(void **state)
{
    (void)state;
    make_survivors(400, FULL);
    gc_collect(fake_heap.T, FULL);
    make_survivors(99, 0);
    set_middle_and_old_over();
    count_allocations(701);
    assert_int_equal(runs(2), 1);
    assert_int_equal(runs(1), 12);
    assert_counts(0, 0, 12);
    assert_int_equal(gc_collect(fake_heap.T, FULL), 0);
    assert_int_equal(runs(2), 2);
    assert_counts(0, 0, 0);
}

static void a_quarter_is_enough(void **state)
{
    (void)state;
    make_survivors(400, FULL);
    gc_collect(fake_heap.T, FULL);
    make_survivors(100, 0);
    set_middle_and_old_over();
    count_allocations(701);
    assert_int_equal(runs(2), 2);
    assert_counts(0, 0, 0);
}

/* A full collection ends what was pending: the same two hundred, a third of what survives, do not
 * count twice. */
static void pending_ends_with_a_full_collection(void **state)
{
    (void)state;
    make_survivors(400, FULL);
    make_survivors(200, 0);
    gc_collect(fake_heap.T, 1);
    gc_collect(fake_heap.T, FULL);
    set_middle_and_old_over();
    count_allocations(701);
    assert_int_equal(runs(2), 1);
    assert_int_equal(runs(1), 13);
}

static void counts_after_an_explicit_collection(void **state)
{
    (void)state;
    count_allocations(5);
    gc_collect(fake_heap.T, 0);
    assert_counts(0, 1, 0);
    gc_collect(fake_heap.T, 1);
    assert_counts(0, 0, 1);
    gc_collect(fake_heap.T, 2);
    assert_counts(0, 0, 0);
}

static void disabled_never_collects(void **state)
{
    (void)state;
    gc_enable(false);
    assert_false(gc_is_enabled());
    count_allocations(10 * 1000);
    assert_int_equal(all_runs(), 0);
    assert_counts(10 * 1000, 0, 0);
    count_frees(9 * 1000);
    assert_counts(1000, 0, 0);
    gc_enable(true);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void threshold_zero_never_collects(void **state)
{
    (void)state;
    gc_set_threshold(0, 0);
    count_allocations(10 * 1000);
    assert_int_equal(all_runs(), 0);
    gc_set_threshold(0, 700);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void thresholds_can_be_set(void **state)
{
    (void)state;
    gc_set_threshold(0, 10);
    gc_set_threshold(1, 1);
    gc_set_threshold(2, 0);
    count_allocations(2 * 11);
    assert_int_equal(runs(0), 2);
    count_allocations(11);
    assert_int_equal(runs(1), 1);
    count_allocations(11);
    assert_int_equal(runs(2), 1);
    gc_set_threshold(0, UINT32_MAX);
    assert_int_equal(gc_threshold(0), GC_THRESHOLD_MAX);
    count_allocations(1000);
    assert_int_equal(all_runs(), 4);
}

static void a_lower_threshold_is_seen_at_once(void **state)
{
    (void)state;
    count_allocations(100);
    gc_set_threshold(0, 50);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void statistics_add_up(void **state)
{
    (void)state;
    make_survivors(3, 0);
    struct fake_node *loop = fake_new();
    fake_link(loop, loop);
    fake_release(loop);
    gc_collect(fake_heap.T, 0);
    gc_collect(fake_heap.T, 1);
    struct gc_statistics young = gc_statistics(0);
    assert_int_equal(young.collections, 1);
    assert_int_equal(young.visited, 4);
    assert_int_equal(young.collected, 1);
    struct gc_statistics middle = gc_statistics(1);
    assert_int_equal(middle.collections, 1);
    assert_int_equal(middle.visited, 3);
    assert_int_equal(middle.collected, 0);
}

/* --- more threads than one -------------------------------------------------------------------- */

/* With n threads a collection comes within n batches of the 701st allocation. */
static void shares_of_several_threads(void **state)
{
    (void)state;
    enum { THREADS = 4, BATCH = 700 / (8 * THREADS) };
    struct gc_thread others[THREADS - 1] = {0};
    for (int i = 0; i < THREADS - 1; i++)
        gc_attach(&others[i]);
    unsigned allocations = 0;
    while (all_runs() == 0 && allocations < 10 * 1000) {
        count_allocation(allocations % THREADS == 0 ? self() : &others[allocations % THREADS - 1]);
        allocations++;
    }
    assert_in_range(allocations, 701 - THREADS * BATCH, 701 + THREADS * BATCH);
    for (int i = 0; i < THREADS - 1; i++) {
        assert_int_equal(others[i].allocated, 0);
        gc_detach(&others[i]);
    }
    assert_counts(0, 1, 0);
}

/* The one that frees has been alone and never allocates again. */
static void one_allocates_and_another_frees(void **state)
{
    (void)state;
    count_allocations(1);
    count_frees(1);
    struct gc_thread other = {0};
    gc_attach(&other);
    for (int i = 0; i < 100 * 1000; i++) {
        count_allocation(&other);
        gc_did_free(self(), FAKE_BYTES);
    }
    gc_detach(&other);
    assert_int_equal(all_runs(), 0);
    assert_in_range(gc_count(self(), 0), 0, 2 * 43);
}

/* What a thread had counted alone is not forgotten when it gets company, nor when it is alone
 * again. */
static void counts_outlive_company(void **state)
{
    (void)state;
    struct gc_thread other = {0};
    count_allocations(600);
    gc_attach(&other);
    count_allocations(1);
    assert_int_equal(gc_count(&other, 0), 601);
    for (int i = 0; i < 50; i++)
        count_allocation(&other);
    gc_detach(&other);
    assert_counts(651, 0, 0);
    count_allocations(49);
    assert_int_equal(all_runs(), 0);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
}

static void batches_of_many_threads_are_single(void **state)
{
    (void)state;
    enum { THREADS = 200 };
    static struct gc_thread others[THREADS];
    for (int i = 0; i < THREADS; i++)
        gc_attach(&others[i]);
    for (int i = 0; i < 700; i++)
        count_allocation(&others[i % THREADS]);
    assert_int_equal(all_runs(), 0);
    assert_counts(700, 0, 0);
    count_allocations(1);
    assert_int_equal(runs(0), 1);
    for (int i = 0; i < THREADS; i++)
        gc_detach(&others[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(starts_as_documented),
        TEST(allocation_701_triggers),
        TEST(allocations_with_frees_never_trigger),
        TEST(frees_never_go_below_zero),
        TEST(frees_delay_the_trigger),
        TEST(failed_allocation_is_taken_back),
        TEST(trickles_up),
        TEST(oldest_over_wins),
        TEST(quarter_rule_spares_the_old),
        TEST(a_quarter_is_enough),
        TEST(pending_ends_with_a_full_collection),
        TEST(counts_after_an_explicit_collection),
        TEST(disabled_never_collects),
        TEST(threshold_zero_never_collects),
        TEST(thresholds_can_be_set),
        TEST(a_lower_threshold_is_seen_at_once),
        TEST(statistics_add_up),
        TEST(shares_of_several_threads),
        TEST(one_allocates_and_another_frees),
        TEST(counts_outlive_company),
        TEST(batches_of_many_threads_are_single),
    };
    return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
