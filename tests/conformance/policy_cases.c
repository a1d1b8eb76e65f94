/*
 * Policy: when a collection comes, and of which generation, in conformance with CPython 3.11.
 *
 * The containers that make a collection due are empty lists in a list, which has room for them and is the first container
 * of the heap; so each counts once, and none ends.
 */
#include "tests/conformance/injection.h"
#include "tests/conformance/ring.h"

enum {
    ROOM = 100 * 1000,
    TO_MIDDLE = 11 * 701,   /* allocations that make generation 1 due at the next collection */
    TO_OLD = 10 * 12 * 701, /* as many times again as make generation 2 due, too */
};

/* So many new containers, which live. */
static void hold(struct thread *T, rc_loc holder, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sure_append(T, holder, sure_list(T, 0));
}

/* What makes a collection due is counted before it, and not after it.  If that allocation was refused, the next is counted. */
static void expect_young(uint64_t seen, uint64_t expected, uint64_t one, const char *what)
{
    if (!injection_has_come() || seen != expected + one)
        EXPECT_EQUAL(seen, expected, what);
}

static void expect_counts(struct thread *T, uint32_t young, uint32_t middle, uint32_t old)
{
    expect_young(gc_count(&T->gc, 0), young, 1, "the count of generation 0");
    EXPECT_EQUAL(gc_count(&T->gc, 1), middle, "the count of generation 1");
    EXPECT_EQUAL(gc_count(&T->gc, 2), old, "the count of generation 2");
}

static void expect_runs(uint64_t young, uint64_t middle, uint64_t old)
{
    EXPECT_EQUAL(runs(0), young, "collections of generation 0");
    EXPECT_EQUAL(runs(1), middle, "collections of generation 1");
    EXPECT_EQUAL(runs(2), old, "collections of generation 2");
}

void case_trigger_701(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    EXPECT_EQUAL(gc_threshold(0), 700, "the threshold of generation 0");
    f[0] = rc_move(T, sure_list(T, ROOM));
    hold(T, f[0], 699);
    expect_counts(T, 700, 0, 0);
    expect_runs(0, 0, 0);
    hold(T, f[0], 1);
    expect_counts(T, 0, 1, 0);
    expect_runs(1, 0, 0);
    hold(T, f[0], 700);
    expect_runs(1, 0, 0);
    hold(T, f[0], 1);
    expect_runs(2, 0, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_alloc_free_pairs(struct thread *T)
{
    case_needs_frees();
    for (int i = 0; i < ROOM; i++)
        rc_release(T, sure_list(T, 0));
    case_deaths(T);
    expect_runs(0, 0, 0);
    expect_counts(T, 0, 0, 0);
}

/* Eleven of a generation, then it is the next older one's turn. */
void case_trickle(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, ROOM));
    hold(T, f[0], TO_MIDDLE - 1);
    expect_runs(11, 0, 0);
    expect_counts(T, 0, 11, 0);
    hold(T, f[0], 701);
    expect_runs(11, 1, 0);
    expect_counts(T, 0, 0, 1);
    hold(T, f[0], TO_OLD);
    expect_runs(121, 11, 0);
    expect_counts(T, 0, 0, 11);
    hold(T, f[0], 701);
    expect_runs(121, 11, 1);
    expect_counts(T, 0, 0, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Makes generations 1 and 2 over; what is young survives into generation 2. */
static void set_middle_and_old_over(struct thread *T)
{
    for (int i = 0; i < 11; i++)
        gc_collect(T, 1);
    for (int i = 0; i < 11; i++)
        gc_collect(T, 0);
    expect_counts(T, 0, 11, 11);
}

void case_oldest_wins(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, ROOM));
    set_middle_and_old_over(T);
    hold(T, f[0], 700);
    expect_counts(T, 700, 11, 11);
    expect_runs(11, 11, 0);
    hold(T, f[0], 1);
    expect_runs(11, 11, 1);
    expect_counts(T, 0, 0, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* 400 are old; 99 new ones are less than a quarter of them.  Then 1200 are old, and 300 are a quarter. */
void case_quarter_rule(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, ROOM));
    hold(T, f[0], 399);
    gc_collect(T, CASE_FULL);
    hold(T, f[0], 99);
    set_middle_and_old_over(T);
    hold(T, f[0], 701);
    expect_runs(11, 12, 1);
    expect_counts(T, 0, 0, 12);
    uint64_t before = gc_statistics(CASE_FULL).survivors;
    gc_collect(T, CASE_FULL);
    expect_runs(11, 12, 2);
    expect_counts(T, 0, 0, 0);
    EXPECT_EQUAL(gc_statistics(CASE_FULL).survivors - before, 1200, "containers that are old now");
    hold(T, f[0], 300);
    set_middle_and_old_over(T);
    hold(T, f[0], 701);
    expect_runs(22, 23, 3);
    expect_counts(T, 0, 0, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_counts_after_collect0(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, ROOM));
    hold(T, f[0], 5);
    expect_counts(T, 6, 0, 0);
    gc_collect(T, 0);
    expect_counts(T, 0, 1, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_disabled_or_threshold0(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, ROOM));
    gc_enable(false);
    EXPECT(!gc_is_enabled(), "a collector that is disabled");
    hold(T, f[0], 9999);
    expect_counts(T, 10 * 1000, 0, 0);
    gc_set_threshold(0, 0);
    gc_enable(true);
    hold(T, f[0], 10000);
    expect_runs(0, 0, 0);
    expect_counts(T, 20 * 1000, 0, 0);
    gc_set_threshold(0, 700);
    hold(T, f[0], 1);
    expect_runs(1, 0, 0);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- generations --------------------------------------------------------------------------------------------------- */

static unsigned generation_of(rc_loc cell)
{
    return gc_head_generation(&((struct container *)obj_get(cell))->gc);
}

/* A list of the oldest generation. */
static rc_ref old_list_new(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 1));
    gc_collect(T, 0);
    EXPECT_EQUAL(generation_of(f[0]), 1, "the generation after a collection of generation 0");
    gc_collect(T, 1);
    EXPECT_EQUAL(generation_of(f[0]), 2, "the generation after a collection of generation 1");
    rc_ref list = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return list;
}

void case_old_points_to_young(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, old_list_new(T));
    sure_append(T, f[0], ring_new(T, 2));
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        EXPECT_EQUAL(gc_collect(T, generation), 0, "containers ended of those that are held");
    f[1] = list_get(T, f[0], 0);
    EXPECT_EQUAL(generation_of(f[1]), 2, "the generation of the box in the end");
    EXPECT_EQUAL(case_objects(T), 3, "objects");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_collect(T), 2, "containers ended once the list is gone");
    RC_LEAVE(T, f);
}

void case_cross_gen_cycle(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, old_list_new(T));
    sure_append(T, f[0], box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    rc_clear(T, &f[0]);
    case_deaths(T);
    EXPECT_EQUAL(gc_collect(T, 0), 0, "containers ended by generation 0");
    EXPECT_EQUAL(gc_collect(T, 1), 0, "containers ended by generation 1");
    EXPECT_EQUAL(case_objects(T), 2, "objects that are still there");
    EXPECT_EQUAL(gc_collect(T, CASE_FULL), 2, "containers ended by generation 2");
    RC_LEAVE(T, f);
}

/* --- bytes --------------------------------------------------------------------------------------------------------- */

enum {
    KIB = 1024,
    MIB = 1024 * 1024,
    GENERATION_0_BYTES = 256 * KIB,
    GENERATION_1_BYTES = 512 * KIB,
    GENERATION_2_BYTES = 10 * MIB,
    LIST_ROOM = 11 * MIB
};

/* What the policy must know, from its definition alone.  All boxes live. */
struct bytes_model {
    uint64_t since;    /* allocated since the last collection */
    uint64_t young;    /* in generation 0 */
    uint64_t promoted; /* into generation 1 since its last collection */
    uint64_t old;      /* into generation 2 since its last one */
    uint64_t runs[GC_GENERATIONS];
};

static void model_collect(struct bytes_model *m)
{
    unsigned generation = m->old >= GENERATION_2_BYTES        ? 2
                          : m->promoted >= GENERATION_1_BYTES ? 1
                                                              : 0;
    m->runs[generation]++;
    m->promoted += m->young;
    m->old += generation >= 1 ? m->promoted : 0;
    m->promoted = generation >= 1 ? 0 : m->promoted;
    m->old = generation == 2 ? 0 : m->old;
    m->young = m->since = 0;
}

/* The block that makes generation 0 due is allocated after the collection, and was counted before. */
static void model_allocate(struct bytes_model *m, uint64_t bytes)
{
    m->since += bytes;
    if (m->since >= GENERATION_0_BYTES)
        model_collect(m);
    m->young += bytes;
}

static void expect_model(struct thread *T, struct bytes_model *m, uint64_t block)
{
    const uint64_t since = gc_bytes(&T->gc, 0);
    expect_young(since, m->since, block, "bytes of generation 0");
    m->since = since;
    EXPECT_EQUAL(gc_bytes(&T->gc, 1), m->promoted, "bytes of generation 1");
    EXPECT_EQUAL(gc_bytes(&T->gc, 2), m->old, "bytes of generation 2");
    expect_runs(m->runs[0], m->runs[1], m->runs[2]);
}

void case_byte_budgets(struct thread *T)
{
    case_needs_frees();
    const uint64_t bytes = heap_block_bytes(instance_bytes(&box_type));
    struct bytes_model model = {.runs = {0, 0, 1}};
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, LIST_ROOM / bytes + GENERATION_0_BYTES));
    gc_collect(T, CASE_FULL);
    gc_set_policy(T, GC_BYTES);
    while (model.runs[2] < 2) {
        sure_append(T, f[0], box_new(T, RC_NULL_REF, RC_NULL_REF));
        model_allocate(&model, bytes);
        expect_model(T, &model, bytes);
    }
    EXPECT(model.runs[1] >= GENERATION_2_BYTES / (2 * GENERATION_1_BYTES),
           "generation 1 to have been collected on the way");
    gc_set_policy(T, GC_COUNTS);
    gc_enable(false);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}
