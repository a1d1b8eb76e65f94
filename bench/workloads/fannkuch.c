/*
 * fannkuch: turns pancakes: for every permutation, how many reversals of its beginning until the first item is 0.
 *
 * Idea: lists and nothing else.  Each permutation is copied, a list that dies young; then items, shared ints, are read and stored
 * back, two and two.  Permutations come in the order of the published programs, each from the last by a rotation; their
 * numbers in that order, written in factorials, let a thread begin anywhere.  They are dealt to threads in blocks.
 * Validation: the checksum, which adds the reversals of even permutations and subtracts those of odd ones, and the most reversals,
 * are published: 228 and 16 for 7 items, 73196 and 38 for 10.
 * Settings: the number of items.
 * Source: K. Anderson, D. Rettig, "Performing Lisp Analysis of the FANNKUCH Benchmark", 1994; fannkuch-redux of the Computer
 * Language Benchmarks Game.
 */
#include "bench/trial/cell.h"
#include "bench/trial/copy.h"
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ITEMS = 9, ITEMS_IN_TESTS = 5, ITEMS_MIN = 5, ITEMS_MAX = 10, TESTS_MAX = 8 };
enum { REPETITIONS = 3 };

enum { SETTING_ITEMS };
static const struct setting fannkuch_settings[] = {
    {"n", "items that are permuted", ITEMS, 7, ITEMS_MAX, NULL},
    {0},
};

/* What is known of each number of items. */
static const struct known {
    int64_t checksum;
    int64_t most;
} known[ITEMS_MAX - ITEMS_MIN + 1] = {{11, 7},    {49, 10},   {228, 16},
                                      {1616, 22}, {8629, 30}, {73196, 38}};

struct total {
    _Atomic uint64_t checksum; /* modulo 2^64 */
    _Atomic uint64_t most;
};

/* --- how much work ------------------------------------------------------------------------------------------------ */

/* Fewer in tests: by default very few, and so often that it is about the part of the work that is asked for. */
static unsigned items_of(const struct workload_run *run)
{
    unsigned items = (unsigned)run->settings[SETTING_ITEMS];
    if (run->divisor == 1)
        return items;
    if (items == ITEMS)
        return ITEMS_IN_TESTS;
    return items < TESTS_MAX ? items : TESTS_MAX;
}

static uint64_t factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }

static uint64_t repetitions_of(const struct workload_run *run)
{
    uint64_t all = REPETITIONS * factorial((unsigned)run->settings[SETTING_ITEMS]) / run->divisor;
    uint64_t repetitions = all / factorial(items_of(run));
    return repetitions > 0 ? repetitions : 1;
}

/* So many permutations, an even number, are dealt to a thread at a time. */
static uint64_t block_of(const struct workload_run *run) { return factorial(items_of(run) - 2); }

/* --- permutations ------------------------------------------------------------------------------------------------- */

/* list[i], list[j] = list[j], list[i] */
static void exchange(struct thread *T, rc_loc list, size_t i, size_t j)
{
    RC_FRAME(T, f, 2);
    f[0] = list_get(T, list, i);
    f[1] = list_get(T, list, j);
    list_set(T, list, i, rc_own(T, cell_take(&f[1])));
    list_set(T, list, j, rc_own(T, cell_take(&f[0])));
    RC_LEAVE(T, f);
}

static int64_t item_at(struct thread *T, rc_loc list, size_t i)
{
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, list, i);
    int64_t item = int_value(obj_get(f[0]));
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return item;
}

/* list[0], ..., list[last] = list[1], ..., list[last], list[0] */
static void rotate(struct thread *T, rc_loc list, size_t last)
{
    RC_FRAME(T, f, 2);
    enum { FIRST, ITEM };
    f[FIRST] = list_get(T, list, 0);
    for (size_t i = 0; i < last; i++) {
        thread_safepoint(T);
        f[ITEM] = list_get(T, list, i + 1);
        list_set(T, list, i, rc_own(T, cell_take(&f[ITEM])));
    }
    list_set(T, list, last, rc_own(T, cell_take(&f[FIRST])));
    RC_LEAVE(T, f);
}

/* A list of n ints, each its place or each 0; null if there is no memory. */
static rc_ref make_list(struct thread *T, unsigned n, bool places)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, n));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < n; i++) {
        thread_safepoint(T);
        ok = list_append(T, f[0], int_new(T, places ? (int64_t)i : 0));
    }
    rc_ref list = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return list;
}

/* Makes of the first permutation that of a number; `counts` are its digits.  Both lists are borrowed. */
static void go_to(struct thread *T, rc_loc items, rc_loc counts, uint64_t number)
{
    for (size_t place = list_length(T, items) - 1; place > 0; place--) {
        uint64_t digit = number / factorial((unsigned)place);
        number %= factorial((unsigned)place);
        list_set(T, counts, place, int_new(T, (int64_t)digit)); /* a shared int: there is memory */
        for (uint64_t i = 0; i < digit; i++) {
            thread_safepoint(T);
            rotate(T, items, place);
        }
    }
}

/* Makes of a permutation the next; both lists are arguments. */
static void advance(struct thread *T, rc_loc items, rc_loc counts)
{
    RC_FRAME(T, f, 2);
    enum { PERMUTED, COUNTS };
    f[PERMUTED] = items;
    f[COUNTS] = counts;
    thread_safepoint(T);
    size_t length = list_length(T, f[PERMUTED]);
    for (size_t place = 1; place < length; place++) {
        thread_safepoint(T);
        rotate(T, f[PERMUTED], place);
        int64_t count = item_at(T, f[COUNTS], place) + 1;
        bool done = count <= (int64_t)place;
        list_set(T, f[COUNTS], place, int_new(T, done ? count : 0));
        if (done)
            break;
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

/* --- reversals ---------------------------------------------------------------------------------------------------- */

/* How many reversals a permutation, an argument, takes; UINT64_MAX if there is no memory. */
static uint64_t count_reversals(struct thread *T, rc_loc items)
{
    RC_FRAME(T, f, 1);
    f[0] = items;
    thread_safepoint(T);
    f[0] = rc_move(T, copy_list(T, cell_take(&f[0])));
    uint64_t reversals = loc_is_null(f[0]) ? UINT64_MAX : 0;
    while (reversals != UINT64_MAX) {
        thread_safepoint(T);
        size_t last = (size_t)item_at(T, f[0], 0);
        if (last == 0)
            break;
        for (size_t i = 0; i < last; i++, last--) {
            thread_safepoint(T);
            exchange(T, f[0], i, last);
        }
        reversals++;
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return reversals;
}

/* --- the workload ------------------------------------------------------------------------------------------------- */

static void raise(_Atomic uint64_t *most, uint64_t value)
{
    uint64_t old = load_relaxed(most);
    while (old < value && !cas_weak_relaxed(most, &old, value))
        ;
}

/* The permutations of the block that begins with number `begin`; their part of the checksum. */
static uint64_t do_block(struct thread *T, struct workload_run *run, uint64_t begin)
{
    struct total *total = run->input;
    RC_FRAME(T, f, 2);
    enum { PERMUTED, COUNTS };
    f[PERMUTED] = rc_move(T, make_list(T, items_of(run), true));
    f[COUNTS] = rc_move(T, make_list(T, items_of(run), false));
    bool ok = !loc_is_null(f[PERMUTED]) && !loc_is_null(f[COUNTS]);
    uint64_t sum = 0;
    uint64_t most = 0;
    if (ok)
        go_to(T, f[PERMUTED], f[COUNTS], begin);
    for (uint64_t i = begin; ok && i < begin + block_of(run); i++) {
        thread_safepoint(T);
        uint64_t reversals = count_reversals(T, rc_dup(T, f[PERMUTED]));
        ok = reversals != UINT64_MAX;
        sum += i % 2 == 0 ? reversals : -reversals;
        most = ok && reversals > most ? reversals : most;
        advance(T, rc_dup(T, f[PERMUTED]), rc_dup(T, f[COUNTS]));
    }
    if (!ok)
        workload_out_of_memory(run);
    raise(&total->most, most);
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return sum;
}

static bool fannkuch_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = repetitions_of(run) * factorial(items_of(run));
    run->input = calloc(1, sizeof(struct total));
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for the result");
    return run->input != NULL;
}

static uint64_t fannkuch_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct total *total = run->input;
    const uint64_t blocks = factorial(items_of(run)) / block_of(run);
    uint64_t sum = 0;
    for (uint64_t i = index; i < blocks * repetitions_of(run) && !workload_failed(run);
         i += run->threads) {
        thread_safepoint(T);
        sum += do_block(T, run, i % blocks * block_of(run));
    }
    fetch_add_relaxed(&total->checksum, sum);
    return sum;
}

static uint64_t fannkuch_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    struct total *total = run->input;
    if (total == NULL)
        return 0;
    const struct known *expected = &known[items_of(run) - ITEMS_MIN];
    int64_t checksum = (int64_t)load_relaxed(&total->checksum);
    int64_t most = (int64_t)load_relaxed(&total->most);
    int64_t repetitions = (int64_t)repetitions_of(run);
    if (run->problem[0] == '\0' && !workload_failed(run) &&
        (checksum != repetitions * expected->checksum || most != expected->most))
        snprintf(run->problem, sizeof(run->problem),
                 "%u items have checksum %" PRId64 " in %" PRId64 " repetitions and %" PRId64
                 " reversals at most, expected %" PRId64 " in each and %" PRId64,
                 items_of(run), checksum, repetitions, most, expected->checksum, expected->most);
    free(total);
    run->input = NULL;
    return (uint64_t)most;
}

const struct workload workload_fannkuch = {
    .name = "fannkuch",
    .summary = "reverses the beginnings of all permutations of a list until 0 comes first",
    .tags = "classic",
    .source = "K. Anderson, D. Rettig, 1994; Computer Language Benchmarks Game",
    .settings = fannkuch_settings,
    .bytes = 16 << 20,
    .setup = fannkuch_setup,
    .work = fannkuch_work,
    .teardown = fannkuch_teardown,
};
