/*
 * A server: threads that replace random blocks in a table, and pass the table on to another thread when their time is over.
 *
 * Each thread works on a table of LIVE blocks of uniformly random sizes; at the end of a round the tables change hands, so
 * most of what a thread drops at first was made by the other.  In the paper a new thread inherits the table of one that
 * ends; mstress.c has threads that end.  Some rounds go by before anything is timed, until the tables are as they stay.
 *
 * Source: P. Larson, M. Krishnan, "Memory Allocation for Long-Running Server Applications", ISMM 1998.
 */
#include "bench/alloc/control.h"
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/random_step.h"
#include "bench/alloc/room.h"

enum { THREADS = 2, LIVE = 1000, ROUND = 16 * 1024, SIZE_MIN = 16, SIZE_MAX_IN = 512 };
enum { ROUNDS_BEFORE = 20 };

struct table {
    _Alignas(64) uint64_t random;
    struct item *items[LIVE]; /* a mark is a size */
};

struct larson {
    struct crew crew;
    struct table *tables;
    unsigned turn;
};

static size_t random_size(uint64_t random)
{
    return SIZE_MIN + (size_t)mix_below(random << 16, SIZE_MAX_IN - SIZE_MIN + 1);
}

static void make_one(struct alloc_thread *thread, struct table *table, unsigned place)
{
    size_t size = random_size(table->random);
    table->items[place] = item_make(thread, size, size);
}

static uint64_t drop_one(struct alloc_thread *thread, struct table *table, unsigned place)
{
    struct item *item = table->items[place];
    return item_drop(thread, item, item->mark);
}

static struct table *table_of(void *context, unsigned index)
{
    struct larson *larson = context;
    return &larson->tables[(index + larson->turn) % THREADS];
}

static uint64_t begin(struct alloc_thread *thread, unsigned index, void *context)
{
    struct table *table = table_of(context, index);
    table->random = index;
    for (unsigned i = 0; i < LIVE; i++) {
        table->random = random_step(table->random);
        make_one(thread, table, i);
    }
    return 0;
}

static uint64_t serve(struct alloc_thread *thread, unsigned index, void *context)
{
    struct table *table = table_of(context, index);
    uint64_t sum = 0;
    for (unsigned i = 0; i < ROUND; i++) {
        table->random = random_step(table->random);
        unsigned place = mix_below(table->random, LIVE);
        sum += drop_one(thread, table, place);
        make_one(thread, table, place);
    }
    return sum;
}

static uint64_t end(struct alloc_thread *thread, unsigned index, void *context)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < LIVE; i++)
        sum += drop_one(thread, table_of(context, index), i);
    return sum;
}

static uint64_t larson_round(void *state)
{
    struct larson *larson = state;
    larson->turn++;
    return crew_run(&larson->crew, serve, larson);
}

static void measure(struct larson *larson, struct run *run)
{
    struct series series[] = {
        {.round = larson_round,
         .state = larson,
         .operations = (uint64_t)THREADS * ROUND,
         .seconds = run->seconds},
        control_series(&larson->crew, run->seconds / 5),
    };
    run_series(run, series, 2);
    run->outcome.control_ns = series_ns(&series[1]);
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    struct larson larson = {.tables = room_map(THREADS * sizeof(struct table))};
    crew_start(&larson.crew, run->thread, THREADS);
    run_baseline(run);
    crew_run(&larson.crew, begin, &larson);
    for (unsigned i = 0; i < ROUNDS_BEFORE; i++)
        larson_round(&larson);
    measure(&larson, run);
    crew_run(&larson.crew, end, &larson);
    crew_stop(&larson.crew);
    room_unmap(larson.tables, THREADS * sizeof(struct table));
}

static const struct test tests[] = {
    {.name = "larson/2",
     .summary = "two threads replace random blocks in tables that change hands",
     .threads = THREADS,
     .perform = perform},
};

const struct family family_larson = {"larson", tests, 1};
