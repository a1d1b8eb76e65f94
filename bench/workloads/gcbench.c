/*
 * gcbench: short-lived trees of many depths beside a long-lived tree and a large array of numbers.
 *
 * Idea: how an allocator and a collector do when objects of all ages are there.  First a tree is made and dropped that is larger
 * than any later one, to stretch the heap.  Then trees of each depth are made in two ways: top down, where each node is made first and
 * its children are stored into it, so that old objects refer to young ones; and bottom up, where children are made first.  The
 * large array is a list of floats, one object each.
 * As in the original, as many nodes are made of each depth in each way, twice as many as the stretching tree has; depths are smaller here,
 * that a trial takes less than a second.  Trees are dealt to threads one by one; what lives long is made before, and all can reach it.
 * Validation: every tree has 2^(depth+1) - 1 nodes, counted before it is dropped; at the end the long-lived tree and the sum of the array
 * are as they were.
 * Settings: depths and the length of the array.
 * Source: J. Ellis, P. Kovac, H. Boehm, GCBench, 1997.
 */
#include "bench/trial/field.h"
#include "bench/trial/verdict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/list.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>

enum { DEPTH_MIN = 4, DEPTH_STEP = 2 };

enum { SETTING_DEPTH, SETTING_LONG_LIVED, SETTING_ARRAY };
static const struct setting gcbench_settings[] = {
    {"depth", "levels of the highest short-lived trees; those that stretch the heap have two more",
     14, 6, 16, NULL},
    {"long_lived", "levels of the tree that lives long", 14, 4, 18, NULL},
    {"array", "floats in the list that lives long", 250000, 1000, 2000000, NULL},
    {0},
};

static const char *const node_fields[] = {"left", "right", "i", "j"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NODE_LEFT, NODE_RIGHT };

enum root { ROOT_TREE, ROOT_ARRAY, ROOT_LENGTH };

static uint64_t nodes_of(uint64_t depth) { return (UINT64_C(2) << depth) - 1; }

/* In tests one level less for each factor of two: about as much less work. */
static uint64_t lowered(const struct workload_run *run, uint64_t depth)
{
    for (unsigned divisor = run->divisor; divisor > 1 && depth > DEPTH_MIN; divisor /= 2)
        depth--;
    return depth;
}

/* Of the short-lived trees. */
static uint64_t highest(const struct workload_run *run)
{
    return lowered(run, run->settings[SETTING_DEPTH]);
}

static uint64_t long_lived(const struct workload_run *run)
{
    return lowered(run, run->settings[SETTING_LONG_LIVED]);
}

static uint64_t array_length(const struct workload_run *run)
{
    return (run->settings[SETTING_ARRAY] + run->divisor - 1) / run->divisor;
}

/* How many trees of a depth are made in each of the two ways. */
static uint64_t trees_of(const struct workload_run *run, uint64_t depth)
{
    return 2 * nodes_of(highest(run) + 2) / nodes_of(depth);
}

/* --- trees; null if there is no memory ---------------------------------------------------------------------------- */

static rc_ref make_node(struct thread *T, rc_ref left, rc_ref right)
{
    return instance_from(T, &node_type, (rc_ref[]){left, right, int_new(T, 0), int_new(T, 0)});
}

/* Gives `node`, an argument, that many levels of nodes below it. */
static bool populate(struct thread *T, rc_loc node, uint64_t depth)
{
    RC_FRAME(T, f, 2);
    enum { NODE, CHILD };
    f[NODE] = node;
    thread_safepoint(T);
    bool ok = true;
    for (uint32_t side = NODE_LEFT; ok && depth > 0 && side <= NODE_RIGHT; side++) {
        thread_safepoint(T);
        rc_ref child = make_node(T, none_ref(T), none_ref(T));
        ok = !ref_is_null(child);
        if (ok)
            instance_set(T, f[NODE], side, child);
    }
    for (uint32_t side = NODE_LEFT; ok && depth > 0 && side <= NODE_RIGHT; side++) {
        thread_safepoint(T);
        f[CHILD] = instance_get(T, f[NODE], side);
        ok = populate(T, cell_take(&f[CHILD]), depth - 1);
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static rc_ref make_top_down(struct thread *T, uint64_t depth)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, make_node(T, none_ref(T), none_ref(T)));
    bool ok = !loc_is_null(f[0]) && populate(T, rc_dup(T, f[0]), depth);
    rc_ref tree = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return tree;
}

static rc_ref make_bottom_up(struct thread *T, uint64_t depth)
{
    thread_safepoint(T);
    if (depth == 0)
        return make_node(T, none_ref(T), none_ref(T));
    RC_FRAME(T, f, 2);
    f[NODE_LEFT] = rc_move(T, make_bottom_up(T, depth - 1));
    if (!loc_is_null(f[NODE_LEFT]))
        f[NODE_RIGHT] = rc_move(T, make_bottom_up(T, depth - 1));
    rc_ref node = RC_NULL_REF;
    if (!loc_is_null(f[NODE_RIGHT])) {
        rc_ref left = rc_own(T, cell_take(&f[NODE_LEFT]));
        node = make_node(T, left, rc_own(T, cell_take(&f[NODE_RIGHT])));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return node;
}

/* How many nodes the tree has; `tree` is an argument. */
static uint64_t count_nodes(struct thread *T, rc_loc tree)
{
    RC_FRAME(T, f, 2);
    enum { SELF, CHILD };
    f[SELF] = tree;
    thread_safepoint(T);
    uint64_t nodes = 1;
    for (uint32_t side = NODE_LEFT; side <= NODE_RIGHT; side++) {
        thread_safepoint(T);
        f[CHILD] = instance_get(T, f[SELF], side);
        if (!loc_is_none(f[CHILD]))
            nodes += count_nodes(T, cell_take(&f[CHILD]));
        rc_drop(T, cell_take(&f[CHILD]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return nodes;
}

/* Counts the nodes of `tree`, an argument or null, and judges the number. */
static uint64_t judge_tree(struct thread *T, struct workload_run *run, rc_loc tree, uint64_t depth)
{
    if (loc_is_null(tree)) {
        workload_out_of_memory(run);
        return 0;
    }
    uint64_t nodes = count_nodes(T, tree);
    if (nodes != nodes_of(depth))
        verdict_wrong(run, "a tree of depth %" PRIu64 " has %" PRIu64 " nodes, expected %" PRIu64,
                      depth, nodes, nodes_of(depth));
    return nodes;
}

typedef rc_ref make_tree(struct thread *T, uint64_t depth);

/* tree = make(depth); return count_nodes(tree) */
static uint64_t make_and_drop(struct thread *T, struct workload_run *run, make_tree *make,
                              uint64_t depth)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_move(T, make(T, depth));
    uint64_t nodes = judge_tree(T, run, cell_take(&f[0]), depth);
    RC_LEAVE(T, f);
    return nodes;
}

/* --- what lives long ---------------------------------------------------------------------------------------------- */

/* [1.0, 1/2, 1/3, ...] */
static rc_ref make_array(struct thread *T, uint64_t length)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[0]);
    for (uint64_t i = 0; ok && i < length; i++) {
        thread_safepoint(T);
        rc_ref number = float_new(T, 1.0 / (double)(i + 1));
        ok = !ref_is_null(number) && list_append(T, f[0], number);
    }
    rc_ref array = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return array;
}

/* (tree, array), or null. */
static rc_ref make_root(struct thread *T, struct workload_run *run)
{
    rc_ref tree = make_top_down(T, long_lived(run));
    if (ref_is_null(tree))
        return RC_NULL_REF;
    rc_ref array = make_array(T, array_length(run));
    if (!ref_is_null(array))
        return tuple_new(T, ROOT_LENGTH, (rc_ref[]){tree, array});
    rc_release(T, tree);
    return RC_NULL_REF;
}

static bool is_item(rc_loc number, uint64_t i)
{
    double rest = float_value(obj_get(number)) * (double)(i + 1) - 1.0;
    return rest < 1e-9 && rest > -1e-9;
}

/* Whether each item of `array`, borrowed, is what it was made as. */
static void judge_array(struct thread *T, struct workload_run *run, rc_loc array)
{
    RC_FRAME(T, f, 1);
    uint64_t right = 0;
    for (uint64_t i = 0; i < array_length(run); i++) {
        thread_safepoint(T);
        f[0] = list_get(T, array, i);
        right += is_item(f[0], i) ? 1 : 0;
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
    verdict_judge(run, right == array_length(run),
                  "%" PRIu64 " items of the long-lived array are right, expected %" PRIu64, right,
                  array_length(run));
}

static void judge_root(struct thread *T, struct workload_run *run)
{
    RC_FRAME(T, f, 2);
    enum { ROOT, ITEM };
    f[ROOT] = rc_load(T, NULL, &run->root);
    f[ITEM] = tuple_get(T, f[ROOT], ROOT_TREE);
    uint64_t nodes = judge_tree(T, run, cell_take(&f[ITEM]), long_lived(run));
    verdict_right(run, nodes == nodes_of(long_lived(run)));
    f[ITEM] = tuple_get(T, f[ROOT], ROOT_ARRAY);
    judge_array(T, run, f[ITEM]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

/* --- the workload ------------------------------------------------------------------------------------------------- */

/* How many results there are, and in *nodes the nodes of all trees that are made while time is measured. */
static uint64_t results_of(const struct workload_run *run, uint64_t *nodes)
{
    uint64_t results = 3; /* the tree that stretches the heap, the long-lived one, and the array */
    *nodes = nodes_of(highest(run) + 2);
    for (uint64_t depth = DEPTH_MIN; depth <= highest(run); depth += DEPTH_STEP) {
        results += 2 * trees_of(run, depth);
        *nodes += 2 * trees_of(run, depth) * nodes_of(depth);
    }
    return results;
}

static bool gcbench_setup(struct thread *T, struct workload_run *run)
{
    results_of(run, &run->operations);
    if (!verdict_create(run, 0))
        return false;
    rc_ref root = make_root(T, run);
    if (ref_is_null(root)) {
        snprintf(run->problem, sizeof(run->problem),
                 "no memory for a tree of depth %" PRIu64 " and %" PRIu64 " floats",
                 long_lived(run), array_length(run));
        return false;
    }
    rc_store(T, NULL, &run->root, root);
    return true;
}

static uint64_t gcbench_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    uint64_t right = 0;
    if (index == 0) {
        sum += make_and_drop(T, run, make_bottom_up, highest(run) + 2);
        right += sum == nodes_of(highest(run) + 2);
    }
    for (uint64_t depth = DEPTH_MIN; depth <= highest(run); depth += DEPTH_STEP)
        for (uint64_t tree = index; tree < 2 * trees_of(run, depth) && !workload_failed(run);
             tree += run->threads) {
            thread_safepoint(T);
            make_tree *make = tree < trees_of(run, depth) ? make_top_down : make_bottom_up;
            uint64_t nodes = make_and_drop(T, run, make, depth);
            sum += nodes * depth;
            right += nodes == nodes_of(depth);
        }
    verdict_right(run, right);
    return sum;
}

static uint64_t gcbench_teardown(struct thread *T, struct workload_run *run)
{
    uint64_t nodes;
    if (rc_peek(&run->root) != NULL)
        judge_root(T, run);
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    verdict_close(run, results_of(run, &nodes));
    return 0;
}

const struct workload workload_gcbench = {
    .name = "gcbench",
    .summary = "makes and drops trees, top down and bottom up, beside a long-lived tree and array",
    .tags = "classic",
    .source = "J. Ellis, P. Kovac, H. Boehm, GCBench, 1997",
    .settings = gcbench_settings,
    .heap = true,
    .bytes = 256 << 20,
    .setup = gcbench_setup,
    .work = gcbench_work,
    .teardown = gcbench_teardown,
};
