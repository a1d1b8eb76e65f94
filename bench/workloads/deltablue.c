/*
 * deltablue: solves systems of constraints, adding and removing them one at a time.
 *
 * Idea: objects of many types that refer to one another in both directions, long lists of them that come and go, calls by
 * type.  (The solver: bench/trial/planner.h.)  Two systems, each of a size n:
 *   chain       n variables equal one after the other; the first is given 100 values, and each must arrive at the last
 *   projection  n points scaled and moved: destination = source * scale + offset; a source, a destination, the scale and the
 *               offset are changed by turns
 * When a system is done it is cyclic garbage.  Each repetition has one of both; repetitions are dealt to threads one by one.
 * Validation: every value that a plan has computed, as the published programs check them; n of 100 is theirs.
 * Settings: the size.
 * Source: see planner.h; the two systems are those of J. Maloney's and M. Wolczko's benchmark, as in Octane and pyperformance.
 */
#include "bench/trial/mix.h"
#include "bench/trial/planner.h"
#include "bench/trial/verdict.h"
#include "runtimes/object/list.h"

#include <inttypes.h>

enum { TOTAL = 90000, SIZE = 100, SIZE_IN_TESTS = 10, VALUES = 100, EXECUTIONS = 10 };
enum { SCALE = 10, OFFSET = 1000 };

enum { SETTING_SIZE };
static const struct setting deltablue_settings[] = {
    {"size", "variables of a chain, and points of a projection", SIZE, 10, 2000, NULL},
    {0},
};

/* Smaller in tests, by default. */
static int64_t size_of(const struct workload_run *run)
{
    uint64_t size = run->settings[SETTING_SIZE];
    return run->divisor > 1 && size == SIZE ? SIZE_IN_TESTS : (int64_t)size;
}

static uint64_t repetitions_of(const struct workload_run *run)
{
    uint64_t repetitions = TOTAL / (uint64_t)size_of(run) / run->divisor;
    return repetitions > 0 ? repetitions : 1;
}

/* One repetition: its planner, and a checksum of what came out. */
struct solver {
    struct planner planner;
    struct workload_run *run;
    int64_t size;
    uint64_t right; /* values */
    uint64_t sum;
};

static bool goes_on(const struct solver *s) { return !s->planner.failed && !s->planner.broken; }

static void expect_value(struct solver *s, rc_loc variable, int64_t expected, const char *system)
{
    int64_t value = field_int(s->planner.T, variable, VARIABLE_VALUE);
    s->right += value == expected ? 1 : 0;
    if (value != expected)
        verdict_wrong(s->run, "%s of %" PRId64 ": a value is %" PRId64 ", expected %" PRId64,
                      system, s->size, value, expected);
    s->sum = mix64(s->sum ^ (uint64_t)value);
}

/* Adds a new constraint on `variables`, four borrowed cells, and returns it; null if there is no memory. */
static rc_ref add_constraint(struct solver *s, const struct type *type, enum strength strength,
                             const rc_loc variables[4])
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, constraint_new(T, type, strength, variables));
    if (loc_is_null(f[0]))
        s->planner.failed = true;
    else
        planner_add(&s->planner, rc_dup(T, f[0]));
    rc_ref constraint = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return constraint;
}

static void set_value(struct solver *s, rc_loc variable, int64_t value)
{
    if (!field_set_int(s->planner.T, variable, VARIABLE_VALUE, value))
        s->planner.failed = true;
}

/* [variable, ...] */
static rc_loc make_variables(struct solver *s, int64_t length)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, 0));
    s->planner.failed = loc_is_null(f[0]);
    for (int64_t i = 0; goes_on(s) && i < length; i++) {
        thread_safepoint(T);
        rc_ref variable = variable_new(T, i);
        s->planner.failed = ref_is_null(variable) || !list_append(T, f[0], variable);
    }
    rc_loc variables = cell_take(&f[0]);
    RC_LEAVE(T, f);
    return variables;
}

/* The plan for one edit constraint, borrowed. */
static rc_loc plan_of(struct solver *s, rc_loc edit)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 2);
    rc_ref list =
        goes_on(s) ? list_new_from(T, 1, (rc_ref[]){rc_own(T, rc_dup(T, edit))}) : RC_NULL_REF;
    s->planner.failed = ref_is_null(list);
    f[0] = rc_move(T, list);
    if (goes_on(s))
        f[1] = rc_move(T, planner_extract(&s->planner, cell_take(&f[0])));
    rc_loc plan = cell_take(&f[1]);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return plan;
}

/* --- the chain ---------------------------------------------------------------------------------------------------- */

/* Variable i + 1 equals variable i. */
static void link_chain(struct solver *s, rc_loc variables)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 4);
    for (int64_t i = 0; goes_on(s) && i < s->size; i++) {
        thread_safepoint(T);
        f[0] = list_get(T, variables, (size_t)i);
        f[1] = list_get(T, variables, (size_t)i + 1);
        rc_release(T, add_constraint(s, &constraint_equal, REQUIRED, f));
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
}

/* Gives the first variable of the chain one value after another. */
static void send_values(struct solver *s, rc_loc first, rc_loc last, rc_loc edit)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 1);
    f[0] = plan_of(s, edit);
    for (int64_t value = 0; goes_on(s) && value < VALUES; value++) {
        thread_safepoint(T);
        set_value(s, first, value);
        planner_execute(&s->planner, rc_dup(T, f[0]));
        if (goes_on(s))
            expect_value(s, last, value, "chain");
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

static void solve_chain(struct solver *s)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 4);
    enum { VARIABLES, FIRST, LAST, EDIT };
    thread_safepoint(T);
    f[VARIABLES] = make_variables(s, s->size + 1);
    if (goes_on(s))
        link_chain(s, f[VARIABLES]);
    if (goes_on(s)) {
        f[FIRST] = list_get(T, f[VARIABLES], 0);
        f[LAST] = list_get(T, f[VARIABLES], (size_t)s->size);
        rc_release(T, add_constraint(s, &constraint_stay, STRONG_DEFAULT, (rc_loc[4]){f[LAST]}));
    }
    if (goes_on(s))
        f[EDIT] = rc_move(T, add_constraint(s, &constraint_edit, PREFERRED, (rc_loc[4]){f[FIRST]}));
    if (goes_on(s))
        send_values(s, f[FIRST], f[LAST], f[EDIT]);
    cells_drop(T, f, 4);
    RC_LEAVE(T, f);
}

/* --- the projection ----------------------------------------------------------------------------------------------- */

/* Gives a variable, an argument, a value, and lets the plan for it run some times. */
static void change(struct solver *s, rc_loc variable, int64_t value)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 3);
    enum { VARIABLE, EDIT, PLAN };
    f[VARIABLE] = variable;
    thread_safepoint(T);
    f[EDIT] = rc_move(T, add_constraint(s, &constraint_edit, PREFERRED, (rc_loc[4]){f[VARIABLE]}));
    if (goes_on(s))
        f[PLAN] = plan_of(s, f[EDIT]);
    for (unsigned i = 0; goes_on(s) && i < EXECUTIONS; i++) {
        thread_safepoint(T);
        set_value(s, f[VARIABLE], value);
        planner_execute(&s->planner, rc_dup(T, f[PLAN]));
    }
    if (goes_on(s))
        planner_remove(&s->planner, cell_take(&f[EDIT]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}

/* What a projection is made of: cells. */
enum { POINT_SCALE, POINT_OFFSET, SOURCES, DESTINATIONS, PROJECTION_CELLS };

/* Each source stays as it is, and each destination is a source scaled and moved. */
static void link_points(struct solver *s, const rc_loc *projection)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 2);
    enum { SOURCE, DESTINATION };
    for (size_t i = 0; goes_on(s) && i < (size_t)s->size; i++) {
        thread_safepoint(T);
        f[SOURCE] = list_get(T, projection[SOURCES], i);
        f[DESTINATION] = list_get(T, projection[DESTINATIONS], i);
        rc_release(T, add_constraint(s, &constraint_stay, NORMAL, (rc_loc[4]){f[SOURCE]}));
        if (goes_on(s))
            rc_release(
                T, add_constraint(s, &constraint_scale, REQUIRED,
                                  (rc_loc[4]){f[SOURCE], f[DESTINATION], projection[POINT_SCALE],
                                              projection[POINT_OFFSET]}));
        cells_drop(T, f, 2);
    }
    RC_LEAVE(T, f);
}

/* Expects of the destinations, but the last, what the scale and offset make of their sources. */
static void expect_destinations(struct solver *s, rc_loc destinations, int64_t scale,
                                int64_t offset)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 1);
    for (int64_t i = 0; goes_on(s) && i < s->size - 1; i++) {
        thread_safepoint(T);
        f[0] = list_get(T, destinations, (size_t)i);
        expect_value(s, f[0], i * scale + offset, "projection");
        rc_drop(T, cell_take(&f[0]));
    }
    RC_LEAVE(T, f);
}

/* Changes a source, a destination, the scale and the offset; the last of the points is the one that is changed itself. */
static void change_all(struct solver *s, const rc_loc *projection)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, 2);
    enum { SOURCE, DESTINATION };
    f[SOURCE] = list_get(T, projection[SOURCES], (size_t)s->size - 1);
    f[DESTINATION] = list_get(T, projection[DESTINATIONS], (size_t)s->size - 1);
    change(s, rc_dup(T, f[SOURCE]), 17);
    if (goes_on(s))
        expect_value(s, f[DESTINATION], 17 * SCALE + OFFSET, "projection");
    change(s, rc_dup(T, f[DESTINATION]), 1050);
    if (goes_on(s))
        expect_value(s, f[SOURCE], (1050 - OFFSET) / SCALE, "projection");
    change(s, rc_dup(T, projection[POINT_SCALE]), 5);
    expect_destinations(s, projection[DESTINATIONS], 5, OFFSET);
    change(s, rc_dup(T, projection[POINT_OFFSET]), 2000);
    expect_destinations(s, projection[DESTINATIONS], 5, 2000);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static void solve_projection(struct solver *s)
{
    struct thread *T = s->planner.T;
    RC_FRAME(T, f, PROJECTION_CELLS);
    thread_safepoint(T);
    f[POINT_SCALE] = rc_move(T, variable_new(T, SCALE));
    f[POINT_OFFSET] = rc_move(T, variable_new(T, OFFSET));
    s->planner.failed = loc_is_null(f[POINT_SCALE]) || loc_is_null(f[POINT_OFFSET]);
    if (goes_on(s))
        f[SOURCES] = make_variables(s, s->size);
    if (goes_on(s))
        f[DESTINATIONS] = make_variables(s, s->size);
    if (goes_on(s))
        link_points(s, f);
    if (goes_on(s))
        change_all(s, f);
    cells_drop(T, f, PROJECTION_CELLS);
    RC_LEAVE(T, f);
}

/* --- the workload ------------------------------------------------------------------------------------------------- */

static uint64_t run_both(struct thread *T, struct workload_run *run)
{
    struct solver s = {.planner = {.T = T}, .run = run, .size = size_of(run)};
    solve_chain(&s);
    if (goes_on(&s)) {
        s.planner = (struct planner){.T = T};
        solve_projection(&s);
    }
    verdict_right(run, s.right);
    if (s.planner.failed)
        workload_out_of_memory(run);
    else if (s.planner.broken)
        verdict_wrong(run, "a required constraint could not be satisfied, of a size of %" PRId64,
                      s.size);
    return s.sum;
}

/* Values that a repetition checks. */
static uint64_t values_of(const struct workload_run *run)
{
    return VALUES + 2 + 2 * (uint64_t)(size_of(run) - 1);
}

static bool deltablue_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = repetitions_of(run) * (uint64_t)size_of(run);
    return verdict_create(run, 0);
}

static uint64_t deltablue_work(struct thread *T, struct workload_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (uint64_t i = index; i < repetitions_of(run) && !workload_failed(run); i += run->threads) {
        thread_safepoint(T);
        sum += run_both(T, run);
    }
    return sum;
}

static uint64_t deltablue_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    verdict_close(run, repetitions_of(run) * values_of(run));
    return 0;
}

const struct workload workload_deltablue = {
    .name = "deltablue",
    .summary = "solves systems of constraints, adding and removing them one at a time",
    .tags = "classic,cycles",
    .source = "B. Freeman-Benson, J. Maloney, DeltaBlue, IEEE PCCC 1989; as in Octane",
    .settings = deltablue_settings,
    .heap = true,
    .bytes = 64 << 20,
    .setup = deltablue_setup,
    .work = deltablue_work,
    .teardown = deltablue_teardown,
};
