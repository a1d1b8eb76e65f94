/*
 * The explorer itself (explore/): small programs whose outcomes, and numbers of schedules, are known.
 *
 * A litmus test is a few threads of a few atomic operations on x and y, 0 in the beginning, and the set of outcomes: what the loads
 * have read, a digit each.  The explorer must find exactly those that C11 allows, save for what visible.h says it leaves out; and
 * a complete search must see each order of operations that do not commute once.
 *
 * Names and most programs: Alglave, Maranget, Tautschnig, "Herding Cats", TOPLAS 2014.
 *
 * fault acquire_learns_nothing: reading what was released orders nothing
 *   tests/model/explore/visible.c: clock_join(clock, &store->released); -> (void)clock;
 * fault relaxed_releases: every store tells what its thread has done
 *   tests/model/explore/visible.c: if (releases(op->order)) -> if (releases(op->order) || true)
 * fault reads_are_forgotten: a thread may read an older store after a newer one
 *   tests/model/explore/visible.c: see(&store->seen, thread, clock->time[thread]); -> ;
 * fault release_sequence_ends: a read-modify-write tells nothing of what it has read
 *   tests/model/explore/visible.c: store.released = newest->released; -> ;
 * fault swaps_read_old_stores: a compare-and-swap may succeed on an older store
 *   tests/model/explore/visible.c: if (choice == 0 && visible_writes(op, store->value)) -> if (visible_writes(op, store->value))
 *   tests/model/explore/visible.c: n = i; -> ;
 *   tests/model/explore/visible.c: {newest->value, store.value} -> {op->kind == OP_CAS ? op->expected : newest->value, store.value}
 * fault everything_commutes: a thread sleeps on although its step has become another
 *   tests/model/explore/op.h: return a->object != b->object -> return true || a->object != b->object
 * fault nothing_commutes: no thread ever sleeps
 *   tests/model/explore/op.h: return a->object != b->object -> return false && a->object != b->object
 * fault preemptions_are_free: the bound is none
 *   tests/model/explore/search.c: (unsigned)node->preemptions + preempts(node, thread) -> (unsigned)node->preemptions
 * fault free_switches_cost: a switch from a thread that has ended counts
 *   tests/model/explore/search.c: thread != node->running && -> thread != node->running; (void)
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/image.h"

#include <stdatomic.h>
#include <stdio.h>

enum { OPS = 3, OUTCOMES = 10000, TEXT = 256 };
enum {
    RELAXED = memory_order_relaxed,
    ACQUIRE = memory_order_acquire,
    RELEASE = memory_order_release
};
enum variable { X, Y, VARIABLES };

struct litmus_op {
    enum op_kind kind; /* OP_RESUME: the thread has ended */
    enum variable variable;
    int order;
    uint64_t value;
};

struct test {
    const char *name;
    const char *outcomes; /* in order; NULL: not asked */
    struct bound bound;
    unsigned schedules; /* 0: not asked */
    struct litmus_op threads[COROUTINES][OPS];
};

static const struct test tests[] = {
    {"message passing, relaxed",
     "00 01 10 11",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, Y, RELAXED, 1}},
      {{OP_LOAD, Y, RELAXED, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"message passing",
     "00 01 11",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, Y, RELEASE, 1}},
      {{OP_LOAD, Y, ACQUIRE, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"message passing, release only",
     "00 01 10 11",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, Y, RELEASE, 1}},
      {{OP_LOAD, Y, RELAXED, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"message passing, acquire only",
     "00 01 10 11",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, Y, RELAXED, 1}},
      {{OP_LOAD, Y, ACQUIRE, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"release sequence",
     "000 001 011 100 101 111 211 311",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, Y, RELEASE, 2}},
      {{OP_ADD, Y, RELAXED, 1}},
      {{OP_LOAD, Y, ACQUIRE, 0}, {OP_LOAD, X, RELAXED, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"store buffering",
     "00 01 10 11",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELEASE, 1}, {OP_LOAD, Y, ACQUIRE, 0}},
      {{OP_STORE, Y, RELEASE, 1}, {OP_LOAD, X, ACQUIRE, 0}}}},
    {"store buffering, sequentially consistent",
     "01 10 11",
     {EXPLORE_ALL, 0},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_LOAD, Y, RELAXED, 0}},
      {{OP_STORE, Y, RELAXED, 1}, {OP_LOAD, X, RELAXED, 0}}}},
    {"load buffering, of which one outcome is left out",
     "00 01 10",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_LOAD, X, RELAXED, 0}, {OP_STORE, Y, RELAXED, 1}},
      {{OP_LOAD, Y, RELAXED, 0}, {OP_STORE, X, RELAXED, 1}}}},
    {"coherence of two reads",
     "00 01 02 11 12 22",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELAXED, 1}, {OP_STORE, X, RELAXED, 2}},
      {{OP_LOAD, X, RELAXED, 0}, {OP_LOAD, X, RELAXED, 0}}}},
    {"independent reads of independent writes",
     "0000 0001 0010 0011 0100 0101 0110 0111 1000 1001 1010 1011 1100 1101 1110 1111",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_STORE, X, RELEASE, 1}},
      {{OP_STORE, Y, RELEASE, 1}},
      {{OP_LOAD, X, ACQUIRE, 0}, {OP_LOAD, Y, ACQUIRE, 0}},
      {{OP_LOAD, Y, ACQUIRE, 0}, {OP_LOAD, X, ACQUIRE, 0}}}},
    {"one compare-and-swap succeeds",
     "01 10",
     {EXPLORE_ALL, 2},
     0,
     {{{OP_CAS, X, RELAXED, 1}}, {{OP_CAS, X, RELAXED, 1}}}},
    {"three additions by each of two",
     NULL,
     {EXPLORE_ALL, 0},
     20,
     {{{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}},
      {{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}}}},
    {"additions to two words",
     NULL,
     {EXPLORE_ALL, 0},
     1,
     {{{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}},
      {{OP_ADD, Y, RELAXED, 1}, {OP_ADD, Y, RELAXED, 1}}}},
    {"no preemption",
     NULL,
     {0, 0},
     2,
     {{{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}},
      {{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}}}},
    {"one preemption",
     NULL,
     {1, 0},
     4,
     {{{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}},
      {{OP_ADD, X, RELAXED, 1}, {OP_ADD, X, RELAXED, 1}}}},
};

static struct {
    bool found[OUTCOMES];
} * outcomes;

static const struct test *test;
static uint64_t variables[VARIABLES];
static uint64_t results[COROUTINES][OPS];
static unsigned counts[COROUTINES];

/* What a swap reads is 0 if it has succeeded. */
static void run_thread(unsigned thread)
{
    for (unsigned i = 0; i < OPS && test->threads[thread][i].kind != OP_RESUME; i++) {
        const struct litmus_op *what = &test->threads[thread][i];
        struct op op = {.kind = what->kind,
                        .order = what->order,
                        .failure_order = memory_order_relaxed,
                        .size = sizeof variables[0],
                        .object = &variables[what->variable],
                        .operand = what->value,
                        .place = (const char *)__builtin_return_address(0)};
        uint64_t read = explore_step(&op);
        if (op.kind == OP_LOAD || op.kind == OP_CAS)
            results[thread][counts[thread]++] = read;
    }
}

static void run_first(void) { run_thread(0); }
static void run_second(void) { run_thread(1); }
static void run_third(void) { run_thread(2); }
static void run_fourth(void) { run_thread(3); }

static void note_outcome(void)
{
    uint64_t outcome = 0;
    for (unsigned thread = 0; thread < COROUTINES; thread++)
        for (unsigned i = 0; i < counts[thread]; i++)
            outcome = outcome * 10 + results[thread][i];
    outcomes->found[outcome] = true;
}

static unsigned reads_of(const struct test *of)
{
    unsigned reads = 0;
    for (unsigned thread = 0; thread < COROUTINES; thread++)
        for (unsigned i = 0; i < OPS; i++)
            reads +=
                of->threads[thread][i].kind == OP_LOAD || of->threads[thread][i].kind == OP_CAS;
    return reads;
}

static void print_outcomes(char text[TEXT], unsigned digits)
{
    size_t length = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < OUTCOMES && length < TEXT; i++)
        if (outcomes->found[i])
            length += (size_t)snprintf(text + length, TEXT - length, "%s%0*u",
                                       length == 0 ? "" : " ", (int)digits, i);
}

static void check(const struct test *of, uint64_t schedules)
{
    char found[TEXT];
    print_outcomes(found, reads_of(of));
    report_begin();
    if (of->outcomes != NULL && strcmp(found, of->outcomes) != 0)
        report_failure("%s: outcomes %s, not %s", of->name, found, of->outcomes);
    if (of->schedules != 0 && schedules != of->schedules)
        report_failure("%s: %llu schedules, not %u", of->name, (unsigned long long)schedules,
                       of->schedules);
}

int main(void)
{
    static const struct model model = {.name = "litmus",
                                       .threads = {"first", "second", "third", "fourth"},
                                       .run = {run_first, run_second, run_third, run_fourth},
                                       .finish = note_outcome};
    uint64_t schedules = 0;
    outcomes = image_keep(sizeof *outcomes);
    for (unsigned i = 0; i < sizeof tests / sizeof *tests; i++) {
        test = &tests[i];
        memset(outcomes->found, 0, sizeof outcomes->found);
        uint64_t seen = explore_search(&model, test->bound);
        check(test, seen);
        schedules += seen;
    }
    printf("%llu schedules of %zu programs\n", (unsigned long long)schedules,
           sizeof tests / sizeof *tests);
    return 0;
}
