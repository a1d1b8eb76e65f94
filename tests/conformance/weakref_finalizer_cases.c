/* Cases 31 and 36: weak references are null in finalizers, and those made there are null before anything is cleared. */
#include "tests/conformance/finalizer.h"
#include "tests/conformance/weakref.h"

/* --- null in a finalizer ------------------------------------------------------------------------------------------ */

/* The cargo is a weak reference to what is ending. */
static bool look_at_weakref(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, self, NODE_CARGO);
    EXPECT(is_null(T, f[0]), "a weak reference is null when the finalizer runs");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type looking_type = NODE_TYPE_FINALIZED("Looking", look_at_weakref);

/* By counting. */
static void end_by_counting(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, &looking_type, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_move(T, weak(T, f[0], call));
    instance_set(T, f[0], NODE_CARGO, cell_ref(T, f[1]));
    rc_clear(T, &f[0]);
    EXPECT_OBJECTS(T, 1);
    EXPECT_RUNS(1);
    EXPECT_CALLS(1);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* By a collection: two in a ring, each of which looks at the weak references to itself and to the other. */
static void end_by_collection(struct thread *T)
{
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, node_ring(T, &looking_type, 2, NULL));
    f[1] = instance_get(T, f[0], NODE_LINK);
    f[2] = rc_move(T, weak(T, f[0], call));
    f[3] = rc_move(T, weak(T, f[1], call));
    instance_set(T, f[0], NODE_CARGO, cell_ref(T, f[2]));
    instance_set(T, f[1], NODE_CARGO, cell_ref(T, f[2]));
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    EXPECT_COLLECTED(T, 2);
    EXPECT_RUNS(3);
    EXPECT_CALLS(3);
    EXPECT(is_null(T, f[2]) && is_null(T, f[3]), "they are null");
    rc_clear(T, &f[2]);
    rc_clear(T, &f[3]);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

void case_W_inside_F(struct thread *T)
{
    case_needs_frees();
    end_by_counting(T);
    end_by_collection(T);
}

/* --- made in a finalizer ------------------------------------------------------------------------------------------ */

/* Makes a weak reference that lives outside, and another that only the cargo, a list, holds. */
static bool make_weakrefs(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    rc_store(T, NULL, &called.saved, weak(T, self, call));
    f[0] = instance_get(T, self, NODE_CARGO);
    sure_append(T, f[0], weak(T, self, NULL));
    rc_clear(T, &f[0]);
    f[0] = rc_load(T, NULL, &called.saved);
    EXPECT(!is_null(T, f[0]), "a weak reference made in a finalizer gives its target there");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return note(T, self);
}

/* An old object that only the garbage kept: it ends while that is being cleared. */
static bool look_at_saved(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &called.saved);
    EXPECT(!loc_is_null(f[0]), "a weak reference from the garbage's finalizer");
    EXPECT(is_null(T, f[0]), "it is null before anything is cleared");
    EXPECT_CALLS(1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type making_type = NODE_TYPE_FINALIZED("Making", make_weakrefs);
static const struct type witness_type = NODE_TYPE_FINALIZED("Witness", look_at_saved);

/* The witness is old and in the list. */
static rc_ref list_of_witness(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    sure_append(T, f[0], node_new(T, &witness_type, RC_NULL_REF, RC_NULL_REF));
    EXPECT_EQUAL(gc_collect(T, 0), 0, "unreachable containers");
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

/* The one outside is null, and was called back last. */
static void expect_saved_null(struct thread *T, unsigned calls)
{
    RC_FRAME(T, f, 1);
    EXPECT_CALLS(calls);
    f[0] = rc_load(T, NULL, &called.saved);
    EXPECT(called.last == rc_get(f[0]), "the one outside was called back");
    EXPECT(is_null(T, f[0]), "it is null");
    rc_clear(T, &f[0]);
    rc_store(T, NULL, &called.saved, RC_NULL_REF);
    RC_LEAVE(T, f);
}

/* In a collection first, then in a death by counting. */
void case_W_made_in_F(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_loop(T, &making_type, list_of_witness(T)));
    case_deaths(T);
    EXPECT_RUNS(0);
    EXPECT_EQUAL(gc_collect(T, 0), 1, "unreachable containers");
    EXPECT_OBJECTS(T, 1);
    EXPECT_RUNS(2);
    expect_saved_null(T, 1);
    EXPECT_OBJECTS(T, 0);
    rc_release(T, node_new(T, &making_type, RC_NULL_REF, sure_list(T, 0)));
    EXPECT_OBJECTS(T, 1);
    EXPECT_RUNS(3);
    expect_saved_null(T, 2);
    EXPECT_OBJECTS(T, 0);
}
