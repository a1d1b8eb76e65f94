/*
 * What is garbage and what is not: small graphs whose answer can be told by looking, and large ones
 * that no recursion would survive.  Nodes are made with one reference, the test's; releasing it
 * leaves what the edges hold.
 */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { MILLION = 1000000, ROOM = MILLION + 16, FULL = GC_GENERATIONS - 1 };

/* To subtract, to mark (four times at most), to sweep. */
enum { LEAST_WALKS = 3, MOST_WALKS = 6 };

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

static size_t collect(unsigned generation) { return gc_collect(fake_heap.T, generation); }

static void assert_clean(void)
{
    for (size_t i = 0; i < fake_heap.length; i++) {
        const struct gc_head *head = &fake_node(i)->head;
        if (!fake_is_alive(fake_node(i)))
            continue;
        assert_true(gc_head_is_tracked(head));
        assert_false(gc_head_has(head, GC_CANDIDATE | GC_REACHABLE | GC_PASSED | GC_DYING));
        assert_false(gc_head_is_garbage(head));
        assert_null(gc_head_link(head));
    }
}

/* A ring of `n` new nodes, each referring to the next, without the test's references. */
static struct fake_node *make_ring(size_t n)
{
    struct fake_node *first = fake_new();
    struct fake_node *last = first;
    for (size_t i = 1; i < n; i++) {
        struct fake_node *node = fake_new();
        fake_link(last, node);
        fake_release(node);
        last = node;
    }
    fake_link(last, first);
    fake_release(first);
    return first;
}

static void nothing_at_all(void **state)
{
    (void)state;
    assert_int_equal(collect(FULL), 0);
}

static void self_loop(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    fake_link(node, node);
    fake_release(node);
    assert_int_equal(fake_heap.live, 1);
    assert_int_equal(collect(FULL), 1);
    assert_int_equal(fake_heap.live, 0);
}

static void two_node_cycle(void **state)
{
    (void)state;
    make_ring(2);
    assert_int_equal(collect(0), 2);
    assert_int_equal(fake_heap.live, 0);
}

static void doubled_edges(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    for (int i = 0; i < 3; i++)
        fake_link(node, node);
    fake_release(node);
    assert_int_equal(collect(FULL), 1);
    assert_int_equal(fake_heap.live, 0);
}

static void cycle_with_root(void **state)
{
    (void)state;
    struct fake_node *root = make_ring(3);
    root->count++;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 3);
    assert_int_equal(root->count, 2);
    assert_ptr_equal(root->edges[0], fake_node(1));
    assert_clean();
    fake_release(root);
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.live, 0);
}

/* Two cycles, the first refers into the second: a root of the second keeps only that one. */
static void two_components_in_a_chain(void **state)
{
    (void)state;
    struct fake_node *head = make_ring(2);
    struct fake_node *tail = make_ring(2);
    fake_link(head, tail);
    tail->count++;
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.live, 2);
    assert_int_equal(tail->count, 2);
    fake_release(tail);
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.live, 0);
}

static void garbage_drops_its_last_hold_on_others(void **state)
{
    (void)state;
    struct fake_node *cycle = make_ring(2);
    struct fake_node *leaf = fake_new();
    fake_link(cycle, leaf);
    fake_release(leaf);
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.live, 0);
}

static void acyclic_graph_is_freed_by_counting(void **state)
{
    (void)state;
    struct fake_node *top = fake_new();
    for (int i = 0; i < 5; i++) {
        struct fake_node *child = fake_new();
        fake_link(top, child);
        if (i > 0)
            fake_link(child, fake_node(1));
        fake_release(child);
    }
    fake_release(top);
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(collect(FULL), 0);
}

static void ring_of_a_million(void **state)
{
    (void)state;
    struct fake_node *ring = make_ring(MILLION);
    ring->count++;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, MILLION);
    fake_release(ring);
    assert_int_equal(collect(FULL), MILLION);
    assert_int_equal(fake_heap.live, 0);
}

/* The root comes last in memory and each reference points to the node before: all behind the
 * cursor, one at a time. */
static void backward_chain_survives(void **state)
{
    (void)state;
    enum { LENGTH = 100 * 1000 };
    struct fake_node *last = fake_new();
    for (int i = 1; i < LENGTH; i++) {
        struct fake_node *node = fake_new();
        fake_link(node, last);
        fake_release(last);
        last = node;
    }
    make_ring(7);
    assert_int_equal(collect(FULL), 7);
    assert_int_equal(fake_heap.walks, LEAST_WALKS + fake_debug_walks());
    assert_int_equal(fake_heap.live, LENGTH);
    assert_clean();
    fake_release(last);
    assert_int_equal(fake_heap.live, 0);
}

/* Levels of WIDTH nodes; the first node of each refers to all of the level before it in memory,
 * from its last on.  A level is wider than the marker's stack may be deep and its first node comes
 * last, so a pass of the cursor gets no further than one level, until the last pass. */
static void wide_levels_survive(void **state)
{
    (void)state;
    enum { WIDTH = 5000, LEVELS = 8 };
    struct fake_node *upper = NULL;
    for (int level = 0; level < LEVELS; level++) {
        struct fake_node *lower = upper;
        size_t first = fake_heap.length;
        for (int i = 0; i < WIDTH; i++)
            fake_new();
        upper = fake_node(first);
        fake_reserve(upper, WIDTH);
        for (size_t i = WIDTH; lower != NULL && i-- > 0;) {
            fake_link(upper, lower + i);
            fake_release(lower + i);
        }
    }
    for (size_t i = 1; i < WIDTH; i++)
        fake_release(upper + i);
    make_ring(3);
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.walks, MOST_WALKS + fake_debug_walks());
    assert_int_equal(fake_heap.live, WIDTH * (LEVELS - 1) + 1);
    assert_clean();
    fake_release(upper);
    assert_int_equal(fake_heap.live, 0);
}

static void uncounted_root_keeps_a_cycle(void **state)
{
    (void)state;
    struct fake_node *cycle = make_ring(3);
    fake_heap.borrowed = &cycle;
    fake_heap.borrowed_count = 1;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 3);
    assert_int_equal(cycle->count, 1);
    assert_clean();
    fake_heap.borrowed_count = 0;
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.live, 0);
}

/* Where references on the stack are not counted, an object may have no count at all. */
static void uncounted_root_without_a_count(void **state)
{
    (void)state;
    struct fake_node *root = fake_new();
    fake_link(root, make_ring(3));
    root->count = 0;
    fake_heap.borrowed = &root;
    fake_heap.borrowed_count = 1;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 4);
    assert_clean();
    fake_heap.borrowed_count = 0;
    assert_int_equal(collect(FULL), 4);
    assert_int_equal(fake_heap.live, 0);
}

static void immortal_count_is_a_root(void **state)
{
    (void)state;
    struct fake_node *cycle = make_ring(2);
    struct fake_node *borrowed[] = {cycle, cycle, cycle};
    fake_heap.borrowed = borrowed;
    fake_heap.borrowed_count = 3;
    cycle->count = (size_t)1 << 63;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 2);
    assert_clean();
    fake_heap.borrowed_count = 0;
    cycle->count = 1;
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.live, 0);
}

/* A count that is less than the references from containers is a fault of the strategy: debug builds
 * stop and name the container. */
static void count_too_small_stops_the_program(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    int ends[2];
    char said[512] = "";
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        make_ring(3)->count = 0;
        dup2(ends[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        collect(FULL);
        _exit(0);
    }
    close(ends[1]);
    assert_in_range(read(ends[0], said, sizeof said - 1), 1, sizeof said);
    close(ends[0]);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_non_null(strstr(said, "its count, 0, is less than the references to it"));
}

static void old_points_to_young(void **state)
{
    (void)state;
    struct fake_node *old = fake_new();
    assert_int_equal(collect(1), 0);
    assert_int_equal(gc_head_generation(&old->head), 2);
    struct fake_node *young = make_ring(2);
    fake_link(old, young);
    assert_int_equal(collect(0), 0);
    assert_int_equal(fake_heap.live, 3);
    assert_int_equal(gc_head_generation(&young->head), 1);
    assert_int_equal(gc_head_generation(&old->head), 2);
    fake_release(old);
    assert_int_equal(collect(1), 2);
    assert_int_equal(fake_heap.live, 0);
}

static void cycle_across_generations(void **state)
{
    (void)state;
    struct fake_node *old = fake_new();
    collect(0);
    collect(1);
    struct fake_node *young = fake_new();
    fake_link(old, young);
    fake_link(young, old);
    fake_release(young);
    fake_release(old);
    assert_int_equal(collect(0), 0);
    assert_int_equal(collect(1), 0);
    assert_int_equal(fake_heap.live, 2);
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.live, 0);
}

static void survivors_move_up_to_the_oldest(void **state)
{
    (void)state;
    struct fake_node *node = fake_new();
    for (unsigned expected = 0; expected < GC_GENERATIONS; expected++) {
        assert_int_equal(gc_head_generation(&node->head), expected);
        collect(expected);
    }
    assert_int_equal(gc_head_generation(&node->head), FULL);
    assert_int_equal(fake_heap.promoted[0], 1);
    assert_int_equal(fake_heap.promoted[1], 1);
    assert_int_equal(fake_heap.promoted[2], 1);
    for (unsigned g = 0; g < GC_GENERATIONS; g++)
        assert_int_equal(fake_heap.collected[g], 1);
    fake_release(node);
}

static void untracked_is_left_alone(void **state)
{
    (void)state;
    struct fake_node *cycle = make_ring(2);
    fetch_and_relaxed(&cycle->head.word, ~(uint64_t)GC_TRACKED);
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.live, 2);
    fetch_or_relaxed(&cycle->head.word, GC_TRACKED);
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.live, 0);
}

static size_t collected_inside;
static unsigned cleared;

static void collect_while_clearing(struct thread *T)
{
    cleared++;
    collected_inside += gc_collect(T, FULL);
    gc_collect_due(T);
}

static void collection_inside_a_collection(void **state)
{
    (void)state;
    cleared = 0;
    collected_inside = 0;
    make_ring(5);
    make_ring(4);
    fake_heap.on_clear = collect_while_clearing;
    assert_int_equal(collect(FULL), 9);
    assert_int_equal(cleared, 9);
    assert_int_equal(collected_inside, 0);
    assert_int_equal(fake_heap.stops, 1);
    assert_int_equal(fake_heap.live, 0);
}

static void make_garbage_while_clearing(struct thread *T)
{
    (void)T;
    fake_heap.on_clear = NULL;
    make_ring(2);
}

static void garbage_made_while_clearing_waits(void **state)
{
    (void)state;
    make_ring(3);
    fake_heap.on_clear = make_garbage_while_clearing;
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.live, 2);
    assert_clean();
    assert_int_equal(collect(0), 2);
    assert_int_equal(fake_heap.live, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_at_all),
        TEST(self_loop),
        TEST(two_node_cycle),
        TEST(doubled_edges),
        TEST(cycle_with_root),
        TEST(two_components_in_a_chain),
        TEST(garbage_drops_its_last_hold_on_others),
        TEST(acyclic_graph_is_freed_by_counting),
        TEST(ring_of_a_million),
        TEST(backward_chain_survives),
        TEST(wide_levels_survive),
        TEST(uncounted_root_keeps_a_cycle),
        TEST(uncounted_root_without_a_count),
        TEST(immortal_count_is_a_root),
        TEST(count_too_small_stops_the_program),
        TEST(old_points_to_young),
        TEST(cycle_across_generations),
        TEST(survivors_move_up_to_the_oldest),
        TEST(untracked_is_left_alone),
        TEST(collection_inside_a_collection),
        TEST(garbage_made_while_clearing_waits),
    };
    return FAKE_RUN_BOTH("cycles", tests);
}
