/* Finalizers run while other threads drop what they bring back. */
#include "runtimes/object/finalize.h"

#include "tests/scenario/scenario.h"

static rc_slot given[2], saved;
static _Atomic unsigned runs;

static bool count_run(struct thread *T, rc_loc self)
{
    (void)T;
    EXPECT(!loc_is_null(self));
    fetch_add_relaxed(&runs, 1);
    return true;
}

static bool save_self(struct thread *T, rc_loc self)
{
    rc_store(T, NULL, &saved, cell_ref(T, self));
    return count_run(T, self);
}

static const char *const fields[] = {"link"};
static const struct type counting_type = INSTANCE_TYPE_FINALIZED("Counting", fields, count_run);
static const struct type saving_type = INSTANCE_TYPE_FINALIZED("Saving", fields, save_self);

static rc_ref make(struct thread *T, const struct type *type)
{
    return scenario_named(instance_new(T, type, (rc_ref[]){RC_NULL_REF}), "finalized");
}

static void drop_mine(struct thread *T)
{
    rc_store(T, NULL, &given[scenario_self()], RC_NULL_REF);
    thread_safepoint(T);
}

static void expect_one_run(struct thread *T)
{
    rc_store(T, NULL, &saved, RC_NULL_REF);
    scenario_settle(T);
    gc_collect(T, GC_GENERATIONS - 1);
    rc_store(T, NULL, &saved, RC_NULL_REF);
    scenario_settle(T);
    EXPECT(load_relaxed(&runs) == 1);
}

/* --- finalizer_against_drop --------------------------------------------------------------------------------------- */

static void give_both(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, make(T, &counting_type));
    rc_store(T, NULL, &given[0], cell_ref(T, f[0]));
    rc_store(T, NULL, &given[1], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

const struct script script_finalizer_against_drop = {.threads = {"maker", "other"},
                                                     .run = {drop_mine, drop_mine},
                                                     .prepare = {give_both},
                                                     .finish = expect_one_run,
                                                     .ends = true};

/* --- finalizer_resurrects_against_drop ---------------------------------------------------------------------------- */

static void give_saving(struct thread *T) { rc_store(T, NULL, &given[0], make(T, &saving_type)); }

static void drop_saved(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, rc_xchg(T, NULL, &saved, RC_NULL_REF));
    EXPECT(loc_is_null(f[0]) || obj_get(f[0])->type == &saving_type);
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

const struct script script_finalizer_resurrects_against_drop = {.threads = {"dropper", "other"},
                                                                .run = {drop_mine, drop_saved},
                                                                .prepare = {give_saving},
                                                                .finish = expect_one_run,
                                                                .ends = true};

/* --- finalizer_resurrects_against_collect ------------------------------------------------------------------------- */

static void make_loop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, make(T, &saving_type));
    instance_set(T, f[0], 0, cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void collect(struct thread *T) { gc_collect(T, GC_GENERATIONS - 1); }

const struct script script_finalizer_resurrects_against_collect = {
    .threads = {"collector", "other"},
    .run = {collect, drop_saved},
    .prepare = {NULL, make_loop},
    .finish = expect_one_run,
    .ends = true};
