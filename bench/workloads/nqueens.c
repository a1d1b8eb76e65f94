/*
 * nqueens: all ways to put n queens on a board of n times n squares so that none attacks another.
 *
 * Idea: recursion over immutable objects.  The queens put so far are a list of pairs (column, rest), each of which shares its rest with
 * many others, as a functional program would have it; a queen's pair dies when all ways to go on have been tried.
 * The search of a board is dealt to threads by the columns of the first two queens.
 * Validation: the numbers of solutions are known.
 * Settings: n.
 * Source: M. Bezzel, 1848; the recursion of N. Wirth, "Program Development by Stepwise Refinement", CACM 1971, on lists as in
 * the Lisp and Haskell suites.  Solutions: sequence A000170 of the On-Line Encyclopedia of Integer Sequences.
 */
#include "bench/trial/mix.h"
#include "bench/workload.h"
#include "runtimes/object/int.h"
#include "runtimes/object/none.h"
#include "runtimes/object/tuple.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { QUEENS = 11, QUEENS_IN_TESTS = 5, QUEENS_MAX = 13, TESTS_MAX = 9 };
enum { REPETITIONS = 8, REPETITIONS_IN_TESTS = 8000 };

enum { SETTING_QUEENS };
static const struct setting nqueens_settings[] = {
    {"n", "queens, and rows and columns of the board", QUEENS, 4, QUEENS_MAX, NULL},
    {0},
};

static const uint64_t solutions[QUEENS_MAX + 1] = {1,  1,  0,   0,   2,    10,    4,
                                                   40, 92, 352, 724, 2680, 14200, 73712};

/* In tests fewer: by default very few, but often. */
static unsigned queens_of(const struct workload_run *run)
{
    unsigned queens = (unsigned)run->settings[SETTING_QUEENS];
    if (run->divisor == 1)
        return queens;
    if (queens == QUEENS)
        return QUEENS_IN_TESTS;
    return queens < TESTS_MAX ? queens : TESTS_MAX;
}

static uint64_t repetitions_of(const struct workload_run *run)
{
    if (run->divisor == 1)
        return REPETITIONS;
    uint64_t repetitions = REPETITIONS_IN_TESTS / run->divisor;
    return queens_of(run) == QUEENS_IN_TESTS && repetitions > 0 ? repetitions : 1;
}

struct total {
    _Atomic uint64_t found;
};

/* What a search goes by. */
struct board {
    struct thread *T;
    struct workload_run *run;
    unsigned size;
};

/* Whether a queen in the next row and that column attacks none of `queens`, an argument. */
static bool is_safe(struct thread *T, int64_t column, rc_loc queens)
{
    RC_FRAME(T, f, 2);
    enum { REST, COLUMN };
    f[REST] = queens;
    bool safe = true;
    for (int64_t distance = 1; safe && !obj_is_none(obj_get(f[REST])); distance++) {
        thread_safepoint(T);
        f[COLUMN] = tuple_get(T, f[REST], 0);
        int64_t away = column - int_value(obj_get(f[COLUMN]));
        safe = away != 0 && away != distance && away != -distance;
        rc_drop(T, cell_take(&f[COLUMN]));
        cell_set(T, &f[REST], tuple_get(T, f[REST], 1));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return safe;
}

static uint64_t count_solutions(struct board *board, unsigned rows, rc_loc queens);

/* The number of solutions with one more queen, in that column, before `rows` more rows; `queens` is an argument. */
static uint64_t put_queen(struct board *board, unsigned rows, unsigned column, rc_loc queens)
{
    struct thread *T = board->T;
    RC_FRAME(T, f, 2);
    enum { REST, QUEENS_NOW };
    f[REST] = queens;
    thread_safepoint(T);
    uint64_t count = 0;
    if (is_safe(T, (int64_t)column, rc_dup(T, f[REST]))) {
        rc_ref rest = rc_own(T, cell_take(&f[REST]));
        rc_ref items[] = {int_new(T, (int64_t)column), rest}; /* a shared int: there is memory */
        f[QUEENS_NOW] = rc_move(T, tuple_new(T, 2, items));
        if (loc_is_null(f[QUEENS_NOW]))
            workload_out_of_memory(board->run);
        else
            count = count_solutions(board, rows, cell_take(&f[QUEENS_NOW]));
    }
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
    return count;
}

/* In how many ways queens can be put into so many more rows; `queens` is an argument. */
static uint64_t count_solutions(struct board *board, unsigned rows, rc_loc queens)
{
    struct thread *T = board->T;
    RC_FRAME(T, f, 1);
    f[0] = queens;
    thread_safepoint(T);
    uint64_t count = rows == 0 ? 1 : 0;
    for (unsigned column = 0; rows > 0 && column < board->size && !workload_failed(board->run);
         column++) {
        thread_safepoint(T);
        count += put_queen(board, rows - 1, column, rc_dup(T, f[0]));
    }
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return count;
}

/* The solutions whose first queen is in one column, and the second in another: of a board of at least two rows. */
static uint64_t count_from(struct board *board, unsigned first, unsigned second)
{
    struct thread *T = board->T;
    RC_FRAME(T, f, 1);
    thread_safepoint(T);
    rc_ref items[] = {int_new(T, (int64_t)first), none_ref(T)};
    f[0] = rc_move(T, tuple_new(T, 2, items));
    uint64_t count = 0;
    if (loc_is_null(f[0]))
        workload_out_of_memory(board->run);
    else
        count = put_queen(board, board->size - 2, second, cell_take(&f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return count;
}

static bool nqueens_setup(struct thread *T, struct workload_run *run)
{
    (void)T;
    run->operations = repetitions_of(run) * solutions[queens_of(run)];
    run->input = calloc(1, sizeof(struct total));
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for the result");
    return run->input != NULL;
}

static uint64_t nqueens_work(struct thread *T, struct workload_run *run, unsigned index)
{
    struct board board = {T, run, queens_of(run)};
    const uint64_t shares = (uint64_t)board.size * board.size;
    uint64_t found = 0;
    uint64_t sum = 0;
    for (uint64_t i = index; i < repetitions_of(run) * shares && !workload_failed(run);
         i += run->threads) {
        thread_safepoint(T);
        uint64_t count =
            count_from(&board, (unsigned)(i % shares) / board.size, (unsigned)(i % board.size));
        found += count;
        sum += count * mix64(i % shares);
    }
    struct total *total = run->input;
    fetch_add_relaxed(&total->found, found);
    return sum;
}

static uint64_t nqueens_teardown(struct thread *T, struct workload_run *run)
{
    (void)T;
    struct total *total = run->input;
    if (total == NULL)
        return 0;
    uint64_t found = load_relaxed(&total->found);
    uint64_t expected = repetitions_of(run) * solutions[queens_of(run)];
    if (run->problem[0] == '\0' && !workload_failed(run) && found != expected)
        snprintf(run->problem, sizeof(run->problem),
                 "%u queens: %" PRIu64 " solutions in %" PRIu64 " repetitions, expected %" PRIu64
                 " in each",
                 queens_of(run), found, repetitions_of(run), solutions[queens_of(run)]);
    free(total);
    run->input = NULL;
    return 0;
}

const struct workload workload_nqueens = {
    .name = "nqueens",
    .summary = "puts n queens on a board in all ways, on lists that share their ends",
    .tags = "classic",
    .source = "N. Wirth, CACM 1971; OEIS A000170",
    .settings = nqueens_settings,
    .bytes = 16 << 20,
    .setup = nqueens_setup,
    .work = nqueens_work,
    .teardown = nqueens_teardown,
};
