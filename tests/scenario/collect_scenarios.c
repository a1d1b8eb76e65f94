/* Objects change while another thread collects. */
#include "tests/scenario/scenario.h"

static rc_slot young, other;
static size_t found; /* by the collecting thread */

static void collect_youngest(struct thread *T) { found = gc_collect(T, 0); }
static void collect_all(struct thread *T) { found = gc_collect(T, GC_GENERATIONS - 1); }

static void clear_both(struct thread *T)
{
    rc_store(T, NULL, &young, RC_NULL_REF);
    rc_store(T, NULL, &other, RC_NULL_REF);
}

static void make_two(struct thread *T)
{
    rc_store(T, NULL, &young, scenario_node_new(T, RC_NULL_REF, 1, "young"));
    rc_store(T, NULL, &other, scenario_node_new(T, RC_NULL_REF, 2, "other"));
}

/* --- collect_against_drop ----------------------------------------------------------------------------------------- */

static void drop_young(struct thread *T)
{
    rc_store(T, NULL, &young, RC_NULL_REF);
    thread_safepoint(T);
}

static void expect_none_found(struct thread *T)
{
    EXPECT(found == 0);
    clear_both(T);
}

const struct script script_collect_against_drop = {.threads = {"collector", "dropper"},
                                                   .run = {collect_youngest, drop_young},
                                                   .prepare = {NULL, make_two},
                                                   .finish = expect_none_found};

/* --- collect_against_root ----------------------------------------------------------------------------------------- */

static void make_loop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 1, "loop"));
    instance_set(T, f[0], NODE_LINK, cell_ref(T, f[0]));
    rc_store(T, NULL, &young, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
}

static void look_and_drop(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, rc_xchg(T, NULL, &young, RC_NULL_REF));
    thread_safepoint(T);
    f[1] = instance_get(T, f[0], NODE_LINK);
    EXPECT(rc_get(f[1]) == rc_get(f[0]));
    int64_t number = scenario_number(T, f[1]);
    EXPECT(number == 1);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void expect_found_once(struct thread *T)
{
    scenario_settle(T);
    size_t rest = gc_collect(T, GC_GENERATIONS - 1);
    EXPECT(found + rest == 1);
}

const struct script script_collect_against_root = {.threads = {"collector", "dropper"},
                                                   .run = {collect_all, look_and_drop},
                                                   .prepare = {NULL, make_loop},
                                                   .finish = expect_found_once,
                                                   .ends = true};

/* --- collect_through_tuple ---------------------------------------------------------------------------------------- */

/* A tuple of a list, which has a dict, whose value is the tuple. */
static void make_long_loop(struct thread *T)
{
    RC_FRAME(T, f, 4);
    f[0] = rc_move(T, scenario_named(dict_new(T), "dict"));
    f[1] = rc_move(T, list_new_from(T, 1, (rc_ref[]){cell_ref(T, f[0])}));
    f[2] = rc_move(T, tuple_new(T, 1, (rc_ref[]){cell_own(T, &f[1])}));
    f[3] = rc_move(T, int_new(T, 1));
    bool done = dict_set(T, f[0], f[3], cell_ref(T, f[2]));
    EXPECT(done);
    rc_store(T, NULL, &young, scenario_named(cell_own(T, &f[2]), "tuple"));
    rc_clear(T, &f[3]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void drop_the_tuple(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, rc_xchg(T, NULL, &young, RC_NULL_REF));
    thread_safepoint(T);
    f[1] = tuple_get(T, f[0], 0);
    size_t length = list_length(T, f[1]);
    EXPECT(length == 1);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void expect_three_found(struct thread *T)
{
    scenario_settle(T);
    size_t rest = gc_collect(T, GC_GENERATIONS - 1);
    EXPECT(found + rest == 3);
}

const struct script script_collect_through_tuple = {.threads = {"collector", "dropper"},
                                                    .run = {collect_all, drop_the_tuple},
                                                    .prepare = {NULL, make_long_loop},
                                                    .finish = expect_three_found,
                                                    .ends = true};

/* --- collect_against_store ---------------------------------------------------------------------------------------- */

/* What was young is from now on in a field of other. */
static void move_young(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &other);
    f[1] = rc_move(T, rc_xchg(T, NULL, &young, RC_NULL_REF));
    thread_safepoint(T);
    instance_set(T, f[0], NODE_LINK, cell_own(T, &f[1]));
    thread_safepoint(T);
    f[1] = instance_get(T, f[0], NODE_LINK);
    int64_t number = scenario_number(T, f[1]);
    EXPECT(number == 1);
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

const struct script script_collect_against_store = {.threads = {"collector", "mover"},
                                                    .run = {collect_all, move_young},
                                                    .prepare = {NULL, make_two},
                                                    .finish = expect_none_found};

/* --- collect_against_new ------------------------------------------------------------------------------------------ */

static void make_and_drop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] =
        rc_move(T, list_new_from(T, 1, (rc_ref[]){scenario_node_new(T, RC_NULL_REF, 6, "item")}));
    EXPECT(!loc_is_null(f[0]));
    thread_safepoint(T);
    size_t length = list_length(T, f[0]);
    EXPECT(length == 1);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void expect_loop_found(struct thread *T)
{
    scenario_settle(T);
    size_t rest = gc_collect(T, GC_GENERATIONS - 1);
    EXPECT(found == 1 && rest == 0);
}

static void make_loop_and_drop(struct thread *T)
{
    make_loop(T);
    rc_store(T, NULL, &young, RC_NULL_REF);
    scenario_settle(T);
}

const struct script script_collect_against_new = {.threads = {"collector", "maker"},
                                                  .run = {collect_all, make_and_drop},
                                                  .setup = make_loop_and_drop,
                                                  .finish = expect_loop_found,
                                                  .ends = true};
