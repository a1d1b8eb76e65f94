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

static rc_slot held; /* what the keeper's finalizer keeps, if it is still there */

static bool keep_held(struct thread *T, rc_loc self)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &held);
    rc_store(T, NULL, &saved, rc_own(T, f[0]));
    f[0] = RC_NULL_LOC;
    RC_LEAVE(T, f);
    return count_run(T, self);
}

static const char *const fields[] = {"link"};
static const struct type counting_type = INSTANCE_TYPE_FINALIZED("Counting", fields, count_run);
static const struct type saving_type = INSTANCE_TYPE_FINALIZED("Saving", fields, save_self);

static const struct type keeping_type = INSTANCE_TYPE_FINALIZED("Keeping", fields, keep_held);

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

/* --- finalizer_keeps_against_stop --------------------------------------------------------------------------------- */

enum { PAUSES = 5, STOPS = 3 }; /* enough for whatever waits for two grace periods */

static void make_keeper(struct thread *T)
{
    rc_store(T, NULL, &given[0], make(T, &keeping_type));
    rc_store(T, NULL, &held, scenario_node_new(T, RC_NULL_REF, 9, "held"));
}

static void drop_and_pause(struct thread *T)
{
    rc_store(T, NULL, &given[0], RC_NULL_REF);
    rc_flush(T);
    for (int i = 0; i < PAUSES; i++)
        thread_safepoint(T);
}

/* Counting what is frozen stops the world, and settles nothing. */
static void drop_and_stop(struct thread *T)
{
    rc_store(T, NULL, &held, RC_NULL_REF);
    for (int i = 0; i < STOPS; i++) {
        size_t frozen = gc_freeze_count(T);
        EXPECT(frozen == 0);
        rc_flush(T);
    }
}

static void expect_kept_whole(struct thread *T)
{
    RC_FRAME(T, f, 1);
    scenario_settle(T);
    f[0] = rc_load(T, NULL, &saved);
    if (!loc_is_null(f[0])) {
        int64_t number = scenario_number(T, f[0]);
        EXPECT(number == 9);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    expect_one_run(T);
}

const struct script script_finalizer_keeps_against_stop = {.threads = {"keeper", "stopper"},
                                                           .run = {drop_and_pause, drop_and_stop},
                                                           .prepare = {make_keeper},
                                                           .finish = expect_kept_whole,
                                                           .ends = true};
