/*
 * Random graphs, mutated and collected over many rounds, against an answer found the slow way: a
 * node survives if it is older than what is collected, or held from outside (by the test, a borrow,
 * or an older node), or referred to by a survivor; then whatever only the garbage referred to ends
 * too.  The answer is computed from the edges alone and does not look at any count.
 *
 * Some nodes have a finalizer, which takes hold of its node: then this and all it reaches survive.
 */
#include "alloc/base/check.h"
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST_NODES = 400, SEEDS = 60, ROUNDS = 40, FULL = GC_GENERATIONS - 1 };

struct model {
    uint64_t random;
    uint32_t held[MOST_NODES]; /* the test's own references */
    bool survives[MOST_NODES];
    bool saved[MOST_NODES]; /* by its finalizer, in the collection that comes */
    struct fake_node *borrowed[8];
};

static uint32_t draw(struct model *m, uint32_t below)
{
    ASSERT(below > 0);
    m->random ^= m->random << 13;
    m->random ^= m->random >> 7;
    m->random ^= m->random << 17;
    return (uint32_t)(m->random >> 33) % below;
}

static size_t index_of(const struct fake_node *node) { return (size_t)(node - fake_heap.nodes); }

static struct fake_node *draw_node(struct model *m, size_t nodes)
{
    return fake_node(draw(m, (uint32_t)nodes));
}

static void hold(struct model *m, struct fake_node *node)
{
    node->count++;
    m->held[index_of(node)]++;
}

static void let_go(struct model *m, struct fake_node *node)
{
    m->held[index_of(node)]--;
    fake_release(node);
}

static struct model *playing;

static void save_self(struct thread *T, struct fake_node *self)
{
    (void)T;
    hold(playing, self);
}

static void make_held(struct model *m, size_t index)
{
    fake_new_at(index)->finalize = draw(m, 4) == 0 ? save_self : NULL;
    m->held[index] = 1;
}

/* One random change of the graph.  Dead places become new nodes. */
static void mutate(struct model *m, size_t nodes)
{
    struct fake_node *node = draw_node(m, nodes);
    struct fake_node *other = draw_node(m, nodes);
    if (!fake_is_alive(node)) {
        make_held(m, index_of(node));
        return;
    }
    switch (draw(m, 8)) {
    case 0:
        hold(m, node);
        break;
    case 1:
        if (node->edge_count > 0)
            fake_release(node->edges[--node->edge_count]);
        break;
    case 2:
    case 3:
        if (m->held[index_of(node)] > 0)
            let_go(m, node);
        break;
    default:
        if (fake_is_alive(other) && node->edge_count < 6)
            fake_link(node, other);
        break;
    }
}

static void let_most_go(struct model *m, size_t nodes)
{
    for (size_t i = 0; i < nodes; i++) {
        while (m->held[i] > 0 && draw(m, 10) != 0)
            let_go(m, fake_node(i));
    }
}

/* Borrowed nodes refer to themselves, else clearing others could end their last counted
 * reference. */
static void draw_borrows(struct model *m, size_t nodes)
{
    fake_heap.borrowed = m->borrowed;
    fake_heap.borrowed_count = 0;
    uint32_t tries = draw(m, 8);
    for (uint32_t i = 0; i < tries; i++) {
        struct fake_node *node = draw_node(m, nodes);
        if (!fake_is_alive(node))
            continue;
        fake_link(node, node);
        m->borrowed[fake_heap.borrowed_count++] = node;
    }
}

static bool is_root(const struct model *m, const struct fake_node *node, unsigned generation)
{
    for (size_t i = 0; i < fake_heap.borrowed_count; i++) {
        if (fake_heap.borrowed[i] == node)
            return true;
    }
    return m->held[index_of(node)] > 0 || gc_head_generation(&node->head) > generation;
}

/* Passes the property of surviving on along all edges; true if that changed anything. */
static bool spread(struct model *m, size_t nodes)
{
    bool changed = false;
    for (size_t i = 0; i < nodes; i++) {
        for (uint32_t e = 0; m->survives[i] && e < fake_node(i)->edge_count; e++) {
            bool *survives = &m->survives[index_of(fake_node(i)->edges[e])];
            changed |= !*survives;
            *survives = true;
        }
    }
    return changed;
}

/* Garbage with a finalizer that has not run survives, after all. */
static void save_garbage(struct model *m, size_t nodes)
{
    for (size_t i = 0; i < nodes; i++) {
        struct fake_node *node = fake_node(i);
        m->saved[i] = fake_is_alive(node) && !m->survives[i] && gc_client_is_observed(&node->head);
        m->survives[i] |= m->saved[i];
    }
}

/* Ends the nodes that are left without any reference, older ones that only garbage held; true if
 * there were some. */
static bool fade(struct model *m, size_t nodes)
{
    bool referred[MOST_NODES] = {false};
    for (size_t i = 0; i < nodes; i++) {
        for (uint32_t e = 0; m->survives[i] && e < fake_node(i)->edge_count; e++)
            referred[index_of(fake_node(i)->edges[e])] = true;
    }
    bool changed = false;
    for (size_t i = 0; i < nodes; i++) {
        bool ends = m->survives[i] && !referred[i] && m->held[i] == 0 && !m->saved[i];
        m->survives[i] &= !ends;
        changed |= ends;
    }
    return changed;
}

/* Returns how many nodes are garbage; leaves in `survives` what is there after that is cleared. */
static size_t expect(struct model *m, size_t nodes, unsigned generation)
{
    for (size_t i = 0; i < nodes; i++)
        m->survives[i] = fake_is_alive(fake_node(i)) && is_root(m, fake_node(i), generation);
    while (spread(m, nodes))
        continue;
    save_garbage(m, nodes);
    while (spread(m, nodes))
        continue;
    size_t garbage = 0;
    for (size_t i = 0; i < nodes; i++)
        garbage += fake_is_alive(fake_node(i)) && !m->survives[i];
    while (fade(m, nodes))
        continue;
    return garbage;
}

static unsigned expected_generation(unsigned before, unsigned collected)
{
    if (before > collected || before == FULL)
        return before;
    return collected < FULL ? collected + 1 : FULL;
}

static void check_survivors(const struct model *m, size_t nodes, const unsigned *generations,
                            unsigned collected)
{
    for (size_t i = 0; i < nodes; i++) {
        const struct gc_head *head = &fake_node(i)->head;
        assert_int_equal(fake_is_alive(fake_node(i)), m->survives[i]);
        if (!m->survives[i])
            continue;
        unsigned generation = expected_generation(generations[i], collected);
        assert_int_equal(load_relaxed(&head->word) & ~(uint64_t)GC_FINALIZED,
                         GC_ALIVE | GC_TRACKED | generation << GC_GENERATION_SHIFT);
    }
}

static void collect_and_compare(struct model *m, size_t nodes, unsigned generation)
{
    unsigned generations[MOST_NODES];
    for (size_t i = 0; i < nodes; i++)
        generations[i] = gc_head_generation(&fake_node(i)->head);
    draw_borrows(m, nodes);
    size_t garbage = expect(m, nodes, generation);
    assert_int_equal(gc_collect(fake_heap.T, generation), garbage);
    check_survivors(m, nodes, generations, generation);
}

static void let_all_go(struct model *m, size_t nodes)
{
    fake_heap.borrowed_count = 0;
    for (size_t i = 0; i < nodes; i++) {
        while (m->held[i] > 0)
            let_go(m, fake_node(i));
    }
}

static void play(uint64_t seed)
{
    struct model model = {.random = seed * UINT64_C(0x9e3779b97f4a7c15)};
    playing = &model;
    size_t nodes = 2 + draw(&model, MOST_NODES - 2);
    fake_start(nodes);
    for (size_t i = 0; i < nodes; i++)
        make_held(&model, i);
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < 2 * nodes; i++)
            mutate(&model, nodes);
        if (draw(&model, 2) == 0)
            let_most_go(&model, nodes);
        collect_and_compare(&model, nodes, draw(&model, GC_GENERATIONS));
    }
    for (int i = 0; i < 2; i++) { /* the first saves those that never were garbage */
        let_all_go(&model, nodes);
        gc_collect(fake_heap.T, FULL);
    }
    assert_int_equal(fake_heap.live, 0);
    assert_true(nodes < 50 || fake_heap.finalized > 0);
    fake_stop();
}

static void agrees_with_the_slow_answer(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        print_message("seed %u\n", (unsigned)seed);
        play(seed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(agrees_with_the_slow_answer)};
    return FAKE_RUN_BOTH("random", tests);
}
