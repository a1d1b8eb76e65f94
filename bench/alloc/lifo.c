/* Sixty-four blocks at a time, dropped in the reverse order: what a nest of calls makes. */
#include "bench/alloc/cursor.h"
#include "bench/alloc/families.h"

enum { LIVE = 64, SIZE = 48, TIMES = 256 };

__attribute__((always_inline)) static inline uint64_t
lifo_loop(struct alloc_thread *thread, item_maker *make, item_dropper *drop)
{
    struct item *items[LIVE];
    uint64_t sum = 0;
    for (uint64_t time = 0; time < TIMES; time++) {
        for (size_t i = 0; i < LIVE; i++)
            items[i] = make(thread, SIZE, time + i);
        for (size_t i = LIVE; i-- > 0;)
            sum += drop(thread, items[i], SIZE);
    }
    return sum;
}

static uint64_t lifo_round(void *thread) { return lifo_loop(thread, item_make, item_drop); }

static uint64_t lifo_cursor(void *state)
{
    (void)state;
    struct cursor cursor = {0};
    return lifo_loop(cursor_thread(&cursor), cursor_make, cursor_drop);
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    const uint64_t operations = (uint64_t)TIMES * LIVE;
    struct series series[] = {
        {.round = lifo_round,
         .state = run->thread,
         .operations = operations,
         .seconds = run->seconds},
        {.round = lifo_cursor, .operations = operations, .seconds = run->seconds / 5},
    };
    run_baseline(run);
    run_series(run, series, 2);
    run->outcome.overhead_ns = series_ns(&series[1]);
}

static const struct test tests[] = {
    {.name = "lifo/64x48",
     .summary = "64 blocks of 48 bytes, made and dropped in the reverse order",
     .threads = 1,
     .perform = perform},
};

const struct family family_lifo = {"lifo", tests, 1};
