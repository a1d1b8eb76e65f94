/*
 * Runs of blocks of slowly growing sizes, dropped in three ways: some in the order they were made, some in the reverse order, and
 * some only in the next round.
 *
 * Small sizes are more frequent: a run of a size is the shorter the larger the size.
 *
 * Source: the published description of MicroQuill's sh8bench, a benchmark for its allocator SmartHeap; on one thread.
 */
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/room.h"

enum {
    SIZE_LEAST = 16,
    SIZE_MOST = 400,
    SIZE_STEP = 8,
    RUN_BYTES = 4096, /* of a run of one size, about */
    PLACES = 8192,
};

struct sh8bench {
    struct alloc_thread *thread;
    struct item **items; /* a mark is a size */
    size_t kept;         /* of the round before, in the first places */
};

static size_t make_runs(const struct sh8bench *sh8bench)
{
    size_t made = sh8bench->kept;
    for (size_t size = SIZE_LEAST; size <= SIZE_MOST; size += SIZE_STEP)
        for (size_t left = RUN_BYTES / size; left > 0; left--)
            sh8bench->items[made++] = item_make(sh8bench->thread, size, size);
    return made;
}

static uint64_t drop_at(const struct sh8bench *sh8bench, size_t place)
{
    struct item *item = sh8bench->items[place];
    return item_drop(sh8bench->thread, item, item->mark);
}

static uint64_t drop_in_order(const struct sh8bench *sh8bench, size_t from, size_t to)
{
    uint64_t sum = 0;
    for (size_t place = from; place < to; place++)
        sum += drop_at(sh8bench, place);
    return sum;
}

static uint64_t drop_in_reverse(const struct sh8bench *sh8bench, size_t from, size_t to)
{
    uint64_t sum = 0;
    for (size_t place = to; place-- > from;)
        sum += drop_at(sh8bench, place);
    return sum;
}

/* Every fourth one stays, and comes first in the next round. */
static uint64_t keep_some(struct sh8bench *sh8bench, size_t from, size_t to)
{
    uint64_t sum = 0;
    sh8bench->kept = 0;
    for (size_t place = from; place < to; place++) {
        if (place % 4 == 0)
            sh8bench->items[sh8bench->kept++] = sh8bench->items[place];
        else
            sum += drop_at(sh8bench, place);
    }
    return sum;
}

static uint64_t sh8bench_round(void *state)
{
    struct sh8bench *sh8bench = state;
    size_t made = make_runs(sh8bench);
    size_t third = made / 3;
    uint64_t sum = drop_in_order(sh8bench, 0, third);
    sum += drop_in_reverse(sh8bench, third, 2 * third);
    return sum + keep_some(sh8bench, 2 * third, made);
}

/* Blocks that a round makes. */
static uint64_t round_operations(void)
{
    uint64_t operations = 0;
    for (size_t size = SIZE_LEAST; size <= SIZE_MOST; size += SIZE_STEP)
        operations += RUN_BYTES / size;
    return operations;
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    struct sh8bench sh8bench = {
        .thread = run->thread,
        .items = room_map(PLACES * sizeof(struct item *)),
    };
    struct series series = {
        .round = sh8bench_round,
        .state = &sh8bench,
        .operations = round_operations(),
        .seconds = run->seconds,
    };
    run_baseline(run);
    run_series(run, &series, 1);
    drop_in_order(&sh8bench, 0, sh8bench.kept);
    room_unmap(sh8bench.items, PLACES * sizeof(struct item *));
}

static const struct test tests[] = {
    {.name = "sh8bench",
     .summary = "runs of blocks of growing sizes, dropped in order, in reverse and later",
     .threads = 1,
     .perform = perform},
};

const struct family family_sh8bench = {"sh8bench", tests, 1};
