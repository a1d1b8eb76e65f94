/* Cases 9 to 14: what counting frees without a collection, and what a collection leaves alone. */
#include "tests/conformance/node.h"
#include "tests/conformance/small_stack.h"
#include "tests/sanitized.h"

static const struct type node_type = NODE_TYPE("Node");

/* Collections of every generation so far. */
static uint64_t collections(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collections;
    return sum;
}

/* --- freed by counting -------------------------------------------------------------------------------------------- */

enum { DEEP = ROUNDS(1000 * 1000), KINDS = 5 };

static rc_ref in_tuple(struct thread *T, rc_ref inner) { return sure_tuple(T, 1, &inner); }

static rc_ref in_list(struct thread *T, rc_ref inner) { return sure_list_from(T, 1, &inner); }

static rc_ref in_node(struct thread *T, rc_ref inner)
{
    return node_new(T, &node_type, inner, RC_NULL_REF);
}

static rc_ref in_dict(struct thread *T, rc_ref inner)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_dict(T));
    f[1] = rc_move(T, none_ref(T));
    sure_entry(T, f[0], f[1], inner);
    rc_clear(T, &f[1]);
    rc_ref outer = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return outer;
}

static rc_ref in_set(struct thread *T, rc_ref inner)
{
    RC_FRAME(T, f, 2);
    f[1] = rc_move(T, inner);
    f[0] = rc_move(T, sure_set(T));
    sure_member(T, f[0], f[1]);
    rc_clear(T, &f[1]);
    rc_ref outer = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return outer;
}

/* Each kind of container in the next, so deep. */
static void drop_deep_nest(struct thread *T)
{
    static rc_ref (*const wrap[KINDS])(struct thread * T, rc_ref inner) = {
        in_tuple, in_list, in_node, in_dict, in_set};
    rc_ref nest = sure_text(T, "innermost");
    for (size_t i = 0; i < DEEP; i++)
        nest = wrap[i % KINDS](T, nest);
    EXPECT_OBJECTS(T, DEEP + 1);
    rc_release(T, nest);
    EXPECT_OBJECTS(T, 0);
}

void case_deep_nest_1M(struct thread *T)
{
    case_needs_frees();
    gc_enable(false);
    small_stack_run(T, drop_deep_nest);
    EXPECT_EQUAL(collections(), 0, "collections");
}

/* A hundred lists, each of which holds all that were made before it: 4950 references. */
void case_dag_dropped(struct thread *T)
{
    case_needs_frees();
    enum { LISTS = 100 };
    RC_FRAME(T, f, LISTS);
    for (size_t i = 0; i < LISTS; i++) {
        f[i] = rc_move(T, sure_list(T, 0));
        for (size_t j = 0; j < i; j++)
            sure_append(T, f[i], cell_ref(T, f[j]));
    }
    for (size_t i = 0; i < LISTS - 1; i++)
        rc_clear(T, &f[i]);
    EXPECT_OBJECTS(T, LISTS);
    rc_clear(T, &f[LISTS - 1]);
    EXPECT_OBJECTS(T, 0);
    EXPECT_EQUAL(collections(), 0, "collections");
    EXPECT_COLLECTED(T, 0);
    RC_LEAVE(T, f);
}

/* --- left alone --------------------------------------------------------------------------------------------------- */

/* A node with a text that refers to itself through a list, and to nothing else. */
static void expect_intact(struct thread *T, rc_loc node)
{
    RC_FRAME(T, f, 2);
    EXPECT(node_says(T, node, NODE_CARGO, "cargo"), "the node has its text");
    f[0] = instance_get(T, node, NODE_LINK);
    EXPECT_EQUAL(list_length(T, f[0]), 1, "length of the list");
    EXPECT_EQUAL(obj_refcount(T, f[0]), 2, "references to the list");
    f[1] = list_get(T, f[0], 0);
    EXPECT(rc_get(f[1]) == rc_get(node), "the list holds the node");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(obj_refcount(T, node), 2, "references to the node");
    RC_LEAVE(T, f);
}

void case_cycle_with_root(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node_new(T, &node_type, RC_NULL_REF, sure_text(T, "cargo")));
    instance_set(T, f[0], NODE_LINK, in_list(T, cell_ref(T, f[0])));
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++) {
        EXPECT_EQUAL(gc_collect(T, generation), 0, "unreachable containers");
        expect_intact(T, f[0]);
    }
    EXPECT_COLLECTED(T, 0);
    expect_intact(T, f[0]);
    EXPECT_OBJECTS(T, 3);
    rc_clear(T, &f[0]);
    EXPECT_COLLECTED(T, 2);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

/* A ring of three refers to a ring of two, which has a root as well. */
void case_two_scc_chain(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_ring(T, &node_type, 3, NULL));
    f[1] = rc_move(T, node_ring(T, &node_type, 2, NULL));
    instance_set(T, f[0], NODE_CARGO, cell_ref(T, f[1]));
    rc_clear(T, &f[0]);
    EXPECT_COLLECTED(T, 3);
    EXPECT_OBJECTS(T, 2);
    EXPECT_EQUAL(node_ring_length(T, f[1]), 2, "nodes of the ring with a root");
    EXPECT_EQUAL(obj_refcount(T, f[1]), 2, "references to its first");
    rc_clear(T, &f[1]);
    EXPECT_COLLECTED(T, 2);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

/* Twice collected, and then no more. */
static void expect_survives(struct thread *T)
{
    for (int i = 0; i < 2; i++) {
        EXPECT_COLLECTED(T, 0);
        EXPECT_OBJECTS(T, 3);
    }
}

static void expect_ends(struct thread *T)
{
    EXPECT_OBJECTS(T, 3);
    EXPECT_COLLECTED(T, 3);
    EXPECT_OBJECTS(T, 0);
}

/* What native code keeps: an owned reference in no frame, and a slot of no object. */
void case_held_by_c_handle(struct thread *T)
{
    case_needs_frees();
    static rc_slot global;
    rc_ref handle = node_ring(T, &node_type, 3, NULL);
    expect_survives(T);
    rc_store(T, NULL, &global, handle);
    expect_survives(T);
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &global);
    EXPECT_EQUAL(node_ring_length(T, f[0]), 3, "nodes of the ring");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    handle = rc_xchg(T, NULL, &global, RC_NULL_REF);
    expect_survives(T);
    rc_release(T, handle);
    expect_ends(T);
}

/* A ring that an untraversed container holds: it is held by a cell at first, then by garbage, and ends with that. */
void case_untraversed_container(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, node_untraversed(T, node_ring(T, &node_type, 3, NULL)));
    for (int i = 0; i < 2; i++) {
        EXPECT_COLLECTED(T, 0);
        EXPECT_OBJECTS(T, 4);
        f[1] = tuple_get(T, f[0], 0);
        EXPECT_EQUAL(node_ring_length(T, f[1]), 3, "nodes of the ring");
        rc_clear(T, &f[1]);
    }
    f[2] = rc_move(T, node_loop(T, &node_type, cell_own(T, &f[0])));
    EXPECT_COLLECTED(T, 0);
    EXPECT_OBJECTS(T, 5);
    rc_clear(T, &f[2]);
    EXPECT_COLLECTED(T, 1);
    expect_ends(T);
    RC_LEAVE(T, f);
}
