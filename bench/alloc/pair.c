/* One block at a time: made and dropped again, of a size that is a constant. */
#include "bench/alloc/pair.h"
#include "bench/alloc/cursor.h"
#include "bench/alloc/families.h"

static uint64_t pair_cursor(void *state)
{
    (void)state;
    struct cursor cursor = {0};
    return pair_loop(cursor_thread(&cursor), 16, cursor_make, cursor_drop);
}

static void perform(const struct test *test, struct run *run)
{
    const struct pair *pair = test->detail;
    struct series series[] = {
        {.round = pair->round,
         .state = run->thread,
         .operations = PAIR_ROUND,
         .seconds = run->seconds},
        {.round = pair_cursor, .operations = PAIR_ROUND, .seconds = run->seconds / 5},
    };
    run_baseline(run);
    run_series(run, series, 2);
    run->outcome.overhead_ns = series_ns(&series[1]);
}

#define PAIR(bytes)                                                                                \
    static uint64_t round_##bytes(void *thread)                                                    \
    {                                                                                              \
        return pair_loop(thread, bytes, item_make, item_drop);                                     \
    }                                                                                              \
    static const struct pair pair_##bytes = {round_##bytes};
#include "bench/alloc/pair.def"
#undef PAIR

static const struct test tests[] = {
#define PAIR(bytes)                                                                                \
    {.name = "pair/" #bytes,                                                                       \
     .summary = "a block of " #bytes " bytes, made and dropped",                                   \
     .threads = 1,                                                                                 \
     .perform = perform,                                                                           \
     .detail = &pair_##bytes},
#include "bench/alloc/pair.def"
#undef PAIR
};

const struct family family_pair = {"pair", tests, sizeof(tests) / sizeof(tests[0])};
