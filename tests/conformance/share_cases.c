/*
 * Objects that several threads share: whoever drops the last reference ends them, once; whatever a reader finds was there.
 */
#include "runtimes/object/finalize.h"
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

#include <sched.h>

enum { THREADS = 4 };

/* --- nodes that are counted when they end --------------------------------------------------------------------------- */

static _Atomic uint64_t made;
static _Atomic uint64_t ended;

static bool count_end(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    fetch_add_relaxed(&ended, 1);
    return true;
}

static const struct type node_type = INSTANCE_TYPE_FINALIZED("Node", box_fields, count_end);

static rc_ref node_new(struct thread *T, rc_ref left)
{
    rc_ref node = sure_instance(T, &node_type, (rc_ref[]){left, RC_NULL_REF});
    fetch_add_relaxed(&made, 1);
    return node;
}

static void expect_as_many_ended(struct thread *T)
{
    runtime_settle(T);
    EXPECT_EQUAL(load_relaxed(&ended), load_relaxed(&made), "objects that ended");
    EXPECT_EQUAL(case_objects(T), 0, "objects left");
}

/* --- cycles of threads that are gone -------------------------------------------------------------------------------- */

/* Puts a box of its own into the shared list, and a reference to the list into the box. */
static void join_the_cycle(struct thread *T, unsigned index, void *context)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, context);
    sure_append(T, f[0], box_new(T, cell_ref(T, f[0]), numbered_box(T, 1000 + index)));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_cycle_across_dead_threads(struct thread *T)
{
    case_needs_frees();
    rc_slot shared;
    gc_enable(false);
    rc_init_slot(T, &shared, sure_list(T, 0));
    case_threads(T, THREADS, join_the_cycle, &shared);
    EXPECT_EQUAL(world_threads(), 1, "attached threads");
    EXPECT_EQUAL(case_collect(T), 0, "containers ended while one refers to the cycle");
    EXPECT_EQUAL(case_objects(T), 1 + 3 * THREADS, "objects");
    rc_store(T, NULL, &shared, RC_NULL_REF);
    EXPECT_EQUAL(case_collect(T), 1 + 2 * THREADS, "containers ended");
    EXPECT_EQUAL(case_objects(T), 0, "objects left");
}

/* --- objects of threads that are gone ------------------------------------------------------------------------------- */

enum { OBJECTS = 100, REFERENCES = 5 };

struct legacy {
    rc_slot objects;    /* a list of them, which is one reference to each */
    rc_slot references; /* a list of more */
};

static void leave_objects(struct thread *T, unsigned index, void *context)
{
    (void)index;
    struct legacy *legacy = context;
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &legacy->objects);
    f[1] = rc_load(T, NULL, &legacy->references);
    for (int i = 0; i < OBJECTS; i++) {
        f[2] = rc_move(T, node_new(T, RC_NULL_REF));
        for (int j = 0; j < REFERENCES; j++)
            sure_append(T, f[1], cell_ref(T, f[2]));
        sure_append(T, f[0], cell_own(T, &f[2]));
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* A part of the references, each from where it was put last. */
static void drop_references(struct thread *T, unsigned index, void *context)
{
    (void)index;
    struct legacy *legacy = context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &legacy->references);
    for (int i = 0; i < OBJECTS * REFERENCES / 2; i++) {
        rc_release(T, list_pop(T, f[0]));
        thread_safepoint(T);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void expect_references(struct thread *T, struct legacy *legacy, size_t expected)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &legacy->objects);
    for (size_t i = 0; i < list_length(T, f[0]); i++) {
        f[1] = list_get(T, f[0], i);
        EXPECT_EQUAL(obj_refcount(T, f[1]), expected + 1, "references, one of them in a cell");
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_owner_exit_then_remote_drop(struct thread *T)
{
    case_needs_frees();
    struct legacy legacy;
    rc_init_slot(T, &legacy.objects, sure_list(T, 0));
    rc_init_slot(T, &legacy.references, sure_list(T, 0));
    case_threads(T, 2, leave_objects, &legacy);
    expect_references(T, &legacy, 1 + REFERENCES);
    case_threads(T, THREADS, drop_references, &legacy);
    expect_references(T, &legacy, 1);
    EXPECT_EQUAL(load_relaxed(&ended), 0, "objects that ended before their last reference");
    rc_store(T, NULL, &legacy.objects, RC_NULL_REF);
    rc_store(T, NULL, &legacy.references, RC_NULL_REF);
    EXPECT_EQUAL(load_relaxed(&made), 2 * OBJECTS, "objects made");
    expect_as_many_ended(T);
}

/* --- deep structures ------------------------------------------------------------------------------------------------ */

enum { DEPTH = 20 * 1000 };

static rc_ref chain_new(struct thread *T, rc_ref tail)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, tail);
    for (int i = 0; i < ROUNDS(DEPTH); i++)
        f[0] = rc_move(T, node_new(T, cell_own(T, &f[0])));
    rc_ref first = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return first;
}

/* A chain of its own that ends in the shared one. */
static void make_and_drop(struct thread *T, unsigned index, void *context)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, context);
    rc_ref first = chain_new(T, cell_own(T, &f[0]));
    if (index == 0)
        rc_store(T, NULL, context, RC_NULL_REF);
    rc_release(T, first);
    RC_LEAVE(T, f);
}

void case_deep_drop_threads(struct thread *T)
{
    case_needs_frees();
    rc_slot shared;
    rc_init_slot(T, &shared, chain_new(T, RC_NULL_REF));
    case_threads(T, THREADS, make_and_drop, &shared);
    EXPECT(load_relaxed(&made) >= UINT64_C(2) * ROUNDS(DEPTH), "deep structures to have been made");
    expect_as_many_ended(T);
}

/* --- the last reference --------------------------------------------------------------------------------------------- */

enum { SHARED = 20 * 1000 };

struct drops {
    rc_slot lists[THREADS]; /* of the same objects, in the same order */
    _Atomic unsigned ready;
};

static void drop_list(struct thread *T, unsigned index, void *context)
{
    struct drops *drops = context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &drops->lists[index]);
    fetch_add_relaxed(&drops->ready, 1);
    while (!RC_SERIAL && load_relaxed(&drops->ready) < THREADS) {
        thread_safepoint(T);
        sched_yield();
    }
    for (rc_ref last = list_pop(T, f[0]); last.p != NULL; last = list_pop(T, f[0])) {
        rc_release(T, last);
        thread_safepoint(T);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void share_one(struct thread *T, struct drops *drops)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, node_new(T, RC_NULL_REF));
    for (int i = 0; i < THREADS; i++) {
        f[1] = rc_load(T, NULL, &drops->lists[i]);
        sure_append(T, f[1], cell_ref(T, f[0]));
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_last_drop_race(struct thread *T)
{
    case_needs_frees();
    struct drops drops = {.ready = 0};
    for (int i = 0; i < THREADS; i++)
        rc_init_slot(T, &drops.lists[i], sure_list(T, 0));
    for (int i = 0; i < ROUNDS(SHARED); i++)
        share_one(T, &drops);
    EXPECT_EQUAL(load_relaxed(&ended), 0, "objects that ended before they were dropped");
    case_threads(T, THREADS, drop_list, &drops);
    for (int i = 0; i < THREADS; i++)
        rc_store(T, NULL, &drops.lists[i], RC_NULL_REF);
    expect_as_many_ended(T);
}
