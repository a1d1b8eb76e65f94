/*
 * deep_drop: deep structures are made, walked and dropped at once.
 *
 * Who ends an object ends what it refers to; done by recursion, that takes as much stack as a structure is deep, and CPython needs
 * a trashcan for it.  Here the end of the first node is the end of all, one after another, off a list (runtimes/object/death.c).
 * Shapes: a list, each of whose nodes refers to the next; a tree like a comb, which goes as deep by its first children and has at
 * every level a second child, a leaf; and a cyclic one, a list whose nodes refer back as well, so that only the collector ends it.
 * Stresses: ends of many objects at a time, by counting or by the collector; and memory that goes back all at once.  How long each
 * drop takes is noted as the latency of a request: where ends come later, or never, it is short, and the rest is elsewhere.
 * Parameters: the shape, and how deep it is.
 *
 * Node n has the number n, and structures are of consecutive nodes, as many in all for every depth; they are dealt to threads
 * in turn.
 * Validation: what the walks found is compared with a sum over plain numbers.
 * Source: the trashcan tests of CPython's Lib/test/test_gc.py; recursion-free ends as in J. Weizenbaum, "Symmetric List Processor",
 * CACM 1963.
 */
#include "alloc/base/os.h"
#include "bench/trial/latency.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { NODES = 3000000 };

enum shape { SHAPE_LIST, SHAPE_TREE, SHAPE_CYCLIC };
static const char *const shapes[] = {"list", "tree", "cyclic"};

enum { SET_SHAPE, SET_DEPTH };
static const struct setting deep_drop_settings[] = {
    {"shape", "of the structures", SHAPE_LIST, SHAPE_LIST, SHAPE_CYCLIC, shapes},
    {"depth", "of a structure, in nodes", 100000, 10, 1000000, NULL},
    {0},
};

/* `other` is None, a leaf of a tree, or the node before. */
static const char *const node_fields[] = {"number", "next", "other"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NUMBER, NEXT, OTHER };

struct drops {
    _Atomic uint64_t found; /* by all walks */
};

/* Nodes of a structure, if there are enough: a tree has two at each level. */
static uint64_t size_of(const struct workload_run *run)
{
    return run->settings[SET_DEPTH] * (run->settings[SET_SHAPE] == SHAPE_TREE ? 2 : 1);
}

static uint64_t structures_of(const struct workload_run *run)
{
    return (run->operations + size_of(run) - 1) / size_of(run);
}

static uint64_t weigh(uint64_t number) { return mix64(number) >> 8; }

/* --- making ------------------------------------------------------------------------------------- */

/* Node(number, next, other); both are consumed.  Null if there is no memory. */
static rc_ref make_node(struct thread *T, uint64_t number, rc_ref next, rc_ref other)
{
    thread_safepoint(T);
    rc_ref fields[] = {int_new(T, (int64_t)number), next, other};
    if (ref_is_null(fields[NUMBER]) || ref_is_null(fields[OTHER]))
        return obj_refuse(T, node_type.fields, fields);
    return instance_new(T, &node_type, fields);
}

/* What a new node has beside the next one: a leaf if it is of a tree and `number` is below `end`. */
static rc_ref make_other(struct thread *T, enum shape shape, uint64_t number, uint64_t end)
{
    thread_safepoint(T);
    if (shape == SHAPE_TREE && number < end)
        return make_node(T, number, none_ref(T), none_ref(T));
    return none_ref(T);
}

/* The first of the nodes [begin, end), made from the last on; null if there is no memory. */
static rc_ref make_structure(struct thread *T, enum shape shape, uint64_t begin, uint64_t end)
{
    RC_FRAME(T, f, 2);
    enum { FIRST, MADE };
    const uint64_t step = shape == SHAPE_TREE ? 2 : 1;
    thread_safepoint(T);
    bool ok = true;
    f[FIRST] = rc_move(T, none_ref(T));
    for (uint64_t left = (end - begin + step - 1) / step; ok && left > 0; left--) {
        thread_safepoint(T);
        uint64_t number = begin + (left - 1) * step;
        rc_ref other = make_other(T, shape, number + 1, end);
        f[MADE] = rc_move(T, make_node(T, number, rc_own(T, rc_dup(T, f[FIRST])), other));
        ok = !loc_is_null(f[MADE]);
        if (ok && shape == SHAPE_CYCLIC && !obj_is_none(obj_get(f[FIRST])))
            instance_set(T, f[FIRST], OTHER, rc_own(T, rc_dup(T, f[MADE])));
        cell_set(T, &f[FIRST], cell_take(&f[MADE]));
    }
    rc_ref first = rc_own(T, cell_take(&f[FIRST]));
    RC_LEAVE(T, f);
    return first;
}

/* --- walking and dropping ----------------------------------------------------------------------- */

/* The weight of a node, an argument. */
static uint64_t read_node(struct thread *T, rc_loc node)
{
    RC_FRAME(T, f, 2);
    f[0] = node;
    thread_safepoint(T);
    f[1] = instance_get(T, f[0], NUMBER);
    uint64_t weight = weigh((uint64_t)int_value(obj_get(f[1])));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return weight;
}

/* The weight of what a node, an argument, has beside the next one, if it is a leaf of its own. */
static uint64_t read_other(struct thread *T, enum shape shape, rc_loc node)
{
    RC_FRAME(T, f, 2);
    f[0] = node;
    thread_safepoint(T);
    f[1] = instance_get(T, f[0], OTHER);
    uint64_t weight = 0;
    if (shape == SHAPE_TREE && !obj_is_none(obj_get(f[1])))
        weight = read_node(T, cell_take(&f[1]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return weight;
}

/* The weight of all nodes from this one, an argument, on. */
static uint64_t walk(struct thread *T, enum shape shape, rc_loc first)
{
    RC_FRAME(T, f, 1);
    f[0] = first;
    thread_safepoint(T);
    uint64_t sum = 0;
    while (!obj_is_none(obj_get(f[0]))) {
        thread_safepoint(T);
        sum += read_node(T, rc_dup(T, f[0])) + read_other(T, shape, rc_dup(T, f[0]));
        cell_set(T, &f[0], instance_get(T, f[0], NEXT));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t make_walk_drop(struct thread *T, struct workload_run *run, unsigned index,
                               uint64_t structure)
{
    RC_FRAME(T, f, 1);
    const enum shape shape = (enum shape)run->settings[SET_SHAPE];
    uint64_t begin = structure * size_of(run);
    uint64_t end = begin + size_of(run) < run->operations ? begin + size_of(run) : run->operations;
    thread_safepoint(T);
    uint64_t sum = 0;
    f[0] = rc_move(T, make_structure(T, shape, begin, end));
    if (loc_is_null(f[0]))
        workload_out_of_memory(run);
    else
        sum = walk(T, shape, rc_dup(T, f[0]));
    uint64_t begin_ns = os_clock_ns();
    rc_clear(T, &f[0]);
    latency_note(run->latency, index, begin_ns, os_clock_ns());
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t deep_drop_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct drops *drops = run->input;
    uint64_t sum = 0;
    for (uint64_t i = index; i < structures_of(run) && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        sum += make_walk_drop(T, run, index, i);
    }
    fetch_add_relaxed(&drops->found, sum);
    return sum;
}

static bool deep_drop_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = NODES / run->divisor;
    run->input = calloc(1, sizeof(struct drops));
    run->latency = latency_create(run->threads, structures_of(run) / run->threads + 1);
    bool ok = run->input != NULL && run->latency != NULL;
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for %" PRIu64 " latencies",
                 structures_of(run));
    return ok;
}

static uint64_t deep_drop_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    const struct drops *drops = run->input;
    if (run->problem[0] == '\0' && !workload_failed(run)) {
        uint64_t expected = 0;
        for (uint64_t number = 0; number < run->operations; number++)
            expected += weigh(number);
        uint64_t found = load_relaxed(&drops->found);
        if (found != expected)
            snprintf(run->problem, sizeof(run->problem),
                     "nodes: expected the sum %#" PRIx64 ", found %#" PRIx64, expected, found);
    }
    free(run->input);
    run->input = NULL;
    return 0;
}

const struct workload workload_deep_drop = {
    .name = "deep_drop",
    .summary = "makes, walks and drops lists, trees or cycles of 100,000 nodes, and tells how long "
               "drops take",
    .tags = "cycles",
    .source = "trashcan tests of CPython",
    .settings = deep_drop_settings,
    .heap = true,
    .bytes = 512 << 20,
    .setup = deep_drop_setup,
    .work = deep_drop_work,
    .teardown = deep_drop_teardown,
};
