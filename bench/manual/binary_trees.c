/*
 * binary_trees, freed by hand: bench/workloads/binary_trees.c says what it does.
 *
 * A tree owns its nodes; who has looked at it frees it, from the leaves up.
 */
#include "bench/manual/memory.h"
#include "bench/manual/work.h"

#include <inttypes.h>

enum { DEPTH_MIN = 4, DEPTH_MAX = 15, DEPTH_STEP = 2 };

struct node {
    struct node *left;
    struct node *right;
};

static unsigned trees_of(unsigned depth) { return 1U << (DEPTH_MAX + DEPTH_MIN - depth); }

static uint64_t nodes_of(unsigned depth) { return (UINT64_C(2) << depth) - 1; }

static bool binary_trees_setup(struct work_run *run)
{
    run->operations = nodes_of(DEPTH_MAX);
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        run->operations += trees_of(depth) * nodes_of(depth);
    return true;
}

static void free_tree(struct node *tree)
{
    if (tree == NULL)
        return;
    free_tree(tree->left);
    free_tree(tree->right);
    memory_free(tree);
}

static struct node *make_node(struct node *left, struct node *right)
{
    struct node *node = memory_alloc(sizeof(*node));
    if (node != NULL)
        *node = (struct node){left, right};
    return node;
}

/* NULL if there is no memory. */
static struct node *make_tree(unsigned depth)
{
    if (depth == 0)
        return make_node(NULL, NULL);
    struct node *left = make_tree(depth - 1);
    struct node *right = make_tree(depth - 1);
    struct node *node = left != NULL && right != NULL ? make_node(left, right) : NULL;
    if (node == NULL) {
        free_tree(left);
        free_tree(right);
    }
    return node;
}

static uint64_t check_tree(const struct node *tree)
{
    return tree->left != NULL ? 1 + check_tree(tree->left) + check_tree(tree->right) : 1;
}

static uint64_t judge_tree(struct work_run *run, const struct node *tree, unsigned depth)
{
    uint64_t nodes = check_tree(tree);
    if (nodes != nodes_of(depth))
        work_wrong(run, "a tree of depth %u has %" PRIu64 " nodes, expected %" PRIu64, depth, nodes,
                   nodes_of(depth));
    return nodes;
}

static uint64_t make_and_check(struct work_run *run, unsigned depth)
{
    struct node *tree = make_tree(depth);
    if (tree == NULL) {
        work_out_of_memory(run);
        return 0;
    }
    uint64_t nodes = judge_tree(run, tree, depth);
    free_tree(tree);
    return nodes;
}

static uint64_t short_lived(struct work_run *run, unsigned index)
{
    uint64_t sum = 0;
    uint64_t trees = 0;
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        for (unsigned tree = index; tree < trees_of(depth) && !work_failed(run);
             tree += run->threads, trees++)
            sum += make_and_check(run, depth) * depth;
    work_right(run, trees);
    return sum;
}

static uint64_t binary_trees_work(struct work_run *run, unsigned index)
{
    if (index != 0)
        return short_lived(run, index);
    struct node *tree = make_tree(DEPTH_MAX); /* the long-lived one */
    if (tree == NULL) {
        work_out_of_memory(run);
        return 0;
    }
    uint64_t sum = short_lived(run, index) + judge_tree(run, tree, DEPTH_MAX);
    free_tree(tree);
    return sum;
}

static void binary_trees_teardown(struct work_run *run)
{
    uint64_t trees = 0;
    for (unsigned depth = DEPTH_MIN; depth <= DEPTH_MAX; depth += DEPTH_STEP)
        trees += trees_of(depth);
    work_close(run, trees);
}

const struct work work_binary_trees = {
    .name = "binary_trees",
    .summary = "makes, checks and frees binary trees of many depths beside a long-lived one",
    .tags = "classic",
    .suites = "fast,headline",
    .source = "J. Ellis, P. Kovac, H. Boehm, GCBench, 1997; Computer Language Benchmarks Game",
    .bytes = 64 << 20,
    .setup = binary_trees_setup,
    .work = binary_trees_work,
    .teardown = binary_trees_teardown,
};
