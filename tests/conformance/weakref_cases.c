/* Cases 30, 32 to 35 and 37: when weak references become null, and who is called back. */
#include "tests/conformance/weakref.h"

static const struct type node_type = NODE_TYPE("Node");

static rc_ref node(struct thread *T, rc_ref cargo)
{
    return node_new(T, &node_type, RC_NULL_REF, cargo);
}

static rc_ref loop(struct thread *T, rc_ref cargo) { return node_loop(T, &node_type, cargo); }

/* --- null --------------------------------------------------------------------------------------------------------- */

/* It gives the target while that lives, and takes no part in keeping it. */
void case_W_dead_after_drop(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, node(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], NULL));
    EXPECT_EQUAL(obj_refcount(T, f[0]), 1, "references to a target");
    f[2] = weakref_get(T, f[1]);
    EXPECT(rc_get(f[2]) == rc_get(f[0]), "a weak reference gives its target");
    rc_clear(T, &f[0]);
    case_deaths(T);
    EXPECT(!is_null(T, f[1]), "the target lives while there is another reference");
    rc_clear(T, &f[2]);
    case_deaths(T);
    EXPECT(is_null(T, f[1]), "a weak reference is null after the last drop");
    EXPECT_OBJECTS(T, 1);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* --- called back -------------------------------------------------------------------------------------------------- */

/* The target in the cell ends, and the weak reference in the other is called back, once in all. */
static void expect_call(struct thread *T, rc_loc *target, rc_loc weakref, size_t containers)
{
    const unsigned before = called.calls;
    rc_clear(T, target);
    EXPECT_COLLECTED(T, containers);
    EXPECT_CALLS(before + 1);
    EXPECT(called.last == rc_get(weakref), "a callback is given its weak reference");
    EXPECT_EQUAL(obj_refcount(T, weakref), 1, "references to it afterwards");
    EXPECT(is_null(T, weakref), "it is null");
}

void case_W_callback_live(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], call));
    expect_call(T, &f[0], f[1], 0);
    rc_clear(T, &f[1]);
    f[0] = rc_move(T, loop(T, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], call));
    expect_call(T, &f[0], f[1], 1);
    rc_clear(T, &f[1]);
    EXPECT_COLLECTED(T, 0);
    EXPECT_CALLS(2);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

/* Two loops, each of which has a weak reference to the first. */
void case_W_callback_in_trash(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop(T, RC_NULL_REF));
    instance_set(T, f[0], NODE_CARGO, weak(T, f[0], call));
    f[1] = rc_move(T, loop(T, weak(T, f[0], call)));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    EXPECT_COLLECTED(T, 4);
    EXPECT_CALLS(0);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

static void save_target(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    call(T, weakref);
    f[0] = weakref_get(T, weakref);
    rc_store(T, NULL, &called.saved, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
}

/* Looks through another weak reference to the target: its argument. */
static void save_target_of_other(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    call(T, weakref);
    f[0] = weakref_argument(T, weakref);
    save_target(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void try_to_resurrect(struct thread *T, rc_ref target, size_t containers)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, target);
    f[1] = rc_move(T, weak(T, f[0], save_target));
    f[2] = rc_move(T, sure_weakref(T, f[0], save_target_of_other, cell_ref(T, f[1])));
    rc_clear(T, &f[0]);
    EXPECT_COLLECTED(T, containers);
    EXPECT(rc_peek(&called.saved) == NULL, "nothing was brought back");
    EXPECT_OBJECTS(T, 2);
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

void case_W_callback_cannot_resurrect(struct thread *T)
{
    case_needs_frees();
    try_to_resurrect(T, node(T, RC_NULL_REF), 0);
    EXPECT_CALLS(3);
    try_to_resurrect(T, loop(T, RC_NULL_REF), 1);
    EXPECT_CALLS(6);
    EXPECT_OBJECTS(T, 0);
}

/* --- ended by clearing -------------------------------------------------------------------------------------------- */

/* The argument is a weak reference to other garbage. */
static void look_at_other(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    call(T, weakref);
    f[0] = weakref_argument(T, weakref);
    EXPECT(is_null(T, f[0]), "a weak reference to other garbage is null in the callback");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A weak reference to the old one, which calls back and then looks at one to the young one. */
static rc_ref watch(struct thread *T, rc_loc old, rc_loc young)
{
    return sure_weakref(T, old, look_at_other, weak(T, young, NULL));
}

/* An object of the oldest generation. */
static rc_ref old_node(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node(T, RC_NULL_REF));
    for (unsigned generation = 0; generation < CASE_FULL; generation++)
        gc_collect(T, generation);
    struct container *c = (struct container *)obj_get(f[0]);
    EXPECT_EQUAL(gc_head_generation(&c->gc), CASE_FULL, "generation of an old object");
    rc_ref old = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return old;
}

/* Two young loops are garbage; one of them is all that keeps the old object, whose weak reference calls back when that
 * loop is cleared, before or after the other. */
void case_W_old_gen_callback(struct thread *T)
{
    case_needs_frees();
    enum { OLD, KEEPER, OTHER, WEAK };
    RC_FRAME(T, f, 4);
    for (unsigned keeper_first = 0; keeper_first < 2; keeper_first++) {
        f[OLD] = rc_move(T, old_node(T));
        f[keeper_first ? KEEPER : OTHER] = rc_move(T, loop(T, RC_NULL_REF));
        f[keeper_first ? OTHER : KEEPER] = rc_move(T, loop(T, RC_NULL_REF));
        f[WEAK] = rc_move(T, watch(T, f[OLD], f[OTHER]));
        instance_set(T, f[KEEPER], NODE_CARGO, cell_own(T, &f[OLD]));
        rc_clear(T, &f[KEEPER]);
        rc_clear(T, &f[OTHER]);
        case_deaths(T);
        EXPECT_CALLS(keeper_first);
        EXPECT_EQUAL(gc_collect(T, 0), 2, "unreachable containers");
        EXPECT_OBJECTS(T, 2);
        EXPECT_CALLS(keeper_first + 1);
        rc_clear(T, &f[WEAK]);
    }
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

/* A weak reference is garbage with the loop that keeps its target, which is not: a collection does not come to it. */
static void leave_weakref_in_trash(struct thread *T, rc_loc target, rc_ref keeper)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, loop(T, RC_NULL_REF));
    f[1] = rc_move(T, sure_weakref(T, target, call, cell_ref(T, f[0])));
    instance_set(T, f[0], NODE_LINK, cell_own(T, &f[1]));
    instance_set(T, f[0], NODE_CARGO, keeper);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* The target dies while the garbage is cleared: behind a container that is not traversed, and as an old object that a young
 * collection does not look at. */
void case_W_untraversed_trash(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, node(T, RC_NULL_REF));
    leave_weakref_in_trash(T, f[0], node_untraversed(T, cell_ref(T, f[0])));
    rc_clear(T, &f[0]);
    EXPECT_OBJECTS(T, 4);
    EXPECT_COLLECTED(T, 2);
    EXPECT_OBJECTS(T, 0);
    EXPECT_CALLS(0);
    f[0] = rc_move(T, old_node(T));
    leave_weakref_in_trash(T, f[0], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    EXPECT_OBJECTS(T, 3);
    EXPECT_EQUAL(gc_collect(T, 0), 2, "unreachable containers");
    EXPECT_OBJECTS(T, 0);
    EXPECT_CALLS(0);
    RC_LEAVE(T, f);
}
