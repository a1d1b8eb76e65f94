/*
 * Random directed graphs that need no memory: each edge is computed from the graph's number, its vertex and its own number.
 *
 * A vertex has 0 to twice `degree` edges.  Most lead to a vertex whose number is near its own, one in eight to any.
 */
#ifndef BENCH_TRIAL_RANDOM_GRAPH_H
#define BENCH_TRIAL_RANDOM_GRAPH_H

#include "bench/trial/mix.h"

#include <stdbool.h>

enum { RANDOM_GRAPH_NEAR = 64, RANDOM_GRAPH_FAR_EVERY = 8 };

struct random_graph {
    uint64_t number;
    uint32_t vertices;
    uint32_t degree; /* on average */
};

static inline uint64_t random_graph_seed(const struct random_graph *graph, uint32_t vertex)
{
    return mix64(graph->number << 32 | vertex);
}

static inline uint32_t random_graph_degree(const struct random_graph *graph, uint32_t vertex)
{
    return mix_below(random_graph_seed(graph, vertex), 2 * graph->degree + 1);
}

static inline uint32_t random_graph_target(const struct random_graph *graph, uint32_t vertex,
                                           uint32_t edge)
{
    uint32_t vertices = graph->vertices;
    uint64_t seed = mix64(random_graph_seed(graph, vertex) + 1 + edge);
    bool far = seed % RANDOM_GRAPH_FAR_EVERY == 0 || vertices < RANDOM_GRAPH_NEAR;
    uint32_t within = far ? vertices : RANDOM_GRAPH_NEAR;
    return (vertex + vertices - within / 2 + mix_below(seed, within)) % vertices;
}

/* All edges, as struct graph (graph.h) has them: room for vertices + 1 numbers, and for 2 * degree * vertices. */
static inline void random_graph_fill(const struct random_graph *graph, uint32_t *first,
                                     uint32_t *targets)
{
    uint32_t edges = 0;
    for (uint32_t vertex = 0; vertex < graph->vertices; vertex++) {
        first[vertex] = edges;
        for (uint32_t edge = 0; edge < random_graph_degree(graph, vertex); edge++)
            targets[edges++] = random_graph_target(graph, vertex, edge);
    }
    first[graph->vertices] = edges;
}

#endif
