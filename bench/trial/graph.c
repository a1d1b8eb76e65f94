/*
 * Under cycles: what is left after taking away, again and again, a node that nothing refers to (A. B. Kahn, 1962).
 * Within a radius: breadth first, each level a range of one queue.
 */
#include "bench/trial/graph.h"

#include <stdlib.h>

/* Takes `node` away; whom nothing refers to any more joins the queue, whose new length is returned. */
static uint32_t take_away(const struct graph *graph, uint32_t node, uint32_t *referrers,
                          uint32_t *queue, uint32_t length)
{
    for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
        if (--referrers[graph->targets[edge]] == 0)
            queue[length++] = graph->targets[edge];
    return length;
}

bool graph_under_cycles(const struct graph *graph, uint32_t *nodes)
{
    uint32_t *referrers = calloc((size_t)graph->nodes + 1, sizeof(referrers[0]));
    uint32_t *queue = calloc((size_t)graph->nodes + 1, sizeof(queue[0]));
    bool ok = referrers != NULL && queue != NULL;
    uint32_t length = 0;
    for (uint32_t edge = 0; ok && edge < graph->first[graph->nodes]; edge++)
        referrers[graph->targets[edge]]++;
    for (uint32_t node = 0; ok && node < graph->nodes; node++)
        if (referrers[node] == 0)
            queue[length++] = node;
    for (uint32_t i = 0; ok && i < length; i++)
        length = take_away(graph, queue[i], referrers, queue, length);
    *nodes = graph->nodes - length;
    free(referrers);
    free(queue);
    return ok;
}

static bool has_edge(const struct graph *graph, uint32_t from, uint32_t to)
{
    for (uint32_t edge = graph->first[from]; edge < graph->first[from + 1]; edge++)
        if (graph->targets[edge] == to)
            return true;
    return false;
}

uint64_t graph_answered(const struct graph *graph, uint32_t step)
{
    uint64_t answered = 0;
    for (uint32_t node = 0; node < graph->nodes; node += step)
        for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
            answered += has_edge(graph, graph->targets[edge], node);
    return answered;
}

struct search {
    const struct graph *graph;
    uint32_t *visited; /* by which search, counted from 1 */
    uint32_t *queue;
    uint32_t length;
};

static void visit(struct search *search, uint32_t node, uint32_t number)
{
    if (search->visited[node] != number) {
        search->visited[node] = number;
        search->queue[search->length++] = node;
    }
}

static uint32_t count_within(struct search *search, uint32_t start, uint32_t number,
                             unsigned radius)
{
    const struct graph *graph = search->graph;
    search->length = 0;
    visit(search, start, number);
    uint32_t begin = 0;
    for (unsigned level = 0; level < radius && begin < search->length; level++) {
        uint32_t end = search->length;
        for (; begin < end; begin++)
            for (uint32_t edge = graph->first[search->queue[begin]];
                 edge < graph->first[search->queue[begin] + 1]; edge++)
                visit(search, graph->targets[edge], number);
    }
    return search->length;
}

bool graph_sum_within(const struct graph *graph, uint32_t step, unsigned radius, uint64_t *sum)
{
    struct search search = {graph, calloc((size_t)graph->nodes + 1, sizeof(uint32_t)),
                            calloc((size_t)graph->nodes + 1, sizeof(uint32_t)), 0};
    bool ok = search.visited != NULL && search.queue != NULL;
    *sum = 0;
    for (uint32_t node = 0; ok && node < graph->nodes; node += step)
        *sum += count_within(&search, node, node / step + 1, radius);
    free(search.visited);
    free(search.queue);
    return ok;
}
