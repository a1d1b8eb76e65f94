/* The last references to an object end in several threads at once. */
#include "tests/scenario/scenario.h"

static rc_slot given[COROUTINES]; /* one for each thread */
static rc_slot box;

static void give(struct thread *T, unsigned threads)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 7, "node"));
    for (unsigned i = 0; i < threads; i++)
        rc_store(T, NULL, &given[i], cell_ref(T, f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void look_and_drop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, rc_xchg(T, NULL, &given[scenario_self()], RC_NULL_REF));
    EXPECT(!loc_is_null(f[0]));
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number == 7);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- last_drop: the first thread is the maker --------------------------------------------------------------------- */

static void give_both(struct thread *T) { give(T, 2); }

const struct script script_last_drop = {
    .threads = {"maker", "other"}, .run = {look_and_drop, look_and_drop}, .prepare = {give_both}};

/* --- last_drop_of_three: the maker is main, at rest --------------------------------------------------------------- */

static void give_three(struct thread *T) { give(T, 3); }

const struct script script_last_drop_of_three = {
    .threads = {"first", "second", "third"},
    .run = {look_and_drop, look_and_drop, look_and_drop},
    .setup = give_three};

/* --- hand_over ---------------------------------------------------------------------------------------------------- */

static void make_and_put(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, scenario_node_new(T, RC_NULL_REF, 1, "given"));
    rc_store(T, NULL, &box, cell_ref(T, f[0]));
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number == 1);
    rc_clear(T, &f[0]);
    rc_release(T, scenario_node_new(T, RC_NULL_REF, 2, "next"));
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

/* Takes it out if it is there. */
static void take_and_drop(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, rc_xchg(T, NULL, &box, RC_NULL_REF));
    if (!loc_is_null(f[0])) {
        int64_t number = scenario_number(T, f[0]);
        EXPECT(number == 1);
    }
    rc_clear(T, &f[0]);
    thread_safepoint(T);
    RC_LEAVE(T, f);
}

static void empty_box(struct thread *T) { rc_store(T, NULL, &box, RC_NULL_REF); }

const struct script script_hand_over = {
    .threads = {"maker", "taker"}, .run = {make_and_put, take_and_drop}, .finish = empty_box};

/* --- own_across_threads ------------------------------------------------------------------------------------------- */

static void alias_and_move(struct thread *T)
{
    RC_FRAME(T, f, 2);
    rc_slot *mine = &given[scenario_self()];
    f[0] = rc_load(T, NULL, mine);
    f[1] = rc_dup(T, f[0]);
    rc_ref owned = rc_own(T, f[0]);
    f[0] = RC_NULL_LOC;
    rc_store(T, NULL, mine, owned);
    f[0] = rc_move(T, rc_xchg(T, NULL, mine, RC_NULL_REF));
    EXPECT(rc_get(f[0]) == rc_get(f[1]));
    rc_clear(T, &f[0]);
    int64_t number = scenario_number(T, f[1]);
    EXPECT(number == 7);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

static void give_two(struct thread *T) { give(T, 2); }

const struct script script_own_across_threads = {
    .threads = {"first", "second"}, .run = {alias_and_move, alias_and_move}, .setup = give_two};
