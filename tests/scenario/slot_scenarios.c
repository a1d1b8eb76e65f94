/* Threads race on one slot. */
#include "tests/scenario/scenario.h"

static rc_slot slot;

static void fill(struct thread *T)
{
    rc_store(T, NULL, &slot, scenario_node_new(T, RC_NULL_REF, 1, "old"));
    report_name(&slot, sizeof slot, "slot");
}

static void empty(struct thread *T) { rc_store(T, NULL, &slot, RC_NULL_REF); }

/* Whatever it finds is whole. */
static void load_once(struct thread *T, int64_t least, int64_t most)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &slot);
    EXPECT(!loc_is_null(f[0]));
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number >= least && number <= most);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void load(struct thread *T) { load_once(T, 1, 2); }

static void load_twice(struct thread *T)
{
    load_once(T, 1, 3);
    thread_safepoint(T);
    load_once(T, 1, 3);
}

/* --- load_against_store ------------------------------------------------------------------------------------------- */

static void store_two(struct thread *T)
{
    rc_store(T, NULL, &slot, scenario_node_new(T, RC_NULL_REF, 2, "new"));
}

const struct script script_load_against_store = {
    .threads = {"writer", "reader"}, .run = {store_two, load}, .prepare = {fill}, .finish = empty};

/* --- load_against_reuse: what is made next lies where the old one lay --------------------------------------------- */

/* Ints, since the memory of one goes to the next. */
enum { OLD = 1001, NEW, ELSEWHERE };

static void fill_with_int(struct thread *T)
{
    rc_store(T, NULL, &slot, scenario_named(int_new(T, OLD), "old"));
    report_name(&slot, sizeof slot, "slot");
}

static void store_and_reuse(struct thread *T)
{
    RC_FRAME(T, f, 1);
    rc_store(T, NULL, &slot, scenario_named(int_new(T, NEW), "new"));
    f[0] = rc_move(T, scenario_named(int_new(T, ELSEWHERE), "elsewhere"));
    thread_safepoint(T);
    int64_t value = int_value(obj_get(f[0]));
    EXPECT(value == ELSEWHERE);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void load_int(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &slot);
    EXPECT(!loc_is_null(f[0]));
    int64_t value = int_value(obj_get(f[0]));
    EXPECT(value == OLD || value == NEW);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

const struct script script_load_against_reuse = {.threads = {"writer", "reader"},
                                                 .run = {store_and_reuse, load_int},
                                                 .prepare = {fill_with_int},
                                                 .finish = empty};

/* --- xchg --------------------------------------------------------------------------------------------------------- */

static void exchange(struct thread *T)
{
    RC_FRAME(T, f, 1);
    const int64_t mine = 2 + (int64_t)scenario_self();
    rc_ref ref = scenario_node_new(T, RC_NULL_REF, mine, "exchanged");
    f[0] = rc_move(T, rc_xchg(T, NULL, &slot, ref));
    EXPECT(!loc_is_null(f[0]));
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number >= 1 && number <= 3 && number != mine);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

const struct script script_xchg = {.threads = {"first", "second"},
                                   .run = {exchange, exchange},
                                   .prepare = {fill},
                                   .finish = empty};

/* --- load_against_two_stores -------------------------------------------------------------------------------------- */

static void store_mine(struct thread *T)
{
    const int64_t mine = 1 + (int64_t)scenario_self();
    rc_store(T, NULL, &slot, scenario_node_new(T, RC_NULL_REF, mine, "stored"));
}

const struct script script_load_against_two_stores = {.threads = {"reader", "first", "second"},
                                                      .run = {load_twice, store_mine, store_mine},
                                                      .setup = fill,
                                                      .finish = empty};

/* --- keep_across_safepoint ---------------------------------------------------------------------------------------- */

static void load_and_wait(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &slot);
    for (int i = 0; i < 2; i++)
        thread_safepoint(T);
    int64_t number = scenario_number(T, f[0]);
    EXPECT(number == 1 || number == 2);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void store_and_collect(struct thread *T)
{
    store_two(T);
    gc_collect(T, GC_GENERATIONS - 1);
}

const struct script script_keep_across_safepoint = {.threads = {"writer", "reader"},
                                                    .run = {store_and_collect, load_and_wait},
                                                    .prepare = {fill},
                                                    .finish = empty};
