/*
 * A directed graph in plain arrays, to compute independently of any object what a workload should find.
 */
#ifndef BENCH_TRIAL_GRAPH_H
#define BENCH_TRIAL_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The edges of `node` lead to targets[first[node]] .. targets[first[node + 1] - 1]. */
struct graph {
    uint32_t nodes;
    const uint32_t *first;
    const uint32_t *targets;
};

/* How many nodes lie on a cycle or are reached from one: what counting alone cannot free.  False if there is no memory. */
bool graph_under_cycles(const struct graph *graph, uint32_t *nodes);

/* How many strongly connected components there are, and the sum of the squares of their sizes.  False if there is no memory. */
bool graph_components(const struct graph *graph, uint32_t *components, uint64_t *squares);

/* How many edges of every `step`-th node lead to one that has an edge back. */
uint64_t graph_answered(const struct graph *graph, uint32_t step);

/* For every `step`-th node, how many nodes are at most `radius` edges away, itself included; the sum of these.  False if there
 * is no memory. */
bool graph_sum_within(const struct graph *graph, uint32_t step, unsigned radius, uint64_t *sum);

#endif
