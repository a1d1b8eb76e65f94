/* Cases 25 to 29: where finalizers run, and what they may do. */
#include "tests/conformance/finalizer.h"

/* --- where -------------------------------------------------------------------------------------------------------- */

/* Of what it has made itself. */
static void drop_own(struct thread *T, unsigned index, void *context)
{
    (void)index, (void)context;
    rc_release(T, node_new(T, &noting_type, RC_NULL_REF, RC_NULL_REF));
    case_deaths(T);
    EXPECT_RUNS(1);
    EXPECT(pthread_equal(seen.thread, pthread_self()), "the finalizer runs in the dropping thread");
}

static void drop_saved_elsewhere(struct thread *T, unsigned index, void *context)
{
    pthread_t *dropper = context;
    (void)index;
    *dropper = pthread_self();
    drop_saved(T);
    case_deaths(T);
}

/* What others have made may be handed back to them: their count ends it, and then they are the dropping thread. */
void case_F_on_count_death(struct thread *T)
{
    case_needs_frees();
    pthread_t dropper;
    case_threads(T, 1, drop_own, NULL);
    EXPECT_RUNS(1);
    rc_store(T, NULL, &seen.saved, node_new(T, &noting_type, RC_NULL_REF, RC_NULL_REF));
    EXPECT_RUNS(1);
    case_threads(T, 1, drop_saved_elsewhere, &dropper);
    runtime_settle(T);
    EXPECT_RUNS(2);
    EXPECT(pthread_equal(seen.thread, dropper) || pthread_equal(seen.thread, pthread_self()),
           "the finalizer runs in the thread that dropped it, or in that which made it");
    EXPECT_OBJECTS(T, 0);
}

enum { ATOMS = 1000 }; /* more than any strategy lets wait */

/* An atom may be ended in a section of the index of interned strings, for one, and a finalizer may wait for its end. */
void case_F_waits_for_safepoint(struct thread *T)
{
    case_needs_frees();
    rc_slot slot;
    rc_init_slot(T, &slot, RC_NULL_REF);
    rc_store(T, NULL, &seen.saved, node_new(T, &noting_type, RC_NULL_REF, RC_NULL_REF));
    drop_saved(T);
    const unsigned before = load_relaxed(&seen.runs);
    for (int i = 0; i < ATOMS; i++)
        rc_store(T, NULL, &slot, text_ref(T, "an atom"));
    rc_store(T, NULL, &slot, RC_NULL_REF);
    EXPECT_RUNS(before);
    case_deaths(T);
    EXPECT_RUNS(1);
    EXPECT_OBJECTS(T, 0);
}

/* --- errors ------------------------------------------------------------------------------------------------------- */

static struct {
    unsigned errors;
    const struct type *type; /* of the last */
} reported;

static void report(const struct type *type)
{
    reported.errors++;
    reported.type = type;
}

static bool give_up(struct thread *T, rc_loc self)
{
    note(T, self);
    return false;
}

static const struct type failing_type = NODE_TYPE_FINALIZED("Failing", give_up);

void case_F_error(struct thread *T)
{
    case_needs_frees();
    const uint64_t before = finalize_statistics().errors;
    finalize_report_to(report);
    rc_release(T, node_new(T, &failing_type, RC_NULL_REF, RC_NULL_REF));
    EXPECT_OBJECTS(T, 0);
    EXPECT_EQUAL(reported.errors, 1, "errors reported of a death by counting");
    rc_release(T, node_ring(T, &noting_type, 3, NULL));
    rc_release(T, node_ring(T, &failing_type, 3, NULL));
    rc_release(T, node_ring(T, &noting_type, 3, NULL));
    EXPECT_COLLECTED(T, 9);
    EXPECT_RUNS(10);
    EXPECT_EQUAL(reported.errors, 4, "errors reported");
    EXPECT(reported.type == &failing_type, "the type that failed is told (it was %s)",
           reported.type->name);
    EXPECT_EQUAL(finalize_statistics().errors - before, 4, "errors counted");
    EXPECT_OBJECTS(T, 0);
    finalize_report_to(NULL);
}

/* --- collections -------------------------------------------------------------------------------------------------- */

/* Collections of every generation so far. */
static uint64_t collections(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collections;
    return sum;
}

static bool collect(struct thread *T, rc_loc self)
{
    const uint64_t before = collections();
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        EXPECT_EQUAL(gc_collect(T, generation), 0, "unreachable containers");
    EXPECT_EQUAL(collections() - before, 0, "collections within a collection");
    return note(T, self);
}

static const struct type collecting_type = NODE_TYPE_FINALIZED("Collecting", collect);

/* Other garbage would be there to find. */
void case_F_calls_collect(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_ring(T, &collecting_type, 3, NULL));
    rc_release(T, node_ring(T, &plain_type, 3, NULL));
    EXPECT_COLLECTED(T, 6);
    EXPECT_RUNS(3);
    EXPECT_EQUAL(collections(), 1, "collections");
    EXPECT_OBJECTS(T, 0);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

enum { ALLOCATED = 10 * 1000, KEPT = ALLOCATED / 2, LOST = ALLOCATED - KEPT };

static unsigned depth;       /* of finalizers that run within others */
static bool by_a_collection; /* that runs */

/* Keeps a list of its number, for each, and drops as many that hold themselves: far more than makes a collection due. */
static bool allocate(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 2);
    const uint64_t before = collections();
    EXPECT_EQUAL(++depth, 1, "finalizers at work at a time");
    f[0] = rc_load(T, NULL, &seen.saved);
    for (int64_t i = 0; i < KEPT; i++) {
        rc_ref number = sure_int(T, i);
        sure_append(T, f[0], sure_list_from(T, 1, &number));
        f[1] = rc_move(T, sure_list(T, 0));
        sure_append(T, f[1], cell_ref(T, f[1]));
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    depth--;
    if (by_a_collection)
        EXPECT_EQUAL(collections() - before, 0, "collections within a collection");
    RC_LEAVE(T, f);
    return note(T, self);
}

static const struct type allocating_type = NODE_TYPE_FINALIZED("Allocating", allocate);

/* All that so many finalizers kept is there, in order. */
static void expect_kept(struct thread *T, size_t finalizers)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_load(T, NULL, &seen.saved);
    EXPECT_EQUAL(list_length(T, f[0]), finalizers * KEPT, "lists that finalizers kept");
    for (size_t i = 0; i < finalizers * KEPT; i++) {
        f[1] = list_get(T, f[0], i);
        EXPECT_EQUAL(list_length(T, f[1]), 1, "length of a kept list");
        f[2] = list_get(T, f[1], 0);
        EXPECT_EQUAL(int_value(obj_get(f[2])), i % KEPT, "the number in a kept list");
        rc_clear(T, &f[2]);
        rc_clear(T, &f[1]);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* In a collection first; then in a death by counting, beside collections that it makes due. */
void case_F_allocates_10k(struct thread *T)
{
    case_needs_frees();
    rc_store(T, NULL, &seen.saved, sure_list(T, 0));
    rc_release(T, node_ring(T, &allocating_type, 2, NULL));
    by_a_collection = true;
    EXPECT_COLLECTED(T, 2);
    by_a_collection = false;
    EXPECT_RUNS(2);
    expect_kept(T, 2);
    EXPECT_COLLECTED(T, 2 * LOST);
    expect_kept(T, 2);
    rc_release(T, node_new(T, &allocating_type, RC_NULL_REF, RC_NULL_REF));
    case_deaths(T);
    EXPECT_RUNS(3);
    case_collect(T);
    expect_kept(T, 3);
    drop_saved(T);
    EXPECT_OBJECTS(T, 0);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

enum { AT_THE_END = 10 };

/* Brings itself back for a moment, and leaves other garbage behind. */
static bool waver(struct thread *T, rc_loc self)
{
    save(T, self);
    rc_release(T, node_loop(T, &noting_type, RC_NULL_REF));
    drop_saved(T);
    return true;
}

static const struct type wavering_type = NODE_TYPE_FINALIZED("Wavering", waver);

static void expect_all_finalized(void) { EXPECT_RUNS(2 * AT_THE_END + 2); }

void case_F_at_shutdown(struct thread *T)
{
    case_needs_frees();
    rc_release(T, node_ring(T, &noting_type, AT_THE_END, "cargo"));
    rc_release(T, node_ring(T, &unlinking_type, AT_THE_END, "cargo"));
    rc_release(T, node_loop(T, &wavering_type, RC_NULL_REF));
    EXPECT_RUNS(0);
    case_after_stop = expect_all_finalized;
}
