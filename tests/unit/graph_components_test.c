/* Strongly connected components: of graphs whose components are known, and of random ones, against reachability. */
#include "bench/trial/graph.h"
#include "bench/trial/random_graph.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { NODES = 60, EDGES = 2 * 3 * NODES };

static void expect_components(const struct graph *graph, uint32_t components, uint64_t squares)
{
    uint32_t found = 0;
    uint64_t found_squares = 0;
    assert_true(graph_components(graph, &found, &found_squares));
    assert_int_equal(found, components);
    assert_int_equal(found_squares, squares);
}

static void test_known_graphs(void **state)
{
    (void)state;
    const uint32_t none[] = {0, 0, 0, 0};
    expect_components(&(struct graph){3, none, NULL}, 3, 3);
    const uint32_t ring_first[] = {0, 1, 2, 3};
    const uint32_t ring[] = {1, 2, 0};
    expect_components(&(struct graph){3, ring_first, ring}, 1, 9);
    const uint32_t path[] = {1, 2, 2}; /* the last refers to itself */
    expect_components(&(struct graph){3, ring_first, path}, 3, 3);
    const uint32_t two_first[] = {0, 1, 3, 4, 5};
    const uint32_t two[] = {1, 0, 2, 3, 2}; /* 0 and 1, which leads to 2 and 3 */
    expect_components(&(struct graph){4, two_first, two}, 2, 8);
}

/* reach[a][b]: whether a path leads from a to b (S. Warshall, 1962). */
static void find_paths(const struct graph *graph, bool reach[NODES][NODES])
{
    memset(reach, 0, NODES * sizeof(reach[0]));
    for (uint32_t a = 0; a < NODES; a++) {
        reach[a][a] = true;
        for (uint32_t edge = graph->first[a]; edge < graph->first[a + 1]; edge++)
            reach[a][graph->targets[edge]] = true;
    }
    for (uint32_t b = 0; b < NODES; b++)
        for (uint32_t a = 0; a < NODES; a++)
            for (uint32_t c = 0; c < NODES; c++)
                reach[a][c] = reach[a][c] || (reach[a][b] && reach[b][c]);
}

/* Each pair of nodes that reach each other counts for the squares; a component is told by its least node. */
static void expect_by_paths(const struct graph *graph)
{
    static bool reach[NODES][NODES];
    find_paths(graph, reach);
    uint32_t components = 0;
    uint64_t squares = 0;
    for (uint32_t a = 0; a < NODES; a++) {
        bool least = true;
        for (uint32_t b = 0; b < NODES; b++) {
            bool together = reach[a][b] && reach[b][a];
            squares += together ? 1 : 0;
            least = least && !(together && b < a);
        }
        components += least ? 1 : 0;
    }
    expect_components(graph, components, squares);
}

static void test_random_graphs(void **state)
{
    (void)state;
    static uint32_t first[NODES + 1];
    static uint32_t targets[EDGES];
    for (uint64_t number = 0; number < 90; number++) {
        struct random_graph random = {number, NODES, 1 + (uint32_t)(number % 3)};
        random_graph_fill(&random, first, targets);
        expect_by_paths(&(struct graph){NODES, first, targets});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_graphs),
        cmocka_unit_test(test_random_graphs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
