/* Cases 38 and 39: what is asked of a weak reference while its target ends, or is garbage, is the whole object or null. */
#include "tests/conformance/node.h"
#include "tests/sanitized.h"

#include "runtimes/object/weakref.h"

#include <pthread.h>
#include <sched.h>

static const struct type node_type = NODE_TYPE("Node");

/* A node whose cargo is the number. */
static rc_ref numbered(struct thread *T, int64_t number)
{
    return node_new(T, &node_type, RC_NULL_REF, sure_int(T, number));
}

static int64_t number_of(struct thread *T, rc_loc node)
{
    RC_FRAME(T, f, 1);
    EXPECT(obj_get(node)->type == &node_type, "a node, not a %s", obj_get(node)->type->name);
    f[0] = instance_get(T, node, NODE_CARGO);
    EXPECT(!loc_is_null(f[0]), "a node that has its cargo");
    const int64_t number = int_value(obj_get(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return number;
}

static _Atomic size_t calls;

static void count_call(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    f[0] = weakref_get(T, weakref);
    EXPECT(loc_is_null(f[0]), "a weak reference is null in its callback");
    fetch_add_relaxed(&calls, 1);
    RC_LEAVE(T, f);
}

/* Its argument is the number, too. */
static rc_ref weak(struct thread *T, rc_loc node)
{
    rc_ref number = sure_int(T, number_of(T, node));
    return sure_weakref(T, node, count_call, number);
}

/* Whether the target was there: it is the one that was named. */
static bool look(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 2);
    f[0] = weakref_get(T, weakref);
    f[1] = weakref_argument(T, weakref);
    const bool there = !loc_is_null(f[0]);
    if (there)
        EXPECT_EQUAL(number_of(T, f[0]), int_value(obj_get(f[1])), "the number of a target");
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    return there;
}

/* --- threads in step ---------------------------------------------------------------------------------------------- */

enum { IN_STEP = 3, SHEAF = 50, SHEAVES = 4000, SLICE = 10, LOOKS = 20 };

static pthread_barrier_t gate;
static _Atomic int taken[IN_STEP];

static bool others_have_taken(int steps)
{
    for (unsigned i = 0; i < IN_STEP; i++)
        if (load_relaxed(&taken[i]) < steps)
            return false;
    return true;
}

/* Where one runs at a time; and lets end what waits for the others to come this far. */
static void let_others_run(struct thread *T)
{
    thread_safepoint(T);
    if (!RC_PROMPT_DEATH)
        rc_flush(T);
    if (!RC_SERIAL)
        return;
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

/* Waits for the others to have come as far: awake, so that all go on at a time; asleep where they cannot. */
static void step(struct thread *T, unsigned index)
{
    if (RC_SERIAL) {
        thread_block(T);
        pthread_barrier_wait(&gate);
        thread_unblock(T);
        return;
    }
    const int mine = fetch_add_relaxed(&taken[index], 1) + 1;
    for (unsigned waited = 1; !others_have_taken(mine); waited++) {
        thread_safepoint(T);
        if (waited % 100 == 0)
            sched_yield();
    }
}

/* --- an upgrade against the last drop ----------------------------------------------------------------------------- */

/* A sheaf of rounds is prepared at a time: while two look at its objects one after the other, a third ends them. */
static struct {
    rc_slot sheaf; /* weak references */
    rc_slot kept;  /* the sheaves of all rounds */
} promotion;

static void fill_sheaf(struct thread *T, rc_loc nodes, rc_loc sheaf, int64_t number)
{
    RC_FRAME(T, f, 1);
    for (int i = 0; i < SHEAF; i++) {
        f[0] = rc_move(T, numbered(T, number + i));
        sure_append(T, sheaf, weak(T, f[0]));
        sure_append(T, nodes, cell_own(T, &f[0]));
    }
    RC_LEAVE(T, f);
}

/* The last first, as the others look. */
static void drop_sheaves(struct thread *T)
{
    RC_FRAME(T, f, 3);
    f[2] = rc_load(T, NULL, &promotion.kept);
    for (int64_t i = 0; i < ROUNDS(SHEAVES); i++) {
        f[0] = rc_move(T, sure_list(T, SHEAF));
        f[1] = rc_move(T, sure_list(T, SHEAF));
        fill_sheaf(T, f[0], f[1], i * SHEAF);
        sure_append(T, f[2], cell_ref(T, f[1]));
        rc_store(T, NULL, &promotion.sheaf, cell_own(T, &f[1]));
        step(T, 0);
        step(T, 0);
        for (int j = 0; j < SHEAF; j++) {
            rc_release(T, list_pop(T, f[0]));
            if (j % SLICE == 0)
                let_others_run(T);
        }
        rc_clear(T, &f[0]);
    }
    rc_clear(T, &f[2]);
    RC_LEAVE(T, f);
}

/* How many of a sheaf are there. */
static unsigned look_at_all(struct thread *T, rc_loc sheaf)
{
    unsigned there = 0;
    RC_FRAME(T, f, 1);
    for (size_t i = SHEAF; i-- > 0;) {
        f[0] = list_get(T, sheaf, i);
        there += look(T, f[0]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return there;
}

/* Looks at each until it is gone, if that does not take long: then its end, or what looked last, ends it. */
static void look_at_ends(struct thread *T, rc_loc sheaf)
{
    RC_FRAME(T, f, 1);
    for (size_t i = SHEAF; i-- > 0;) {
        f[0] = list_get(T, sheaf, i);
        for (int looks = 0; looks < LOOKS && look(T, f[0]); looks++)
            let_others_run(T);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void look_at_sheaves(struct thread *T, unsigned index)
{
    RC_FRAME(T, f, 1);
    for (int64_t i = 0; i < ROUNDS(SHEAVES); i++) {
        step(T, index);
        f[0] = rc_load(T, NULL, &promotion.sheaf);
        step(T, index);
        look_at_ends(T, f[0]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void drop_or_look(struct thread *T, unsigned index, void *context)
{
    (void)context;
    if (index == 0)
        drop_sheaves(T);
    else
        look_at_sheaves(T, index);
}

/* In the end every target is gone, and has been told of once. */
static void expect_all_null(struct thread *T)
{
    RC_FRAME(T, f, 2);
    EXPECT_EQUAL(load_relaxed(&calls), (size_t)ROUNDS(SHEAVES) * SHEAF, "callbacks");
    f[0] = rc_load(T, NULL, &promotion.kept);
    EXPECT_EQUAL(list_length(T, f[0]), ROUNDS(SHEAVES), "sheaves");
    for (size_t i = 0; i < ROUNDS(SHEAVES); i++) {
        f[1] = list_get(T, f[0], i);
        EXPECT_EQUAL(look_at_all(T, f[1]), 0, "targets after the last drop");
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_W_promote_vs_last_drop(struct thread *T)
{
    case_needs_frees();
    rc_store(T, NULL, &promotion.kept, sure_list(T, 0));
    pthread_barrier_init(&gate, NULL, IN_STEP);
    case_threads(T, IN_STEP, drop_or_look, NULL);
    pthread_barrier_destroy(&gate);
    runtime_settle(T);
    expect_all_null(T);
    rc_store(T, NULL, &promotion.sheaf, RC_NULL_REF);
    rc_store(T, NULL, &promotion.kept, RC_NULL_REF);
}

/* --- an upgrade against the collector ----------------------------------------------------------------------------- */

enum { PROMOTERS = 3, LOOPS = 5000 };

static struct {
    _Atomic bool over;
    _Atomic unsigned left;     /* promoters at work */
    _Atomic uint64_t promoted; /* that were garbage otherwise */
} race;

/* A node that only refers to itself is dropped, and asked for again. */
static rc_ref leave_loop(struct thread *T, int64_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered(T, number));
    instance_set(T, f[0], NODE_LINK, cell_ref(T, f[0]));
    rc_ref weakref = weak(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return weakref;
}

/* Nobody collects meanwhile but this thread. */
static void promote_first(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[1] = rc_move(T, leave_loop(T, 1000));
    f[0] = weakref_get(T, f[1]);
    EXPECT_COLLECTED(T, 0);
    EXPECT_EQUAL(number_of(T, f[0]), 1000, "the number of what was promoted");
    EXPECT_EQUAL(obj_refcount(T, f[0]), 2, "references to it");
    rc_clear(T, &f[0]);
    EXPECT_COLLECTED(T, 1);
    EXPECT(!look(T, f[1]), "null after the collection");
    rc_clear(T, &f[1]);
    EXPECT_OBJECTS(T, 0);
    RC_LEAVE(T, f);
}

/* Keeps what it got over the safepoints at which it may be collected. */
static void promote(struct thread *T, unsigned index)
{
    RC_FRAME(T, f, 2);
    for (int64_t i = 0; i < ROUNDS(LOOPS); i++) {
        const int64_t number = i * PROMOTERS + index + 1000;
        f[1] = rc_move(T, leave_loop(T, number));
        thread_safepoint(T);
        f[0] = weakref_get(T, f[1]);
        thread_safepoint(T);
        if (!loc_is_null(f[0])) {
            EXPECT_EQUAL(number_of(T, f[0]), number, "the number of what was promoted");
            fetch_add_relaxed(&race.promoted, 1);
        }
        rc_clear(T, &f[0]);
        rc_clear(T, &f[1]);
    }
    RC_LEAVE(T, f);
    if (fetch_sub_relaxed(&race.left, 1) == 1)
        store_relaxed(&race.over, true);
}

static void promote_or_collect(struct thread *T, unsigned index, void *context)
{
    (void)context;
    if (index < PROMOTERS) {
        promote(T, index);
        return;
    }
    for (unsigned i = 0; !load_relaxed(&race.over); i++) {
        gc_collect(T, i % GC_GENERATIONS);
        thread_safepoint(T);
    }
}

/* Every loop is collected once, whether or not it was promoted before. */
void case_W_promote_vs_collector(struct thread *T)
{
    case_needs_frees();
    uint64_t collected = 0;
    promote_first(T);
    store_relaxed(&race.left, PROMOTERS);
    case_threads(T, PROMOTERS + 1, promote_or_collect, NULL);
    case_collect(T);
    EXPECT_OBJECTS(T, 0);
    EXPECT(load_relaxed(&race.promoted) > 0, "some that were promoted");
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        collected += gc_statistics(i).collected;
    EXPECT_EQUAL(collected, PROMOTERS * ROUNDS(LOOPS) + 1, "containers collected");
}
