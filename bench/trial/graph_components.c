/*
 * Strongly connected components: depth first, noting in which order nodes are left; then, the last left first, all that reaches
 * a node against the edges is a component.  The edges are turned round by counting.
 * Source: S. R. Kosaraju, 1978; M. Sharir, 1981.
 */
#include "bench/trial/graph.h"

#include <stdlib.h>

struct components {
    const struct graph *graph;
    uint32_t *first;   /* of the edges turned round */
    uint32_t *targets; /* the same */
    uint32_t *left;    /* nodes in the order in which they are left */
    uint32_t *stack;
    uint32_t *cursor; /* of a node: its next edge; UINT32_MAX when it belongs to a component */
    uint32_t length;  /* of `left` */
};

static void turn_round(struct components *c)
{
    const struct graph *graph = c->graph;
    for (uint32_t edge = 0; edge < graph->first[graph->nodes]; edge++)
        c->first[graph->targets[edge] + 1]++;
    for (uint32_t node = 0; node < graph->nodes; node++)
        c->first[node + 1] += c->first[node];
    for (uint32_t node = 0; node < graph->nodes; node++)
        c->cursor[node] = c->first[node];
    for (uint32_t node = 0; node < graph->nodes; node++)
        for (uint32_t edge = graph->first[node]; edge < graph->first[node + 1]; edge++)
            c->targets[c->cursor[graph->targets[edge]]++] = node;
    for (uint32_t node = 0; node < graph->nodes; node++)
        c->cursor[node] = 0; /* not seen; else 1 + the number of its next edge */
}

/* Leaves all nodes that can be reached from `root` and have not been seen. */
static void leave_from(struct components *c, uint32_t root)
{
    const struct graph *graph = c->graph;
    uint32_t depth = 0;
    c->stack[depth++] = root;
    c->cursor[root] = 1 + graph->first[root];
    while (depth > 0) {
        uint32_t node = c->stack[depth - 1];
        uint32_t edge = c->cursor[node] - 1;
        if (edge == graph->first[node + 1]) {
            c->left[c->length++] = node;
            depth--;
            continue;
        }
        c->cursor[node]++;
        uint32_t target = graph->targets[edge];
        if (c->cursor[target] == 0) {
            c->cursor[target] = 1 + graph->first[target];
            c->stack[depth++] = target;
        }
    }
}

/* How many nodes the component of `root` has, which belongs to none yet. */
static uint64_t collect_from(struct components *c, uint32_t root)
{
    uint64_t size = 0;
    uint32_t depth = 0;
    c->stack[depth++] = root;
    c->cursor[root] = UINT32_MAX;
    while (depth > 0) {
        uint32_t node = c->stack[--depth];
        size++;
        for (uint32_t edge = c->first[node]; edge < c->first[node + 1]; edge++) {
            uint32_t target = c->targets[edge];
            if (c->cursor[target] != UINT32_MAX) {
                c->cursor[target] = UINT32_MAX;
                c->stack[depth++] = target;
            }
        }
    }
    return size;
}

static void find(struct components *c, uint32_t *components, uint64_t *squares)
{
    turn_round(c);
    for (uint32_t node = 0; node < c->graph->nodes; node++)
        if (c->cursor[node] == 0)
            leave_from(c, node);
    *components = 0;
    *squares = 0;
    for (uint32_t i = c->length; i-- > 0;)
        if (c->cursor[c->left[i]] != UINT32_MAX) {
            uint64_t size = collect_from(c, c->left[i]);
            *components += 1;
            *squares += size * size;
        }
}

bool graph_components(const struct graph *graph, uint32_t *components, uint64_t *squares)
{
    size_t nodes = (size_t)graph->nodes + 1;
    struct components c = {
        .graph = graph,
        .first = calloc(nodes, sizeof(uint32_t)),
        .targets = calloc((size_t)graph->first[graph->nodes] + 1, sizeof(uint32_t)),
        .left = calloc(nodes, sizeof(uint32_t)),
        .stack = calloc(nodes, sizeof(uint32_t)),
        .cursor = calloc(nodes, sizeof(uint32_t)),
    };
    bool ok = c.first != NULL && c.targets != NULL && c.left != NULL && c.stack != NULL &&
              c.cursor != NULL;
    if (ok)
        find(&c, components, squares);
    free(c.first);
    free(c.targets);
    free(c.left);
    free(c.stack);
    free(c.cursor);
    return ok;
}
