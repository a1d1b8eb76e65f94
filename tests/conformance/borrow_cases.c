/*
 * References on the stack, which a strategy may leave uncounted; and what ends while the world is stopped.
 */
#include "runtimes/object/finalize.h"
#include "runtimes/object/weakref.h"
#include "tests/conformance/ring.h"

#include <pthread.h>

enum { FILLERS = 1000 };

/* Gives every chance to end what nobody refers to, and to reuse its memory. */
static void let_everything_die(struct thread *T)
{
    for (int i = 0; i < 3; i++) {
        rc_flush(T);
        thread_safepoint(T);
        gc_collect(T, CASE_FULL);
    }
    runtime_settle(T);
    for (int64_t i = 0; i < FILLERS; i++)
        rc_release(T, numbered_box(T, -1 - i));
}

/* Load, overwrite the slot, safepoint, collect, use. */
void case_borrow_across_safepoint(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, numbered_box(T, 4711), RC_NULL_REF));
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    let_everything_die(T);
    EXPECT_EQUAL(box_number(T, f[1]), 4711, "what the loaded box holds");
    if (RC_FREES)
        EXPECT_EQUAL(obj_refcount(T, f[1]), 1, "references to it");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* The cell that keeps the cycle is younger than the last safepoint before the collection. */
void case_cycle_held_by_borrow(struct thread *T)
{
    case_needs_frees();
    gc_enable(false);
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, ring_new(T, 3), RC_NULL_REF));
    runtime_settle(T);
    f[1] = instance_get(T, f[0], BOX_LEFT);
    instance_set(T, f[0], BOX_LEFT, RC_NULL_REF);
    EXPECT_EQUAL(gc_collect(T, CASE_FULL), 0, "containers ended that a cell refers to");
    let_everything_die(T);
    EXPECT_EQUAL(obj_refcount(T, f[1]), 2, "references to the first box of the ring");
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_collect(T), 0, "containers ended that a cell refers to");
    rc_clear(T, &f[1]);
    EXPECT_EQUAL(case_collect(T), 3, "containers ended when nothing refers to them");
    RC_LEAVE(T, f);
}

/* --- deaths while the world is stopped ------------------------------------------------------------------------------- */

enum { NODES = 100 };

static struct {
    struct thread *owner; /* of the nodes; blocked */
    unsigned finalized;
    unsigned called;
    unsigned stopped; /* user code that ran in a stopped world */
} seen;

static bool is_stopped(void) { return (load_relaxed(&seen.owner->state) & THREAD_STOPPED) != 0; }

static bool note_finalizer(struct thread *T, rc_loc self)
{
    (void)self;
    seen.finalized++;
    seen.stopped += is_stopped();
    rc_release(T, numbered_box(T, 4711)); /* polls a safepoint */
    return true;
}

static void note_callback(struct thread *T, rc_loc weakref)
{
    (void)T, (void)weakref;
    seen.called++;
    seen.stopped += is_stopped();
}

static const struct type node_type = INSTANCE_TYPE_FINALIZED("Node", box_fields, note_finalizer);

struct legacy {
    rc_slot nodes;
    rc_slot weakrefs;
    pthread_barrier_t gate;
};

static void pass(struct thread *T, pthread_barrier_t *gate)
{
    thread_block(T);
    pthread_barrier_wait(gate);
    thread_unblock(T);
}

/* Nodes with a box each, and weak references to them. */
static void make_nodes(struct thread *T, struct legacy *legacy)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &legacy->nodes);
    f[1] = rc_load(T, NULL, &legacy->weakrefs);
    for (int i = 0; i < NODES; i++) {
        f[2] =
            rc_move(T, sure_instance(T, &node_type, (rc_ref[]){numbered_box(T, i), RC_NULL_REF}));
        sure_append(T, f[1], sure_weakref(T, f[2], note_callback, RC_NULL_REF));
        sure_append(T, f[0], cell_own(T, &f[2]));
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* The last references of the nodes are not those of their owner, which is blocked: a strategy may keep them until it settles. */
static void drop_nodes(struct thread *T, struct legacy *legacy)
{
    gc_enable(false);
    rc_store(T, NULL, &legacy->nodes, RC_NULL_REF);
    EXPECT_EQUAL(gc_collect(T, CASE_FULL), 0,
                 "containers that were no cycles, ended by a collection");
    EXPECT_EQUAL(seen.stopped, 0, "finalizers and callbacks that ran in a stopped world");
    runtime_settle(T);
    EXPECT_EQUAL(seen.finalized, NODES, "finalizers that ran");
    EXPECT_EQUAL(seen.called, NODES, "callbacks that ran");
    EXPECT_EQUAL(seen.stopped, 0, "finalizers and callbacks that ran in a stopped world");
}

static void own_or_drop(struct thread *T, unsigned index, void *context)
{
    struct legacy *legacy = context;
    if (index == 0) {
        seen.owner = T;
        make_nodes(T, legacy);
    }
    pass(T, &legacy->gate);
    if (index == 1)
        drop_nodes(T, legacy);
    pass(T, &legacy->gate);
}

void case_dies_while_settling(struct thread *T)
{
    case_needs_frees();
    struct legacy legacy;
    CHECK(pthread_barrier_init(&legacy.gate, NULL, 2) == 0, "pthread_barrier_init");
    rc_init_slot(T, &legacy.nodes, sure_list(T, 0));
    rc_init_slot(T, &legacy.weakrefs, sure_list(T, 0));
    case_threads(T, 2, own_or_drop, &legacy);
    rc_store(T, NULL, &legacy.weakrefs, RC_NULL_REF);
    pthread_barrier_destroy(&legacy.gate);
    EXPECT_EQUAL(case_collect(T), 0, "containers that were no cycles, ended by a collection");
    EXPECT_EQUAL(case_objects(T), 0, "objects left");
}
