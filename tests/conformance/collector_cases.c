/* The collector as a program sees it: the permanent set, statistics, callbacks, and what garbage costs. */
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

/* --- freeze and unfreeze ------------------------------------------------------------------------------------------ */

void case_freeze_unfreeze(struct thread *T)
{
    case_needs_frees();
    enum { RING = 10 };
    gc_enable(false);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    leave_ring(T, RING);
    gc_freeze(T);
    EXPECT_EQUAL(gc_freeze_count(T), 1 + RING, "containers that are frozen");
    sure_append(T, f[0], numbered_box(T, 1000));
    leave_ring(T, RING);
    EXPECT_EQUAL(case_collect(T), RING, "unreachable containers, the frozen ones not among them");
    EXPECT_EQUAL(list_length(T, f[0]), 1, "items of a frozen list after a collection");
    gc_unfreeze(T);
    EXPECT_EQUAL(gc_freeze_count(T), 0, "containers that are frozen after all were unfrozen");
    EXPECT_EQUAL(gc_collect(T, 1), 0, "unreachable containers that are not of the oldest");
    EXPECT_EQUAL(case_collect(T), RING, "unreachable containers that were frozen");
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_objects(T), 0, "objects after the last reference");
    RC_LEAVE(T, f);
}

/* --- statistics and callbacks ------------------------------------------------------------------------------------- */

/* What callbacks were told. */
struct told {
    struct gc_statistics sums[GC_GENERATIONS]; /* collections, collected, uncollectable */
    bool open;                                 /* a collection has started and not stopped */
    unsigned generation;
};

static void begin(struct told *told, const struct gc_report *report)
{
    EXPECT(!told->open, "a collection stops before the next one starts");
    EXPECT_EQUAL(report->collected + report->uncollectable, 0, "containers found at the start");
    told->open = true;
    told->generation = report->generation;
}

static void end(struct told *told, const struct gc_report *report)
{
    EXPECT(told->open, "a collection that stops has started");
    EXPECT_EQUAL(report->generation, told->generation, "generation of the one that stops");
    struct gc_statistics *sum = &told->sums[report->generation];
    sum->collections++;
    sum->collected += report->collected;
    sum->uncollectable += report->uncollectable;
    told->open = false;
}

static void listen(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    if (report->phase == GC_PHASE_START)
        begin(context, report);
    else
        end(context, report);
}

static void expect_match(const struct told *told)
{
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        const struct gc_statistics seen = gc_statistics(i);
        EXPECT_EQUAL(told->sums[i].collections, seen.collections, "collections told of");
        EXPECT_EQUAL(told->sums[i].collected, seen.collected, "containers told of");
        EXPECT_EQUAL(told->sums[i].uncollectable, seen.uncollectable, "uncollectable told of");
    }
}

/* A collection that finds `garbage` containers unreachable, and as many as there are to survive. */
static void collect_counted(struct thread *T, unsigned generation, size_t garbage, size_t living)
{
    const struct gc_statistics before = gc_statistics(generation);
    leave_ring(T, (unsigned)garbage);
    EXPECT_EQUAL(gc_collect(T, generation), garbage, "unreachable containers");
    const struct gc_statistics after = gc_statistics(generation);
    EXPECT_EQUAL(after.collections - before.collections, 1, "collections counted");
    EXPECT_EQUAL(after.collected - before.collected, garbage, "unreachable containers counted");
    EXPECT_EQUAL(after.survivors - before.survivors, living, "survivors counted");
    EXPECT_EQUAL(after.visited - before.visited, garbage + living, "containers looked at counted");
}

static void collect_each(struct thread *T)
{
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        f[0] = rc_move(T, ring_new(T, 2));
        collect_counted(T, i, 1 + i, 2);
        rc_clear(T, &f[0]);
        EXPECT_EQUAL(case_collect(T), 2, "unreachable containers that had survived");
    }
    RC_LEAVE(T, f);
}

void case_stats_and_callbacks_match(struct thread *T)
{
    case_needs_frees();
    enum { ROUNDS = 20000 };
    struct told told = {0};
    gc_enable(false);
    EXPECT(gc_add_callback(listen, &told), "room for a callback");
    collect_each(T);
    expect_match(&told);
    gc_enable(true);
    for (int i = 0; i < ROUNDS; i++)
        leave_ring(T, 2);
    EXPECT(runs(0) > GC_GENERATIONS, "collections come by themselves");
    expect_match(&told);
    EXPECT(gc_remove_callback(listen, &told), "a callback to remove");
    const uint64_t before = all_runs();
    case_collect(T);
    EXPECT_EQUAL(all_runs(), before + 1, "collections with the one that nobody was told of");
    told.sums[CASE_FULL].collections++;
    told.sums[CASE_FULL].collected = gc_statistics(CASE_FULL).collected;
    expect_match(&told);
}

/* --- what garbage costs ------------------------------------------------------------------------------------------- */

/* CPython's collector was once too slow for programs that make cycles fast and keep none. */
static void make_cycles_fast(struct thread *T, size_t cycles)
{
    enum { LOOK_EVERY = 100, MOST = 25000 };
    for (size_t i = 0; i < cycles; i++) {
        leave_ring(T, 1);
        if (i % LOOK_EVERY == 0)
            EXPECT(runtime_census().objects < MOST,
                   "fewer than %d objects alive under %s (there were %zu after %zu cycles)", MOST,
                   gc_policy_names[gc_policy()], runtime_census().objects, i);
    }
}

void case_fast_cycle_creation(struct thread *T)
{
    case_needs_frees();
    enum { CYCLES = 20000, TIMES = 20 };
    for (enum gc_policy policy = GC_COUNTS; policy < GC_POLICIES; policy++) {
        gc_set_policy(T, policy);
        const uint64_t before = all_collected();
        make_cycles_fast(T, ROUNDS((size_t)CYCLES * TIMES));
        case_collect(T);
        EXPECT_EQUAL(all_collected() - before, ROUNDS((size_t)CYCLES * TIMES),
                     "cycles that were found");
        EXPECT_EQUAL(case_objects(T), 0, "objects when all cycles are gone");
    }
}

void case_repeated_collection_cost_flat(struct thread *T)
{
    enum { RING = 5000, TIMES = 50 };
    gc_enable(false);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_new(T, RING));
    for (int i = 0; i < TIMES; i++) {
        const struct gc_statistics before = gc_statistics(CASE_FULL);
        const size_t blocks = runtime_census().blocks;
        EXPECT_EQUAL(case_collect(T), 0, "unreachable containers");
        const struct gc_statistics after = gc_statistics(CASE_FULL);
        EXPECT_EQUAL(after.visited - before.visited, RING, "containers that one collection saw");
        EXPECT_EQUAL(after.survivors - before.survivors, RING, "survivors of one collection");
        EXPECT_EQUAL(runtime_census().blocks, blocks, "blocks before and after a collection");
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_large_container(struct thread *T)
{
    case_needs_frees();
    enum { ITEMS = 600 };
    gc_enable(false);
    RC_FRAME(T, f, 1);
    rc_ref items[ITEMS];
    f[0] = rc_move(T, sure_list(T, 0));
    for (int i = 0; i < ITEMS; i++)
        items[i] = i % 2 == 0 ? sure_int(T, 1000 + i) : cell_ref(T, f[0]);
    sure_append(T, f[0], sure_tuple(T, ITEMS, items));
    for (int i = 1; i < ITEMS; i++)
        sure_append(T, f[0], cell_ref(T, f[0]));
    EXPECT_EQUAL(case_collect(T), 0, "unreachable containers while a name refers to the list");
    EXPECT_EQUAL(list_length(T, f[0]), ITEMS, "items after a collection");
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_collect(T), 2, "unreachable containers, a list and a tuple of 600 items");
    EXPECT_EQUAL(case_objects(T), 0, "objects when the cycle is gone");
    RC_LEAVE(T, f);
}
