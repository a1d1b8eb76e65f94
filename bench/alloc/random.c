/* Ten thousand blocks of one size, then dropped in a random order. */
#include "bench/alloc/cursor.h"
#include "bench/alloc/families.h"
#include "bench/alloc/room.h"

enum { LIVE = 10000, SIZE = 48, SEED = 1 };

struct random {
    struct alloc_thread *thread;
    struct item **items;
    uint32_t *order;
};

__attribute__((always_inline)) static inline uint64_t random_loop(const struct random *random,
                                                                  struct alloc_thread *thread,
                                                                  item_maker *make,
                                                                  item_dropper *drop)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < LIVE; i++)
        random->items[i] = make(thread, SIZE, i);
    for (size_t i = 0; i < LIVE; i++)
        sum += drop(thread, random->items[random->order[i]], SIZE);
    return sum;
}

static uint64_t random_round(void *state)
{
    const struct random *random = state;
    return random_loop(random, random->thread, item_make, item_drop);
}

static uint64_t random_cursor(void *state)
{
    struct cursor cursor = {0};
    return random_loop(state, cursor_thread(&cursor), cursor_make, cursor_drop);
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    struct random random = {
        .thread = run->thread,
        .items = room_map(LIVE * sizeof(struct item *)),
        .order = room_permutation(LIVE, SEED),
    };
    struct series series[] = {
        {.round = random_round, .state = &random, .operations = LIVE, .seconds = run->seconds},
        {.round = random_cursor, .state = &random, .operations = LIVE, .seconds = run->seconds / 5},
    };
    run_baseline(run);
    run_series(run, series, 2);
    run->outcome.overhead_ns = series_ns(&series[1]);
    room_permutation_unmap(random.order, LIVE);
    room_unmap(random.items, LIVE * sizeof(struct item *));
}

static const struct test tests[] = {
    {.name = "random/10k_48",
     .summary = "10,000 blocks of 48 bytes, made, then dropped in a random order",
     .threads = 1,
     .perform = perform},
};

const struct family family_random = {"random", tests, 1};
