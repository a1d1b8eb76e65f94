/* Weak references are asked while their targets end. */
#include "runtimes/object/weakref.h"

#include "tests/scenario/scenario.h"

static rc_slot target, weak;
static _Atomic unsigned calls;

static void call(struct thread *T, rc_loc weakref)
{
    RC_FRAME(T, f, 1);
    f[0] = weakref_get(T, weakref);
    EXPECT(loc_is_null(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    fetch_add_relaxed(&calls, 1);
}

static void name_target(struct thread *T, rc_loc node)
{
    rc_ref ref = weakref_new(T, node, call, RC_NULL_REF);
    rc_store(T, NULL, &weak, scenario_named(ref, "weakref"));
}

static void make_target(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 8, "target"));
    name_target(T, f[0]);
    rc_store(T, NULL, &target, cell_own(T, &f[0]));
    RC_LEAVE(T, f);
}

static void drop_target(struct thread *T)
{
    rc_store(T, NULL, &target, RC_NULL_REF);
    thread_safepoint(T);
}

static void upgrade(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &weak);
    f[1] = weakref_get(T, f[0]);
    if (!loc_is_null(f[1])) {
        int64_t number = scenario_number(T, f[1]);
        EXPECT(number == 8);
    }
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void expect_null_and_forget(struct thread *T)
{
    RC_FRAME(T, f, 2);
    scenario_settle(T);
    gc_collect(T, GC_GENERATIONS - 1);
    f[0] = rc_load(T, NULL, &weak);
    f[1] = weakref_get(T, f[0]);
    EXPECT(loc_is_null(f[1]));
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    EXPECT(load_relaxed(&calls) == 1);
    rc_store(T, NULL, &weak, RC_NULL_REF);
}

/* --- weak_upgrade_against_drop ------------------------------------------------------------------------------------ */

const struct script script_weak_upgrade_against_drop = {.threads = {"dropper", "asker"},
                                                        .run = {drop_target, upgrade},
                                                        .prepare = {make_target},
                                                        .finish = expect_null_and_forget,
                                                        .ends = true};

/* --- weak_upgrade_against_collect --------------------------------------------------------------------------------- */

static void make_loop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 8, "loop"));
    instance_set(T, f[0], NODE_LINK, cell_ref(T, f[0]));
    name_target(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void collect(struct thread *T) { gc_collect(T, GC_GENERATIONS - 1); }

const struct script script_weak_upgrade_against_collect = {.threads = {"collector", "asker"},
                                                           .run = {collect, upgrade},
                                                           .prepare = {NULL, make_loop},
                                                           .finish = expect_null_and_forget,
                                                           .ends = true};

/* --- weak_end_against_target -------------------------------------------------------------------------------------- */

static void drop_weak(struct thread *T)
{
    rc_store(T, NULL, &weak, RC_NULL_REF);
    thread_safepoint(T);
}

static void expect_one_call_at_most(struct thread *T)
{
    scenario_settle(T);
    EXPECT(load_relaxed(&calls) <= 1);
}

const struct script script_weak_end_against_target = {.threads = {"dropper", "forgetter"},
                                                      .run = {drop_target, drop_weak},
                                                      .prepare = {make_target},
                                                      .finish = expect_one_call_at_most};
