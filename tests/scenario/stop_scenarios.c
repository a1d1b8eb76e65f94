/* One thread stops the world while another comes, goes, rests or stops it too. */
#include "tests/scenario/scenario.h"

static rc_slot kept;

static void keep_one(struct thread *T)
{
    rc_store(T, NULL, &kept, scenario_node_new(T, RC_NULL_REF, 5, "kept"));
}

static void forget_it(struct thread *T) { rc_store(T, NULL, &kept, RC_NULL_REF); }

static void look(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &kept);
    thread_safepoint(T);
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number == 5);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void collect(struct thread *T)
{
    size_t found = gc_collect(T, 0);
    EXPECT(found == 0);
}

/* --- attach_against_stop ------------------------------------------------------------------------------------------ */

static void come_and_look(struct thread *none)
{
    (void)none;
    struct thread *T = thread_attach();
    EXPECT(T != NULL);
    look(T);
    thread_detach(T);
}

const struct script script_attach_against_stop = {.threads = {"collector", "comer"},
                                                  .run = {collect, come_and_look},
                                                  .comes = {false, true},
                                                  .setup = keep_one,
                                                  .finish = forget_it};

/* --- detach_against_stop ------------------------------------------------------------------------------------------ */

static void look_and_leave(struct thread *T)
{
    look(T);
    scenario_detach(T);
}

const struct script script_detach_against_stop = {.threads = {"collector", "goer"},
                                                  .run = {collect, look_and_leave},
                                                  .prepare = {NULL, keep_one},
                                                  .finish = forget_it};

/* --- block_against_stop ------------------------------------------------------------------------------------------- */

static void look_and_block(struct thread *T)
{
    thread_block(T);
    thread_unblock(T);
    look(T);
}

const struct script script_block_against_stop = {.threads = {"collector", "sleeper"},
                                                 .run = {collect, look_and_block},
                                                 .prepare = {NULL, keep_one},
                                                 .finish = forget_it};

/* --- stop_against_stop -------------------------------------------------------------------------------------------- */

static void collect_and_look(struct thread *T)
{
    collect(T);
    look(T);
}

const struct script script_stop_against_stop = {.threads = {"first", "second"},
                                                .run = {collect_and_look, collect_and_look},
                                                .setup = keep_one,
                                                .finish = forget_it};
