/* Reachability, counts and ends, found by looking at everything. */
#include "tests/fuzz/model/graph.h"

#include "tests/fuzz/model/problem.h"

#include <stdlib.h>
#include <string.h>

struct graph graph;

void graph_reset(void)
{
    for (size_t i = 0; i < graph.used; i++)
        free(graph.nodes[i].slots);
    memset(&graph, 0, sizeof graph);
    graph.used = 1;
}

/* --- nodes ---------------------------------------------------------------------------------------------------------- */

static node_id make_node(const struct rc_header *address)
{
    CHECK(graph.used < NODES, "more than %d nodes", NODES);
    const struct obj *o = (const struct obj *)(const void *)address;
    graph.nodes[graph.used] =
        (struct node){.kind = o->type->kind, .type = o->type, .address = address, .alive = true};
    return (node_id)graph.used++;
}

node_id graph_find(const struct rc_header *address)
{
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->address == address)
            return graph.live[i];
    return 0;
}

node_id graph_add(const struct rc_header *address, unsigned seat)
{
    node_id id = make_node(address);
    node_at(id)->maker = (uint8_t)seat;
    graph.live[graph.living++] = id;
    return id;
}

node_id graph_immortal(const struct rc_header *address)
{
    for (size_t id = 1; id < graph.used; id++)
        if (node_at(id)->immortal && node_at(id)->address == address)
            return (node_id)id;
    node_id id = make_node(address);
    node_at(id)->immortal = true;
    return id;
}

void node_append(struct node *node, node_id referent)
{
    if (node->length == node->room) {
        node->room = node->room == 0 ? 8 : node->room * 2;
        node->slots = realloc(node->slots, node->room * sizeof *node->slots);
        CHECK(node->slots != NULL, "no memory for the slots of a node");
    }
    node->slots[node->length++] = referent;
}

void node_remove(struct node *node, size_t index, size_t length)
{
    node->length -= length;
    memmove(&node->slots[index], &node->slots[index + length],
            (node->length - index) * sizeof *node->slots);
}

bool graph_equals(node_id a, node_id b)
{
    const struct node *left = node_at(a);
    const struct node *right = node_at(b);
    if (a == b || left->kind != right->kind)
        return a == b;
    if (left->kind == OBJ_INT || left->kind == OBJ_FLOAT || left->kind == OBJ_STR)
        return left->value == right->value;
    if (left->kind != OBJ_TUPLE || left->length != right->length)
        return false;
    for (size_t i = 0; i < left->length; i++)
        if (!graph_equals(left->slots[i], right->slots[i]))
            return false;
    return true;
}

/* --- walks ---------------------------------------------------------------------------------------------------------- */

/* Calls `visit` for each root. */
static void each_root(void (*visit)(node_id id))
{
    for (unsigned seat = 0; seat < SEATS; seat++)
        for (unsigned i = 0; i < REGISTERS; i++)
            visit(graph.registers[seat][i]);
    for (unsigned i = 0; i < GLOBALS; i++)
        visit(graph.globals[i]);
    for (size_t i = 0; i < graph.living; i++)
        if (!RC_FREES || node_at(graph.live[i])->saved)
            visit(graph.live[i]);
}

static struct {
    node_id ids[NODES];
    size_t depth;
} stack;

static void reach(node_id id)
{
    if (id == 0 || node_at(id)->reached)
        return;
    node_at(id)->reached = true;
    stack.ids[stack.depth++] = id;
}

static void reach_from_stack(void)
{
    while (stack.depth > 0) {
        const struct node *node = node_at(stack.ids[--stack.depth]);
        for (size_t i = 0; i < node->length; i++)
            reach(node->slots[i]);
    }
}

static void forget_reached(void)
{
    for (size_t id = 1; id < graph.used; id++)
        node_at(id)->reached = false;
}

void graph_reach(void)
{
    forget_reached();
    each_root(reach);
    reach_from_stack();
}

void graph_reach_also(node_id id)
{
    reach(id);
    reach_from_stack();
}

void graph_lose(void)
{
    graph_reach();
    for (size_t i = 0; i < graph.living; i++)
        node_at(graph.live[i])->lost |= !node_at(graph.live[i])->reached;
}

void graph_forget_lost(void)
{
    for (size_t i = 0; i < graph.living; i++)
        node_at(graph.live[i])->lost = false;
}

static void count(node_id id) { node_at(id)->references++; }

void graph_count(void)
{
    for (size_t id = 0; id < graph.used; id++)
        node_at(id)->references = 0;
    each_root(count);
    for (size_t i = 0; i < graph.living; i++) {
        const struct node *node = node_at(graph.live[i]);
        for (size_t slot = 0; slot < node->length; slot++)
            count(node->slots[slot]);
    }
}

/* --- ends ----------------------------------------------------------------------------------------------------------- */

void graph_null_weak(node_id target)
{
    for (size_t i = 0; i < graph.living; i++) {
        struct node *w = node_at(graph.live[i]);
        if (w->target != target || w->kind != OBJ_WEAKREF)
            continue;
        w->target = 0;
        if (w->calls && !w->called && (w->condemned || w->pardoned))
            w->silent = true;
        else if (w->calls && !w->called)
            w->owed = true;
    }
}

static void leave_live(node_id id)
{
    size_t i = 0;
    while (graph.live[i] != id)
        i++;
    graph.living--;
    memmove(&graph.live[i], &graph.live[i + 1], (graph.living - i) * sizeof *graph.live);
}

void graph_die(node_id id)
{
    struct node *node = node_at(id);
    leave_live(id);
    node->alive = false;
    node->certain = false;
    graph_null_weak(id);
    free(node->slots);
    node->slots = NULL;
    node->length = 0;
    node->room = 0;
}

static bool can_end(const struct node *node, bool all)
{
    return node->references == 0 && (all || (!node->shared && !node->interned));
}

static void end_one(node_id id)
{
    const struct node *node = node_at(id);
    PROBLEM_UNLESS(node->type->finalize == NULL || node->finalized,
                   "the finalizer of #%u, a %s, has run: nobody refers to it", id,
                   node->type->name);
    for (size_t slot = 0; slot < node->length; slot++)
        node_at(node->slots[slot])->references--;
    graph_die(id);
}

void graph_end(bool all)
{
    bool ended;
    graph_count();
    do {
        ended = false;
        for (size_t i = graph.living; i > 0; i--)
            if (can_end(node_at(graph.live[i - 1]), all)) {
                end_one(graph.live[i - 1]);
                ended = true;
            }
    } while (ended);
}

static void doubt(struct node *node)
{
    node->certain = false;
    for (size_t slot = 0; slot < node->length; slot++)
        node_at(node->slots[slot])->references--;
}

void graph_be_certain(void)
{
    bool doubted;
    graph_count();
    for (size_t i = 0; i < graph.living; i++)
        node_at(graph.live[i])->certain = true;
    do {
        doubted = false;
        for (size_t i = graph.living; i > 0; i--) {
            struct node *node = node_at(graph.live[i - 1]);
            if (node->certain && node->references == 0) {
                doubt(node);
                doubted = true;
            }
        }
    } while (doubted);
}

size_t graph_living(void) { return graph.living; }

size_t graph_certain(void)
{
    size_t certain = 0;
    for (size_t i = 0; i < graph.living; i++)
        certain += node_at(graph.live[i])->certain;
    return certain;
}

/* --- who shares ----------------------------------------------------------------------------------------------------- */

static void share_reached(int but_of)
{
    reach_from_stack();
    for (size_t i = 0; i < graph.living; i++) {
        struct node *node = node_at(graph.live[i]);
        node->shared |= node->reached && node->maker != but_of;
    }
}

void graph_share(void)
{
    forget_reached();
    for (unsigned i = 0; i < GLOBALS; i++)
        reach(graph.globals[i]);
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->saved || node_at(graph.live[i])->shared)
            reach(graph.live[i]);
    share_reached(-1);
    for (unsigned seat = 0; seat < SEATS; seat++) {
        forget_reached();
        for (unsigned i = 0; i < REGISTERS; i++)
            reach(graph.registers[seat][i]);
        share_reached((int)seat);
    }
}

void graph_share_all(unsigned seat)
{
    for (size_t i = 0; i < graph.living; i++)
        if (node_at(graph.live[i])->maker == seat)
            node_at(graph.live[i])->shared = true;
}
