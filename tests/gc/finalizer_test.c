/*
 * Finalizers of garbage: what they see, what they may do to it, and what becomes of it then.
 *
 * Nodes are made with one reference, the test's.  What a finalizer saves it hands to `saved`, with a
 * reference of its own.
 */
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 20 * 1000, FULL = GC_GENERATIONS - 1 };

static struct fake_node *saved;
static unsigned intact;

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    saved = NULL;
    intact = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(fake_heap.allocated, 0);
    assert_false(fake_heap.stopped);
    fake_stop();
    return 0;
}

static size_t collect(unsigned generation) { return gc_collect(fake_heap.T, generation); }
static struct gc_statistics full(void) { return gc_statistics(FULL); }

/* Each refers to the next; the test holds none of them. */
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

static void assert_in_the_heap(const struct fake_node *node, unsigned generation)
{
    assert_true(fake_is_alive(node));
    uint64_t word = load_relaxed(&node->head.word) & ~(uint64_t)(GC_FINALIZED | GC_WEAK);
    assert_int_equal(word, GC_ALIVE | GC_TRACKED | generation << GC_GENERATION_SHIFT);
}

/* --- finalizers ------------------------------------------------------------------------------------ */

static void look_at_peers(struct thread *T, struct fake_node *self)
{
    (void)T;
    for (uint32_t i = 0; i < self->edge_count; i++)
        intact += fake_is_alive(self->edges[i]) && self->edges[i]->edge_count > 0;
}

static void save(struct thread *T, struct fake_node *self)
{
    (void)T;
    self->count++;
    saved = self;
}

static void break_cycle(struct thread *T, struct fake_node *self)
{
    (void)T;
    fake_empty(self);
}

static size_t collected_inside;

static void start_collection(struct thread *T, struct fake_node *self)
{
    (void)self;
    collected_inside += gc_collect(T, FULL);
    gc_collect_due(T);
}

static void allocate_many(struct thread *T, struct fake_node *self)
{
    (void)self;
    for (int i = 0; i < 10 * 1000; i++) {
        if (gc_will_allocate(&T->gc, FAKE_BYTES))
            gc_collect_due(T);
        fake_release(fake_new());
    }
}

/* A young node that refers to the garbage, and that only the garbage refers to. */
static void hide_in_a_new_node(struct thread *T, struct fake_node *self)
{
    (void)T;
    struct fake_node *node = fake_new();
    fake_link(node, self);
    fake_link(self, node);
    fake_release(node);
}

/* --- tests ----------------------------------------------------------------------------------------- */

static void runs_once_and_sees_its_peers(void **state)
{
    (void)state;
    struct fake_node *ring = make_ring(3);
    for (int i = 0; i < 3; i++)
        ring[i].finalize = look_at_peers;
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.finalized, 3);
    assert_int_equal(intact, 3);
    assert_int_equal(fake_heap.live, 0);
    assert_int_equal(fake_heap.stops, 2);
    assert_int_equal(fake_heap.walks, 3 + fake_debug_walks() + REFBENCH_DEBUG);
}

/* Nobody notices the end of plain garbage: one stop, and nothing is condemned. */
static void plain_garbage_is_not_condemned(void **state)
{
    (void)state;
    make_ring(1000);
    assert_int_equal(collect(FULL), 1000);
    assert_int_equal(fake_heap.stops, 1);
    assert_int_equal(fake_heap.condemned, 0);
    struct fake_node *node = fake_new();
    node->finalize = save;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(fake_heap.stops, 2);
    assert_int_equal(fake_heap.finalized, 0);
    fake_release(node);
}

static void resurrects_itself_and_dies_for_good(void **state)
{
    (void)state;
    make_ring(2)->finalize = save;
    assert_int_equal(collect(0), 0);
    assert_int_equal(fake_heap.live, 2);
    assert_int_equal(saved->count, 2);
    assert_in_the_heap(saved, 1);
    assert_in_the_heap(saved->edges[0], 1);
    assert_int_equal(gc_statistics(0).resurrected, 2);
    assert_int_equal(gc_statistics(0).collected, 0);
    assert_int_equal(collect(FULL), 0);
    fake_release(saved);
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(fake_heap.finalized, 1);
    assert_int_equal(full().resurrected, 0);
}

/* What a resurrected node reaches comes back whole: a chain of cargo, and what that refers to. */
static void resurrects_all_that_it_reaches(void **state)
{
    (void)state;
    struct fake_node *ring = make_ring(2);
    struct fake_node *last = ring;
    for (int i = 0; i < 100; i++) {
        struct fake_node *cargo = fake_new();
        fake_link(last, cargo);
        fake_release(cargo);
        last = cargo;
    }
    fake_link(last, make_ring(3));
    ring->finalize = save;
    make_ring(5);
    assert_int_equal(collect(FULL), 5);
    assert_int_equal(full().resurrected, 105);
    assert_int_equal(full().visited, 110);
    assert_int_equal(fake_heap.live, 105);
    for (size_t i = 0; i < fake_heap.length; i++) {
        if (!fake_is_alive(fake_node(i)))
            continue;
        assert_in_the_heap(fake_node(i), FULL);
        assert_true(fake_node(i)->edge_count > 0);
    }
    fake_release(saved);
    assert_int_equal(collect(FULL), 105);
}

static void resurrects_one_of_101(void **state)
{
    (void)state;
    make_ring(100);
    struct fake_node *one = fake_new();
    fake_link(one, one);
    one->finalize = save;
    fake_release(one);
    assert_int_equal(collect(FULL), 100);
    assert_int_equal(fake_heap.live, 1);
    assert_int_equal(full().resurrected, 1);
    fake_release(saved);
    assert_int_equal(collect(FULL), 1);
}

/* It refers to the garbage: that does not keep it. */
static void what_refers_to_the_resurrected_goes(void **state)
{
    (void)state;
    struct fake_node *target = fake_new();
    fake_link(target, target);
    fake_link(make_ring(4), target);
    target->finalize = save;
    fake_release(target);
    assert_int_equal(collect(FULL), 4);
    assert_ptr_equal(saved, target);
    assert_int_equal(fake_heap.live, 1);
    assert_int_equal(saved->count, 2);
    fake_release(saved);
    assert_int_equal(collect(FULL), 1);
}

static void breaks_its_own_cycle(void **state)
{
    (void)state;
    struct fake_node *ring = make_ring(3);
    for (int i = 0; i < 3; i++)
        ring[i].finalize = break_cycle;
    assert_int_equal(collect(FULL), 3);
    assert_int_equal(fake_heap.finalized, 3);
    assert_int_equal(fake_heap.live, 0);
}

static void every_second_is_saved(void **state)
{
    (void)state;
    enum { RINGS = 10 };
    struct fake_node *kept[RINGS];
    for (int i = 0; i < RINGS; i++) {
        kept[i] = make_ring(2);
        kept[i]->finalize = i % 2 == 0 ? hide_in_a_new_node : look_at_peers;
    }
    assert_int_equal(collect(FULL), RINGS);
    assert_int_equal(fake_heap.finalized, RINGS);
    assert_int_equal(full().resurrected, RINGS);
    assert_int_equal(fake_heap.live, RINGS + RINGS / 2);
    assert_int_equal(collect(FULL), RINGS + RINGS / 2);
    assert_int_equal(fake_heap.finalized, RINGS);
}

static void collection_in_a_finalizer_does_nothing(void **state)
{
    (void)state;
    collected_inside = 0;
    make_ring(2)->finalize = start_collection;
    make_ring(3);
    assert_int_equal(collect(FULL), 5);
    assert_int_equal(collected_inside, 0);
    assert_int_equal(full().collections, 1);
}

static void allocations_in_a_finalizer_do_not_collect(void **state)
{
    (void)state;
    gc_enable(true);
    make_ring(2)->finalize = allocate_many;
    assert_int_equal(collect(FULL), 2);
    assert_int_equal(gc_statistics(0).collections, 0);
    assert_int_equal(full().collections, 1);
}

/* A borrowed reference that a finalizer left behind keeps the node too. */
static struct fake_node *borrowed;

static void lend(struct thread *T, struct fake_node *self)
{
    (void)T;
    borrowed = self;
    fake_heap.borrowed = &borrowed;
    fake_heap.borrowed_count = 1;
}

static void uncounted_root_resurrects(void **state)
{
    (void)state;
    make_ring(2)->finalize = lend;
    assert_int_equal(collect(FULL), 0);
    assert_int_equal(full().resurrected, 2);
    assert_int_equal(borrowed->count, 1);
    fake_heap.borrowed_count = 0;
    assert_int_equal(collect(FULL), 2);
}

static void without_memory_all_is_kept(void **state)
{
    (void)state;
    struct fake_node *ring = make_ring(4);
    ring->finalize = look_at_peers;
    fake_heap.no_memory = true;
    assert_int_equal(collect(0), 0);
    assert_int_equal(fake_heap.finalized, 0);
    assert_int_equal(gc_statistics(0).uncollectable, 4);
    assert_int_equal(gc_statistics(0).visited, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_in_the_heap(&ring[i], 1);
        assert_int_equal(ring[i].count, 1);
        assert_int_equal(ring[i].edge_count, 1);
    }
    fake_heap.no_memory = false;
    assert_int_equal(collect(0), 0);
    assert_int_equal(collect(1), 4);
    assert_int_equal(fake_heap.finalized, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(runs_once_and_sees_its_peers),
        TEST(plain_garbage_is_not_condemned),
        TEST(resurrects_itself_and_dies_for_good),
        TEST(resurrects_all_that_it_reaches),
        TEST(resurrects_one_of_101),
        TEST(what_refers_to_the_resurrected_goes),
        TEST(breaks_its_own_cycle),
        TEST(every_second_is_saved),
        TEST(collection_in_a_finalizer_does_nothing),
        TEST(allocations_in_a_finalizer_do_not_collect),
        TEST(uncounted_root_resurrects),
        TEST(without_memory_all_is_kept),
    };
    return FAKE_RUN_BOTH("finalizer", tests);
}
