/*
 * graph: finds the strongly connected components of random graphs whose vertices are objects.
 *
 * Idea: objects that refer to one another without any order, so that each reference touched is a place of its own in memory; two
 * stacks on which references come and go; numbers in fields that are replaced all the time.  A graph that is done with is
 * cyclic garbage of thousands of objects.
 * Which edges a graph has: bench/trial/random_graph.h.  Most lead to a vertex whose number is near, so that it makes a difference
 * whether vertices lie in memory in the order of their numbers or shuffled.  Graphs are dealt to threads one by one.
 * Validation: for each graph, how many components there are and the sum of the squares of their sizes, against another algorithm
 * on plain arrays (bench/trial/graph_components.c).
 * Settings: vertices of a graph, edges of a vertex, order in memory, how many graphs each thread keeps before the oldest is dropped.
 * Source: R. Tarjan, "Depth-First Search and Linear Graph Algorithms", SIAM Journal on Computing 1972; here without recursion.
 */
#include "bench/trial/graph.h"
#include "bench/trial/field.h"
#include "bench/trial/order.h"
#include "bench/trial/places.h"
#include "bench/trial/random_graph.h"
#include "bench/trial/verdict.h"
#include "runtimes/object/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOTAL = 600000, VERTICES = 5000, VERTICES_IN_TESTS = 100 };

enum { SETTING_VERTICES, SETTING_DEGREE, SETTING_ORDER, SETTING_KEPT };
static const char *const orders[] = {"allocated", "shuffled"};
static const struct setting graph_settings[] = {
    {"vertices", "vertices of each graph", VERTICES, 10, 100000, NULL},
    {"degree", "edges of a vertex, on average", 2, 1, 16, NULL},
    {"order", "of vertices in memory, by their numbers", 0, 0, 1, orders},
    {"kept", "graphs that each thread keeps before the oldest is dropped", 0, 0, 16, NULL},
    {0},
};

static const char *const vertex_fields[] = {"edges", "cursor", "index", "low", "stacked"};
static const struct type vertex_type = INSTANCE_TYPE("Vertex", vertex_fields);
enum { VERTEX_EDGES, VERTEX_CURSOR, VERTEX_INDEX, VERTEX_LOW, VERTEX_STACKED };
enum { UNSEEN = -1 };

/* Fewer in tests, by default. */
static uint32_t vertices_of(const struct workload_run *run)
{
    uint64_t vertices = run->settings[SETTING_VERTICES];
    return run->divisor > 1 && vertices == VERTICES ? VERTICES_IN_TESTS : (uint32_t)vertices;
}

static uint64_t graphs_of(const struct workload_run *run)
{
    uint64_t graphs = TOTAL / vertices_of(run) / run->divisor;
    return graphs > 0 ? graphs : 1;
}

static struct random_graph random_of(const struct workload_run *run, uint64_t number)
{
    return (struct random_graph){number, vertices_of(run), (uint32_t)run->settings[SETTING_DEGREE]};
}

/* --- making a graph; null or false if there is no memory ---------------------------------------------------------- */

static rc_ref make_vertex(struct thread *T)
{
    thread_safepoint(T);
    return instance_from(T, &vertex_type,
                         (rc_ref[]){list_new(T, 0), int_new(T, 0), int_new(T, UNSEEN),
                                    int_new(T, 0), bool_ref(T, false)});
}

/* Makes all vertices, in that order. */
static bool make_vertices(struct thread *T, rc_loc table, const uint32_t *order, uint32_t length)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        rc_ref vertex = make_vertex(T);
        ok = !ref_is_null(vertex) && list_set(T, table, order[i], vertex);
    }
    return ok;
}

/* table[vertex].edges.append(table[...]) for each edge of a vertex; `table` is an argument. */
static bool link_vertex(struct thread *T, const struct random_graph *graph, rc_loc table,
                        uint32_t vertex)
{
    RC_FRAME(T, f, 3);
    enum { TABLE, EDGES, TARGET };
    f[TABLE] = table;
    thread_safepoint(T);
    f[EDGES] = list_get(T, f[TABLE], vertex);
    cell_load(T, &f[EDGES], f[EDGES], VERTEX_EDGES);
    bool ok = true;
    for (uint32_t edge = 0; ok && edge < random_graph_degree(graph, vertex); edge++) {
        thread_safepoint(T);
        f[TARGET] = list_get(T, f[TABLE], random_graph_target(graph, vertex, edge));
        ok = list_append(T, f[EDGES], rc_own(T, cell_take(&f[TARGET])));
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

static rc_ref make_graph(struct thread *T, const struct random_graph *graph, bool shuffled)
{
    uint32_t vertices = graph->vertices;
    uint32_t *order = order_new(vertices, shuffled);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, places_new(T, vertices));
    bool ok = order != NULL && !loc_is_null(f[0]) && make_vertices(T, f[0], order, vertices);
    for (uint32_t vertex = 0; ok && vertex < vertices; vertex++)
        ok = link_vertex(T, graph, rc_dup(T, f[0]), vertex);
    rc_ref table = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    free(order);
    return table;
}

/* --- the algorithm ------------------------------------------------------------------------------------------------ */

/* A search: its two stacks are lists in cells. */
struct search {
    struct thread *T;
    const rc_loc *path;  /* vertices whose edges are being looked at, each reached from the last */
    const rc_loc *stack; /* vertices that belong to no component yet */
    int64_t index;
    uint64_t components;
    uint64_t squares; /* of their sizes */
    bool failed;
};

static void check(struct search *s, bool ok)
{
    if (!ok)
        s->failed = true;
}

/* vertex.low = min(vertex.low, value) */
static void lower(struct search *s, rc_loc vertex, int64_t value)
{
    if (value < field_int(s->T, vertex, VERTEX_LOW))
        check(s, field_set_int(s->T, vertex, VERTEX_LOW, value));
}

/* Begins with a vertex, an argument. */
static void enter(struct search *s, rc_loc vertex)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 1);
    f[0] = vertex;
    thread_safepoint(T);
    check(s, field_set_int(T, f[0], VERTEX_INDEX, s->index));
    check(s, field_set_int(T, f[0], VERTEX_LOW, s->index));
    s->index++;
    field_set_bool(T, f[0], VERTEX_STACKED, true);
    check(s, list_append(T, *s->stack, rc_own(T, rc_dup(T, f[0]))));
    check(s, list_append(T, *s->path, rc_own(T, cell_take(&f[0]))));
    RC_LEAVE(T, f);
}

/* Looks at the next edge of a vertex; false if there is none.  Both are arguments. */
static bool follow_edge(struct search *s, rc_loc vertex)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 3);
    enum { VERTEX, EDGES, TARGET };
    f[VERTEX] = vertex;
    thread_safepoint(T);
    int64_t cursor = field_int(T, f[VERTEX], VERTEX_CURSOR);
    f[EDGES] = instance_get(T, f[VERTEX], VERTEX_EDGES);
    f[TARGET] = list_get(T, f[EDGES], (size_t)cursor);
    bool found = !loc_is_null(f[TARGET]);
    if (found) {
        check(s, field_set_int(T, f[VERTEX], VERTEX_CURSOR, cursor + 1));
        int64_t index = field_int(T, f[TARGET], VERTEX_INDEX);
        if (index == UNSEEN)
            enter(s, cell_take(&f[TARGET]));
        else if (field_bool(T, f[TARGET], VERTEX_STACKED))
            lower(s, f[VERTEX], index);
    }
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return found;
}

/* All on the stack down to a vertex, borrowed, are a component. */
static void take_component(struct search *s, rc_loc vertex)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 1);
    uint64_t size = 0;
    bool last = false;
    while (!last) {
        thread_safepoint(T);
        f[0] = rc_move(T, list_pop(T, *s->stack));
        field_set_bool(T, f[0], VERTEX_STACKED, false);
        last = rc_get(f[0]) == rc_get(vertex);
        size++;
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
    s->components++;
    s->squares += size * size;
}

/* A vertex, the last of the path, has no more edges; it is an argument. */
static void leave(struct search *s, rc_loc vertex)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 2);
    enum { VERTEX, BEFORE };
    f[VERTEX] = vertex;
    thread_safepoint(T);
    rc_release(T, list_pop(T, *s->path));
    int64_t low = field_int(T, f[VERTEX], VERTEX_LOW);
    size_t length = list_length(T, *s->path);
    if (length > 0) {
        f[BEFORE] = list_get(T, *s->path, length - 1);
        lower(s, f[BEFORE], low);
    }
    if (low == field_int(T, f[VERTEX], VERTEX_INDEX))
        take_component(s, f[VERTEX]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

/* Goes wherever a vertex, an argument, leads that has not been seen. */
static void search_from(struct search *s, rc_loc vertex)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 1);
    f[0] = vertex;
    if (field_int(T, f[0], VERTEX_INDEX) == UNSEEN)
        enter(s, cell_take(&f[0]));
    while (!s->failed && list_length(T, *s->path) > 0) {
        thread_safepoint(T);
        cell_set(T, &f[0], list_get(T, *s->path, list_length(T, *s->path) - 1));
        if (!follow_edge(s, rc_dup(T, f[0])))
            leave(s, cell_take(&f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

/* Finds the components of a graph, an argument. */
static void find_components(struct search *s, rc_loc table)
{
    struct thread *T = s->T;
    RC_FRAME(T, f, 4);
    enum { TABLE, PATH, STACK, VERTEX };
    f[TABLE] = table;
    thread_safepoint(T);
    f[PATH] = rc_move(T, list_new(T, 0));
    f[STACK] = rc_move(T, list_new(T, 0));
    s->failed = loc_is_null(f[PATH]) || loc_is_null(f[STACK]);
    s->path = &f[PATH];
    s->stack = &f[STACK];
    for (size_t i = 0; !s->failed && i < list_length(T, f[TABLE]); i++) {
        thread_safepoint(T);
        f[VERTEX] = list_get(T, f[TABLE], i);
        search_from(s, cell_take(&f[VERTEX]));
    }
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
}

/* --- what is expected --------------------------------------------------------------------------------------------- */

/* Of each graph: what is known are two numbers. */
enum { COMPONENTS, SQUARES, KNOWN };

static bool find_expected(struct workload_run *run)
{
    size_t vertices = vertices_of(run);
    uint32_t *first = calloc(vertices + 1, sizeof(uint32_t));
    uint32_t *targets = calloc(vertices * 2 * run->settings[SETTING_DEGREE] + 1, sizeof(uint32_t));
    bool ok = first != NULL && targets != NULL;
    for (uint64_t number = 0; ok && number < graphs_of(run); number++) {
        struct random_graph random = random_of(run, number);
        random_graph_fill(&random, first, targets);
        struct graph graph = {vertices_of(run), first, targets};
        uint32_t components = 0;
        uint64_t squares = 0;
        ok = graph_components(&graph, &components, &squares);
        verdict_known(run)[number * KNOWN + COMPONENTS] = components;
        verdict_known(run)[number * KNOWN + SQUARES] = (int64_t)squares;
    }
    free(first);
    free(targets);
    return ok;
}

static void judge(struct workload_run *run, uint64_t number, const struct search *s)
{
    const int64_t *known = verdict_known(run) + number * KNOWN;
    verdict_judge(
        run, s->components == (uint64_t)known[COMPONENTS] && s->squares == (uint64_t)known[SQUARES],
        "graph %" PRIu64 " has %" PRIu64 " components, squares %" PRIu64 ", expected %" PRId64
        " and %" PRId64,
        number, s->components, s->squares, known[COMPONENTS], known[SQUARES]);
}

/* --- the workload ------------------------------------------------------------------------------------------------- */

static bool graph_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = graphs_of(run) * vertices_of(run);
    if (!verdict_create(run, graphs_of(run) * KNOWN))
        return false;
    if (!find_expected(run)) {
        snprintf(run->problem, sizeof(run->problem),
                 "no memory for a graph of %" PRIu32 " vertices", vertices_of(run));
        return false;
    }
    return true;
}

/* Makes a graph, finds its components, and keeps it in place of another, or drops it.  `kept` is borrowed. */
static uint64_t run_graph(struct thread *T, struct workload_run *run, uint64_t number, rc_loc kept)
{
    RC_FRAME(T, f, 1);
    struct search s = {.T = T};
    struct random_graph random = random_of(run, number);
    f[0] = rc_move(T, make_graph(T, &random, run->settings[SETTING_ORDER] != 0));
    s.failed = loc_is_null(f[0]);
    if (!s.failed)
        find_components(&s, rc_dup(T, f[0]));
    if (s.failed)
        workload_out_of_memory(run);
    else
        judge(run, number, &s);
    uint64_t places = run->settings[SETTING_KEPT];
    if (!s.failed && places > 0)
        list_set(T, kept, number / run->threads % places, rc_own(T, cell_take(&f[0])));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return mix64(s.squares) + s.components;
}

static uint64_t graph_work(struct thread *T, struct workload_run *run, unsigned index)
{
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    f[0] = rc_move(T, places_new(T, run->settings[SETTING_KEPT]));
    if (loc_is_null(f[0]))
        workload_out_of_memory(run);
    for (uint64_t i = index; i < graphs_of(run) && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        sum += run_graph(T, run, i, f[0]);
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t graph_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    verdict_close(run, graphs_of(run));
    return 0;
}

const struct workload workload_graph = {
    .name = "graph",
    .summary = "finds the strongly connected components of random graphs of objects",
    .tags = "classic,cycles",
    .source = "R. Tarjan, SIAM Journal on Computing 1972",
    .settings = graph_settings,
    .heap = true,
    .bytes = 256 << 20,
    .setup = graph_setup,
    .work = graph_work,
    .teardown = graph_teardown,
};
