/* The byte policies: when each budget fires, and that counts know nothing of bytes. */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum {
    ROOM = 8192,
    FULL = GC_GENERATIONS - 1,
    KIB = 1024,
    MIB = 1024 * 1024,
};

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    gc_enable(true);
    gc_set_policy(fake_heap.T, GC_BYTES);
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

static void allocate_by(struct gc_thread *gc, size_t bytes)
{
    if (gc_will_allocate(gc, bytes))
        gc_collect_due(fake_heap.T);
}

static void allocate(size_t bytes) { allocate_by(self(), bytes); }

static void assert_bytes(uint64_t young, uint64_t middle, uint64_t old)
{
    assert_int_equal(gc_bytes(self(), 0), young);
    assert_int_equal(gc_bytes(self(), 1), middle);
    assert_int_equal(gc_bytes(self(), 2), old);
}

/* A node that the test holds and of which the policy does not hear. */
static struct fake_node *make_survivor(size_t bytes)
{
    struct fake_node *node = fake_new();
    node->bytes = bytes;
    return node;
}

static void starts_as_documented(void **state)
{
    (void)state;
    assert_int_equal(gc_policy(), GC_BYTES);
    assert_int_equal(gc_budget(0), 256 * KIB);
    assert_int_equal(gc_budget(1), 512 * KIB);
    assert_int_equal(gc_budget(2), 10 * MIB);
    assert_string_equal(gc_policy_names[GC_BYTES_ADAPTIVE], "bytes-adaptive");
    assert_bytes(0, 0, 0);
    assert_int_equal(gc_count(self(), 0), 0);
}

static void young_at_256_kib(void **state)
{
    (void)state;
    for (int i = 0; i < 4095; i++)
        allocate(64);
    assert_bytes(256 * KIB - 64, 0, 0);
    allocate(63);
    assert_int_equal(all_runs(), 0);
    allocate(1);
    assert_int_equal(runs(0), 1);
    assert_int_equal(all_runs(), 1);
    assert_bytes(0, 0, 0);
}

static void frees_count_back(void **state)
{
    (void)state;
    for (int i = 0; i < 100 * 1000; i++) {
        allocate(512);
        gc_did_free(self(), 512);
    }
    assert_int_equal(all_runs(), 0);
    assert_bytes(0, 0, 0);
    gc_did_free(self(), 4096);
    assert_bytes(0, 0, 0);
    allocate(100);
    gc_did_free(self(), 48);
    assert_bytes(52, 0, 0);
}

/* A table triggers nothing by itself; the next container does. */
static void tables_count(void **state)
{
    (void)state;
    allocate(64);
    gc_did_grow(self(), 10 * MIB);
    assert_int_equal(all_runs(), 0);
    assert_bytes(10 * MIB + 64, 0, 0);
    gc_did_shrink(self(), 10 * MIB);
    allocate(64);
    assert_int_equal(all_runs(), 0);
    assert_bytes(128, 0, 0);
    gc_did_grow(self(), 256 * KIB);
    allocate(64);
    assert_int_equal(runs(0), 1);
    gc_did_shrink(self(), 256 * KIB);
    assert_bytes(0, 0, 0);
}

static void middle_at_512_kib_promoted(void **state)
{
    (void)state;
    make_survivor(512 * KIB - 16);
    allocate(256 * KIB);
    assert_int_equal(runs(0), 1);
    assert_bytes(0, 512 * KIB - 16, 0);
    allocate(256 * KIB);
    assert_int_equal(runs(0), 2);
    make_survivor(16);
    allocate(256 * KIB);
    assert_int_equal(runs(0), 3);
    assert_bytes(0, 512 * KIB, 0);
    assert_int_equal(runs(1), 0);
    allocate(256 * KIB);
    assert_int_equal(runs(1), 1);
    assert_bytes(0, 0, 512 * KIB);
}

static void oldest_at_10_mib_promoted(void **state)
{
    (void)state;
    make_survivor(10 * MIB - 16);
    gc_collect(fake_heap.T, 1);
    assert_bytes(0, 0, 10 * MIB - 16);
    allocate(256 * KIB);
    assert_int_equal(runs(0), 1);
    make_survivor(16);
    gc_collect(fake_heap.T, 1);
    assert_bytes(0, 0, 10 * MIB);
    allocate(256 * KIB - 1);
    assert_int_equal(runs(2), 0);
    allocate(1);
    assert_int_equal(runs(2), 1);
    assert_bytes(0, 0, 0);
}

/* However much lives, one container of 10 MiB is enough: the rule of the quarter is not for bytes. */
static void no_quarter(void **state)
{
    (void)state;
    for (int i = 0; i < 400; i++)
        make_survivor(10 * MIB);
    gc_collect(fake_heap.T, FULL);
    make_survivor(10 * MIB);
    gc_collect(fake_heap.T, 1);
    allocate(256 * KIB);
    assert_int_equal(runs(2), 2);
}

static void adaptive_waits_for_a_quarter_of_what_lives(void **state)
{
    (void)state;
    gc_set_policy(fake_heap.T, GC_BYTES_ADAPTIVE);
    make_survivor(100 * MIB);
    gc_collect(fake_heap.T, FULL);
    make_survivor(25 * MIB - 16);
    gc_collect(fake_heap.T, 1);
    allocate(256 * KIB);
    assert_int_equal(runs(2), 1);
    assert_int_equal(runs(0), 1);
    make_survivor(16);
    gc_collect(fake_heap.T, 1);
    allocate(256 * KIB);
    assert_int_equal(runs(2), 2);
}

static void adaptive_waits_for_its_budget(void **state)
{
    (void)state;
    gc_set_policy(fake_heap.T, GC_BYTES_ADAPTIVE);
    make_survivor(39 * MIB);
    gc_collect(fake_heap.T, FULL);
    make_survivor(10 * MIB - 16);
    gc_collect(fake_heap.T, 1);
    allocate(256 * KIB);
    assert_int_equal(runs(2), 1);
    make_survivor(16);
    gc_collect(fake_heap.T, 1);
    allocate(256 * KIB);
    assert_int_equal(runs(2), 2);
}

static void budgets_can_be_set(void **state)
{
    (void)state;
    gc_set_budget(0, 128);
    gc_set_budget(1, 32);
    gc_set_budget(2, 32);
    allocate(64);
    allocate(64);
    assert_int_equal(runs(0), 1);
    make_survivor(32);
    allocate(128);
    assert_int_equal(runs(0), 2);
    allocate(128);
    assert_int_equal(runs(1), 1);
    allocate(128);
    assert_int_equal(runs(2), 1);
    gc_set_budget(0, 0);
    allocate(MIB);
    assert_int_equal(all_runs(), 4);
    gc_set_budget(0, UINT64_MAX);
    assert_int_equal(gc_budget(0), GC_BUDGET_MAX);
    allocate(MIB);
    assert_int_equal(all_runs(), 4);
}

static void disabled_never_collects(void **state)
{
    (void)state;
    gc_enable(false);
    allocate(10 * MIB);
    allocate(10 * MIB);
    assert_int_equal(all_runs(), 0);
    gc_enable(true);
    allocate(1);
    assert_int_equal(runs(0), 1);
}

/* Each policy's counts begin at 0 and those of the other are not kept. */
static void changing_policy_starts_anew(void **state)
{
    (void)state;
    make_survivor(1000);
    gc_collect(fake_heap.T, 0);
    allocate(200 * KIB);
    gc_set_policy(fake_heap.T, GC_COUNTS);
    assert_int_equal(gc_policy(), GC_COUNTS);
    assert_int_equal(gc_count(self(), 0), 0);
    assert_int_equal(gc_count(self(), 1), 0);
    for (int i = 0; i < 700; i++)
        allocate(MIB);
    assert_int_equal(all_runs(), 1);
    assert_int_equal(gc_count(self(), 0), 700);
    assert_bytes(0, 0, 0);
    gc_set_policy(fake_heap.T, GC_BYTES);
    assert_bytes(0, 0, 0);
    allocate(256 * KIB - 1);
    assert_int_equal(all_runs(), 1);
    allocate(1);
    assert_int_equal(all_runs(), 2);
}

static void counts_do_not_weigh(void **state)
{
    (void)state;
    gc_set_policy(fake_heap.T, GC_COUNTS);
    make_survivor(1000);
    allocate(100 * MIB);
    gc_did_grow(self(), 100 * MIB);
    assert_int_equal(gc_count(self(), 0), 1);
    gc_did_shrink(self(), 200 * MIB);
    assert_int_equal(gc_count(self(), 0), 1);
    gc_collect(fake_heap.T, FULL);
    assert_int_equal(fake_heap.weighed, 0);
    gc_set_policy(fake_heap.T, GC_BYTES);
    gc_collect(fake_heap.T, FULL);
    assert_int_equal(fake_heap.weighed, 1);
}

/* With n threads a collection comes within n batches of the budget, and those that attach later
 * weigh as the others do. */
static void shares_of_several_threads(void **state)
{
    (void)state;
    enum { THREADS = 4, BATCH = 256 * KIB / (8 * THREADS), BLOCK = 64 };
    struct gc_thread others[THREADS - 1] = {0};
    for (int i = 0; i < THREADS - 1; i++)
        gc_attach(&others[i]);
    unsigned blocks = 0;
    while (all_runs() == 0 && blocks < ROOM) {
        allocate_by(blocks % THREADS == 0 ? self() : &others[blocks % THREADS - 1], BLOCK);
        blocks++;
    }
    assert_in_range(blocks * BLOCK, 256 * KIB - THREADS * BATCH, 256 * KIB + THREADS * BATCH);
    for (int i = 0; i < THREADS - 1; i++)
        gc_detach(&others[i]);
}

/* One makes tables and another shrinks them: what is over comes to nothing. */
static void one_grows_and_another_shrinks(void **state)
{
    (void)state;
    struct gc_thread other = {0};
    gc_attach(&other);
    for (int i = 0; i < 100 * 1000; i++) {
        allocate_by(&other, 64);
        gc_did_grow(&other, 4096);
        gc_did_shrink(self(), 4096);
        gc_did_free(self(), 64);
    }
    gc_detach(&other);
    assert_int_equal(all_runs(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(starts_as_documented),
        TEST(young_at_256_kib),
        TEST(frees_count_back),
        TEST(tables_count),
        TEST(middle_at_512_kib_promoted),
        TEST(oldest_at_10_mib_promoted),
        TEST(no_quarter),
        TEST(adaptive_waits_for_a_quarter_of_what_lives),
        TEST(adaptive_waits_for_its_budget),
        TEST(budgets_can_be_set),
        TEST(disabled_never_collects),
        TEST(changing_policy_starts_anew),
        TEST(counts_do_not_weigh),
        TEST(shares_of_several_threads),
        TEST(one_grows_and_another_shrinks),
    };
    return cmocka_run_group_tests_name("bytes", tests, NULL, NULL);
}
