/*
 * sharing_ladder: the same small call again and again, with one thing more shared on each rung.
 *
 * Idea: threads that compute nothing together still meet in what their code touches, and each meeting is a count on one
 * cache line.  The ladder climbs from nothing to one bare value, so that it shows where a way of counting begins to hurt:
 *   nothing     each thread calls a function of its own on a list of its own, which it has made itself
 *   globals     a name is looked up in the dict of one module
 *   container   an item of one list is read
 *   code        one function: its code, a constant of its tuple of constants, and with that an item of one list
 *   returned    a function returns one object that all threads have
 *   bare        one slot outside of any object is read: what it refers to is all there is
 * What is touched so is hot, and `hot` says what becomes of its counts:
 *   counted     each argument, alias and read is a reference (rc_dup, rc_load, rc_cload)
 *   borrowed    none is: arguments stay the caller's, and what a slot refers to is looked at as long as its host is known to
 *               live and nobody writes it, as a compiler that infers borrowing, or an inline cache, would do (rc_peek, rc_cpeek)
 *   immortal    the code of `counted` on objects that never die (bench/trial/immortal.h)
 * Strategies that borrow on the stack are expected to tell counted and borrowed hardly apart.
 *
 * Call i yields HOT_BASE + i mod 16 on every rung, and the checksum weighs it by i: teardown compares the sum of all threads with
 * that formula, so all rungs, all ways and all numbers of threads have one checksum.
 * Stresses: contention for counts.  Settings: rung, hot.
 * Source: the microbenchmarks of free-threaded CPython's Tools/ftscalingbench, and why PEP 703 makes code, constants and
 * globals immortal or counts them late; borrowing as in S. Ullrich, L. de Moura, "Counting Immutable Beans", IFL 2019.
 */
#include "bench/trial/hot.h"
#include "bench/workload.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    CALLS = 16000000,
    PLACES = 64, /* threads that have immortal objects of their own */
};

enum rung { NOTHING, GLOBALS, CONTAINER, CODE, RETURNED, BARE, RUNGS };
enum way { WAY_COUNTED, WAY_BORROWED, WAY_IMMORTAL };
enum { SETTING_RUNG, SETTING_HOT };

static const char *const rung_words[] = {"nothing", "globals",  "container",
                                         "code",    "returned", "bare"};
static const char *const way_words[] = {"counted", "borrowed", "immortal"};

static const struct setting sharing_ladder_settings[] = {
    {"rung", "what all threads share", CODE, NOTHING, BARE, rung_words},
    {"hot", "what becomes of the counts of what is shared", WAY_COUNTED, WAY_COUNTED, WAY_IMMORTAL,
     way_words},
    {0},
};

static struct hot_places places[PLACES];

struct ladder {
    rc_slot bare;         /* refers to HOT_VALUE */
    _Atomic uint64_t sum; /* of all threads, each of which adds to it once */
};

/* --- calls, each of which yields HOT_BASE + i; `hot` are cells ------------------------------------------ */

typedef int64_t call(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i);

static int64_t number_of(struct rc_header *header) { return int_value(obj_of(header)); }

static int64_t call_globals(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    RC_FRAME(T, f, 3);
    f[0] = rc_dup(T, hot[HOT_MODULE]);
    thread_safepoint(T);
    f[1] = tuple_get(T, hot[HOT_NAMES], i);
    f[2] = dict_get(T, f[0], f[1]);
    int64_t value = int_value(obj_get(f[2]));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return value;
}

/* The inline cache knows the entry, and that it is that of the name. */
static int64_t peek_globals(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    thread_safepoint(T);
    const struct tuple_obj *names = (const struct tuple_obj *)obj_get(hot[HOT_NAMES]);
    struct hash_table *table = load_relaxed(&dict_of(hot[HOT_MODULE])->root.table);
    const struct hash_entry *hashed = hash_entry_at(table, i, sizeof(struct dict_entry));
    if (rc_peek(&hashed->key) != rc_cpeek(&names->items[i]))
        return 0;
    return number_of(rc_peek(&((const struct dict_entry *)(const void *)hashed)->value));
}

static int64_t call_container(struct thread *T, struct ladder *ladder, const rc_loc *hot,
                              unsigned i)
{
    (void)ladder;
    RC_FRAME(T, f, 2);
    f[0] = rc_dup(T, hot[HOT_LIST]);
    thread_safepoint(T);
    f[1] = list_get(T, f[0], i);
    int64_t value = int_value(obj_get(f[1]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return value;
}

static int64_t peek_item(rc_loc list, int64_t index)
{
    return number_of(rc_peek(&load_relaxed(&list_of(list)->table)->items[index]));
}

static int64_t peek_container(struct thread *T, struct ladder *ladder, const rc_loc *hot,
                              unsigned i)
{
    (void)ladder;
    thread_safepoint(T);
    return peek_item(hot[HOT_LIST], i);
}

static int64_t call_code(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    RC_FRAME(T, f, 5);
    enum { SELF, ITS_CODE, CONSTANT, ITS_LIST, ITEM };
    f[SELF] = rc_dup(T, hot[HOT_FUNCTION]);
    f[ITS_LIST] = rc_dup(T, hot[HOT_LIST]);
    thread_safepoint(T);
    f[ITS_CODE] = instance_get(T, f[SELF], HOT_FUNCTION_CODE);
    f[CONSTANT] = tuple_get(T, f[ITS_CODE], i);
    f[ITEM] = list_get(T, f[ITS_LIST], (size_t)(int_value(obj_get(f[CONSTANT])) - HOT_BASE));
    int64_t value = int_value(obj_get(f[ITEM]));
    cells_drop(T, f, 5);
    RC_LEAVE(T, f);
    return value;
}

static int64_t peek_code(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    thread_safepoint(T);
    const struct instance_obj *function = instance_of(hot[HOT_FUNCTION], HOT_FUNCTION_CODE);
    const struct rc_header *code = rc_peek(&function->fields[HOT_FUNCTION_CODE]);
    const struct tuple_obj *constants = (const struct tuple_obj *)(const void *)code;
    return peek_item(hot[HOT_LIST], number_of(rc_cpeek(&constants->items[i])) - HOT_BASE);
}

/* What it is given, an argument. */
static rc_ref give_back(struct thread *T, rc_loc value)
{
    RC_FRAME(T, f, 1);
    f[0] = value;
    thread_safepoint(T);
    rc_ref result = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return result;
}

static int64_t call_returned(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, give_back(T, rc_dup(T, hot[HOT_VALUE])));
    int64_t value = int_value(obj_get(f[0])) + i;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return value;
}

/* The same of a callee that returns what stays the caller's: a cell. */
static __attribute__((noinline)) const rc_loc *lend(struct thread *T, const rc_loc *value)
{
    thread_safepoint(T);
    return value;
}

static int64_t peek_returned(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)ladder;
    return int_value(obj_get(*lend(T, &hot[HOT_VALUE]))) + i;
}

static int64_t call_bare(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)hot;
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    f[0] = rc_load(T, NULL, &ladder->bare);
    int64_t value = int_value(obj_get(f[0])) + i;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return value;
}

static int64_t peek_bare(struct thread *T, struct ladder *ladder, const rc_loc *hot, unsigned i)
{
    (void)hot;
    thread_safepoint(T);
    return number_of(rc_peek(&ladder->bare)) + i;
}

/* Of each rung: counted, or on immortals, and borrowed. */
static call *const calls[RUNGS][2] = {
    [NOTHING] = {call_code, peek_code},
    [GLOBALS] = {call_globals, peek_globals},
    [CONTAINER] = {call_container, peek_container},
    [CODE] = {call_code, peek_code},
    [RETURNED] = {call_returned, peek_returned},
    [BARE] = {call_bare, peek_bare},
};

/* --- the workload ------------------------------------------------------------------------------- */

static uint64_t calls_of(const struct workload_run *run) { return CALLS / run->divisor; }

static bool is_private(const struct workload_run *run)
{
    return run->settings[SETTING_RUNG] == NOTHING;
}

static struct hot_places *places_of(const struct workload_run *run, unsigned index)
{
    return run->settings[SETTING_HOT] == WAY_IMMORTAL ? &places[index] : NULL;
}

/* What all threads share, in run->root; and one of it in the slot. */
static bool make_shared(struct thread *T, struct workload_run *run)
{
    struct ladder *ladder = run->input;
    if (is_private(run))
        return true;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, hot_new(T, places_of(run, 0)));
    bool ok = !loc_is_null(f[0]);
    if (ok) {
        f[1] = tuple_get(T, f[0], HOT_VALUE);
        rc_store(T, NULL, &ladder->bare, rc_own(T, cell_take(&f[1])));
        rc_store(T, NULL, &run->root, rc_own(T, cell_take(&f[0])));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return ok;
}

static struct ladder *make_ladder(struct thread *T)
{
    struct ladder *ladder = aligned_alloc(_Alignof(struct ladder), sizeof *ladder);
    if (ladder != NULL) {
        store_relaxed(&ladder->sum, 0);
        rc_init_slot(T, &ladder->bare, RC_NULL_REF);
    }
    return ladder;
}

static bool sharing_ladder_setup(struct thread *T, struct workload_run *run)
{
    run->operations = calls_of(run);
    if (is_private(run) && places_of(run, 0) != NULL && run->threads > PLACES) {
        snprintf(run->problem, sizeof(run->problem),
                 "rung=nothing with hot=immortal is for at most %d threads, not %u", PLACES,
                 run->threads);
        return false;
    }
    run->input = make_ladder(T);
    bool ok = run->input != NULL && make_shared(T, run);
    if (!ok)
        snprintf(run->problem, sizeof(run->problem), "no memory for what is to be shared");
    return ok;
}

/* The share of one thread; `hot` are cells. */
static uint64_t climb(struct thread *T, struct workload_run *run, const rc_loc *hot, unsigned index)
{
    call *const one =
        calls[run->settings[SETTING_RUNG]][run->settings[SETTING_HOT] == WAY_BORROWED];
    uint64_t sum = 0;
    for (uint64_t i = index; i < calls_of(run); i += run->threads) {
        thread_safepoint(T);
        sum += (uint64_t)one(T, run->input, hot, i % HOT_ITEMS) * (i | 1);
    }
    return sum;
}

static uint64_t sharing_ladder_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct ladder *ladder = run->input;
    RC_FRAME(T, f, HOT_LENGTH + 1);
    uint64_t sum = 0;
    f[HOT_LENGTH] = is_private(run) ? rc_move(T, hot_new(T, places_of(run, index)))
                                    : rc_load(T, NULL, &run->root);
    for (size_t i = 0; !loc_is_null(f[HOT_LENGTH]) && i < HOT_LENGTH; i++)
        f[i] = tuple_get(T, f[HOT_LENGTH], i);
    if (loc_is_null(f[HOT_LENGTH]))
        workload_out_of_memory(run);
    else
        sum = climb(T, run, f, index);
    fetch_add_relaxed(&ladder->sum, sum);
    cells_drop(T, f, HOT_LENGTH + 1);
    RC_LEAVE(T, f);
    return sum;
}

static uint64_t expected_sum(const struct workload_run *run)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < calls_of(run); i++)
        sum += (HOT_BASE + i % HOT_ITEMS) * (i | 1);
    return sum;
}

static uint64_t sharing_ladder_teardown(struct thread *T, struct workload_run *run)
{
    struct ladder *ladder = run->input;
    rc_store(T, NULL, &run->root, RC_NULL_REF);
    if (ladder != NULL)
        rc_store(T, NULL, &ladder->bare, RC_NULL_REF);
    for (unsigned i = 0; i < PLACES; i++)
        hot_clear(T, &places[i]);
    if (ladder != NULL && run->problem[0] == '\0' && !workload_failed(run) &&
        load_relaxed(&ladder->sum) != expected_sum(run))
        snprintf(run->problem, sizeof(run->problem),
                 "the calls should sum up to %" PRIu64 ", and come to %" PRIu64, expected_sum(run),
                 load_relaxed(&ladder->sum));
    free(ladder);
    run->input = NULL;
    return 0;
}

const struct workload workload_sharing_ladder = {
    .name = "sharing_ladder",
    .summary = "calls a small function that shares more with other threads on every rung",
    .tags = "sharing",
    .source = "Tools/ftscalingbench of CPython; PEP 703, PEP 683",
    .settings = sharing_ladder_settings,
    .bytes = 16 << 20,
    .setup = sharing_ladder_setup,
    .work = sharing_ladder_work,
    .teardown = sharing_ladder_teardown,
};
