/* Threads attach and detach while others hold what they made. */
#include "tests/scenario/scenario.h"

enum { MANY = 6 };

static rc_slot given[2];

static void give_both(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 3, "given"));
    rc_store(T, NULL, &given[0], cell_ref(T, f[0]));
    rc_store(T, NULL, &given[1], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void drop(struct thread *T, unsigned which)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, rc_xchg(T, NULL, &given[which], RC_NULL_REF));
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number == 3);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void drop_first(struct thread *T) { drop(T, 0); }
static void drop_second(struct thread *T) { drop(T, 1); }

static void leave(struct thread *T) { scenario_detach(T); }

/* --- owner_exit --------------------------------------------------------------------------------------------------- */

static void drop_and_leave(struct thread *T)
{
    drop_first(T);
    scenario_detach(T);
}

const struct script script_owner_exit = {
    .threads = {"maker", "other"}, .run = {drop_and_leave, drop_second}, .prepare = {give_both}};

/* --- orphan_drop -------------------------------------------------------------------------------------------------- */

const struct script script_orphan_drop = {.threads = {"maker", "first", "second"},
                                          .run = {leave, drop_first, drop_second},
                                          .prepare = {give_both}};

/* --- thread_id_reuse, attach_against_attach ----------------------------------------------------------------------- */

static void come_and_work(struct thread *none)
{
    (void)none;
    struct thread *T = thread_attach();
    EXPECT(T != NULL);
    rc_release(T, scenario_node_new(T, RC_NULL_REF, 4, "the new thread's"));
    thread_safepoint(T);
    thread_detach(T);
}

static void drop_both(struct thread *T)
{
    drop_first(T);
    drop_second(T);
}

const struct script script_thread_id_reuse = {.threads = {"maker", "other", "comer"},
                                              .run = {leave, drop_both, come_and_work},
                                              .comes = {false, false, true},
                                              .prepare = {give_both}};

const struct script script_attach_against_attach = {
    .threads = {"first", "second"}, .run = {come_and_work, come_and_work}, .comes = {true, true}};

/* --- remote_free_and_pool_release --------------------------------------------------------------------------------- */

static void make_many(struct thread *T)
{
    RC_FRAME(T, f, 1);
    for (int i = 0; i < MANY; i++)
        f[0] = rc_move(T, scenario_node_new(T, cell_own(T, &f[0]), i, "one of many"));
    rc_store(T, NULL, &given[0], cell_own(T, &f[0]));
    RC_LEAVE(T, f);
}

static void end_many(struct thread *T) { rc_store(T, NULL, &given[0], RC_NULL_REF); }

const struct script script_remote_free_and_pool_release = {
    .threads = {"maker", "other"}, .run = {leave, end_many}, .prepare = {make_many}};
