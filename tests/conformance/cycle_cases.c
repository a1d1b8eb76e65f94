/* Cases 1 to 8: cycles through each kind of container, and how much of them a collection finds. */
#include "tests/conformance/node.h"
#include "tests/conformance/small_stack.h"
#include "tests/sanitized.h"

static const struct type node_type = NODE_TYPE("Node");

/* All that is alive waits for a collection, which finds the containers and ends everything. */
static void expect_garbage(struct thread *T, size_t containers, size_t objects)
{
    EXPECT_OBJECTS(T, objects);
    EXPECT_COLLECTED(T, containers);
    EXPECT_OBJECTS(T, 0);
    EXPECT_COLLECTED(T, 0);
}

static void set_item(struct thread *T, rc_loc dict, const char *key, rc_ref value)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_text(T, key));
    sure_entry(T, dict, f[0], value);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A list that holds itself so often. */
static void leave_self_list(struct thread *T, int times)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    for (int i = 0; i < times; i++)
        sure_append(T, f[0], cell_ref(T, f[0]));
    EXPECT_EQUAL(obj_refcount(T, f[0]), 1 + times, "references to the list");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_self_list(struct thread *T)
{
    case_needs_frees();
    leave_self_list(T, 1);
    expect_garbage(T, 1, 1);
}

/* Both ways round: as a value and, by identity, as a key. */
void case_self_dict(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_dict(T));
    set_item(T, f[0], "self", cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    expect_garbage(T, 1, 2);
    f[0] = rc_move(T, sure_dict(T));
    sure_entry(T, f[0], f[0], sure_text(T, "self"));
    rc_clear(T, &f[0]);
    expect_garbage(T, 1, 2);
    RC_LEAVE(T, f);
}

/* t = (l,), l = [t] */
void case_tuple_list(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    rc_ref item = cell_ref(T, f[0]);
    sure_append(T, f[0], sure_tuple(T, 1, &item));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    expect_garbage(T, 2, 2);
}

void case_self_instance(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_loop(T, &node_type, RC_NULL_REF));
    expect_garbage(T, 1, 1);
}

/* a.d = {k: b}, b.a = a */
void case_pair_via_dict(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, &node_type, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, sure_dict(T));
    set_item(T, f[1], "k", node_new(T, &node_type, cell_ref(T, f[0]), RC_NULL_REF));
    instance_set(T, f[0], NODE_LINK, cell_own(T, &f[1]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    expect_garbage(T, 3, 4);
}

/* s = {i}, i.s = s */
void case_set_member(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_set(T));
    f[1] = rc_move(T, node_new(T, &node_type, cell_ref(T, f[0]), RC_NULL_REF));
    sure_member(T, f[0], f[1]);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    expect_garbage(T, 2, 2);
}

void case_dup_edges(struct thread *T)
{
    case_needs_frees();
    leave_self_list(T, 3);
    expect_garbage(T, 1, 1);
}

enum { RING = ROUNDS(1000 * 1000) };

static void drop_ring(struct thread *T)
{
    gc_enable(false);
    rc_release(T, node_ring(T, &node_type, RING, NULL));
    expect_garbage(T, RING, RING);
}

/* Whatever follows references from one node to the next, on the stack, ends here. */
void case_ring_1M(struct thread *T)
{
    case_needs_frees();
    small_stack_run(T, drop_ring);
}
