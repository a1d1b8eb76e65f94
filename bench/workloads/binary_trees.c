/*
 * binary_trees: makes, checks and drops binary trees of many depths beside one long-lived tree.
 *
 * Idea: objects that die together, most of them young; trees of over 700 nodes make the collector look in vain.  As many
 * nodes are made in trees of each depth: few high trees, many low ones.  Trees are dealt to threads one by one.
 * Validation: every tree has 2^(depth+1) - 1 nodes, as the published outputs have it ("1024 trees of depth 4, check: 31744").
 * Source: J. Ellis, P. Kovac, H. Boehm, GCBench, 1997, in the form it has in the Computer Language Benchmarks Game.
 */
#include "bench/trial/verdict.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/none.h"

#include <inttypes.h>

enum { DEPTH_MIN = 4, DEPTH_MAX = 15, DEPTH_STEP = 2 };

static const char *const node_fields[] = {"left", "right"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NODE_LEFT, NODE_RIGHT };

/* How many trees of a depth; halved with every level, so that each depth has as many nodes. */
static unsigned trees_of(const struct workload_run *run, unsigned depth)
{
    unsigned trees = (1U << (DEPTH_MAX + DEPTH_MIN - depth)) / run->divisor;
    return trees > 0 ? trees : 1;
}

static uint64_t nodes_of(unsigned depth) { return (UINT64_C(2) << depth) - 1; }

static bool binary_trees_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = nodes_of(DEPTH_MAX);
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        run->operations += trees_of(run, depth) * nodes_of(depth);
    return verdict_create(run, 0);
}

/* A tree of `depth` levels of nodes below its root; null if there is no memory. */
static rc_ref make_tree(struct thread *T, unsigned depth)
{
    thread_safepoint(T);
    if (depth == 0)
        return instance_new(T, &node_type, (rc_ref[]){none_ref(T), none_ref(T)});
    RC_FRAME(T, f, 2);
    rc_ref node = RC_NULL_REF;
    f[NODE_LEFT] = rc_move(T, make_tree(T, depth - 1));
    f[NODE_RIGHT] = rc_move(T, make_tree(T, depth - 1));
    if (!loc_is_null(f[NODE_LEFT]) && !loc_is_null(f[NODE_RIGHT])) {
        rc_ref left = rc_own(T, cell_take(&f[NODE_LEFT]));
        rc_ref right = rc_own(T, cell_take(&f[NODE_RIGHT]));
        node = instance_new(T, &node_type, (rc_ref[]){left, right});
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return node;
}

/* How many nodes the tree has; `tree` is an argument, the callee's. */
static uint64_t check_tree(struct thread *T, rc_loc tree)
{
    RC_FRAME(T, f, 2);
    enum { SELF, CHILD };
    f[SELF] = tree;
    thread_safepoint(T);
    uint64_t nodes = 1;
    f[CHILD] = instance_get(T, f[SELF], NODE_LEFT);
    if (!obj_is_none(obj_get(f[CHILD]))) {
        nodes += check_tree(T, rc_dup(T, f[CHILD]));
        cell_set(T, &f[CHILD], instance_get(T, f[SELF], NODE_RIGHT));
        nodes += check_tree(T, rc_dup(T, f[CHILD]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return nodes;
}

/* Counts the nodes of `tree`, an argument, and judges the number. */
static uint64_t judge_tree(struct thread *T, struct workload_run *run, rc_loc tree, unsigned depth)
{
    uint64_t nodes = check_tree(T, tree);
    if (nodes != nodes_of(depth))
        verdict_wrong(run, "a tree of depth %u has %" PRIu64 " nodes, expected %" PRIu64, depth,
                      nodes, nodes_of(depth));
    return nodes;
}

/* tree = make_tree(depth); return check_tree(tree) */
static uint64_t make_and_check(struct thread *T, struct workload_run *run, unsigned depth)
{
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    uint64_t nodes = 0;
    f[0] = rc_move(T, make_tree(T, depth));
    if (loc_is_null(f[0]))
        workload_out_of_memory(run);
    else
        nodes = judge_tree(T, run, rc_dup(T, f[0]), depth);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return nodes;
}

static uint64_t short_lived(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    uint64_t right = 0;
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        for (unsigned tree = index; tree < trees_of(run, depth) && !workload_failed(run);
             tree += run->threads) {
            uint64_t nodes = make_and_check(T, run, depth);
            sum += nodes * depth;
            right += nodes == nodes_of(depth);
        }
    verdict_right(run, right);
    return sum;
}

static uint64_t binary_trees_work(struct thread *T, struct workload_run *run, unsigned index)
{
    if (index != 0)
        return short_lived(T, run, index);
    RC_FRAME(T, f, 1);
    uint64_t sum = 0;
    f[0] = rc_move(T, make_tree(T, DEPTH_MAX)); /* the long-lived tree */
    if (loc_is_null(f[0])) {
        workload_out_of_memory(run);
    } else {
        sum = short_lived(T, run, index);
        uint64_t nodes = judge_tree(T, run, rc_dup(T, f[0]), DEPTH_MAX);
        verdict_right(run, nodes == nodes_of(DEPTH_MAX));
        sum += nodes;
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t binary_trees_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    uint64_t trees = 1; /* the long-lived one */
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        trees += trees_of(run, depth);
    verdict_close(run, trees);
    return 0;
}

const struct workload workload_binary_trees = {
    .name = "binary_trees",
    .summary = "makes, checks and drops binary trees of many depths beside a long-lived one",
    .tags = "classic",
    .suites = "fast,headline",
    .reason =
        "objects made and dropped that nobody shares: what counting and freeing cost by themselves",
    .source = "J. Ellis, P. Kovac, H. Boehm, GCBench, 1997; Computer Language Benchmarks Game",
    .heap = true,
    .bytes = 64 << 20,
    .setup = binary_trees_setup,
    .work = binary_trees_work,
    .teardown = binary_trees_teardown,
};
