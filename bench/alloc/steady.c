/* Replacing one at a time. */
#include "bench/alloc/steady.h"

#include "bench/alloc/cursor.h"
#include "bench/alloc/families.h"
#include "bench/alloc/random_step.h"
#include "bench/alloc/room.h"
#include "bench/alloc/sizes.h"

#define SIZE_SHIFT 32

static uint64_t mark_of(size_t size, uint32_t slot) { return (uint64_t)size << SIZE_SHIFT | slot; }

__attribute__((always_inline)) static inline void
fill_slot(struct steady *steady, struct alloc_thread *thread, uint32_t slot, item_maker *make)
{
    size_t size = sizes_mixed(steady->made++);
    steady->items[slot] = make(thread, size, mark_of(size, slot));
}

/* Returns the mark. */
__attribute__((always_inline)) static inline uint64_t
empty_slot(struct steady *steady, struct alloc_thread *thread, uint32_t slot, item_dropper *drop)
{
    struct item *item = steady->items[slot];
    return drop(thread, item, item->mark >> SIZE_SHIFT);
}

void steady_map(struct steady *steady, struct alloc_thread *thread, uint32_t live)
{
    *steady = (struct steady){
        .thread = thread, .items = room_map(live * sizeof(struct item *)), .live = live};
}

void steady_unmap(struct steady *steady)
{
    room_unmap(steady->items, steady->live * sizeof(struct item *));
}

void steady_empty(struct steady *steady)
{
    for (uint32_t slot = 0; slot < steady->live; slot++)
        empty_slot(steady, steady->thread, slot, item_drop);
}

/* `alien` collects the bits in which marks are not those of their slots. */
__attribute__((always_inline)) static inline uint64_t
steady_loop(struct steady *steady, struct alloc_thread *thread, item_maker *make,
            item_dropper *drop, uint32_t *alien)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < STEADY_ROUND; i++) {
        steady->random = random_step(steady->random);
        uint32_t slot = mix_below(steady->random, steady->live);
        uint64_t mark = empty_slot(steady, thread, slot, drop);
        *alien |= (uint32_t)mark ^ slot;
        sum += mark;
        fill_slot(steady, thread, slot, make);
    }
    return sum;
}

/* On a copy, which the compiler can keep in registers. */
uint64_t steady_round(void *state)
{
    struct steady steady = *(struct steady *)state;
    uint32_t alien = 0;
    uint64_t sum = steady_loop(&steady, steady.thread, item_make, item_drop, &alien);
    CHECK(alien == 0, "a block has another one's mark");
    *(struct steady *)state = steady;
    return sum;
}

void steady_fill(struct steady *steady)
{
    for (uint32_t slot = 0; slot < steady->live; slot++)
        fill_slot(steady, steady->thread, slot, item_make);
    const uint64_t replacements = (uint64_t)STEADY_TURNOVERS * steady->live;
    for (uint64_t done = 0; done < replacements; done += STEADY_ROUND)
        steady_round(steady);
}

static uint64_t steady_cursor(void *state)
{
    struct steady steady = *(struct steady *)state;
    struct cursor cursor = {0};
    uint32_t alien = 0;
    return steady_loop(&steady, cursor_thread(&cursor), cursor_make, cursor_drop, &alien);
}

static void fill_with_cursor(struct steady *steady)
{
    struct cursor cursor = {0};
    for (uint32_t slot = 0; slot < steady->live; slot++)
        fill_slot(steady, cursor_thread(&cursor), slot, cursor_make);
}

static void perform(const struct test *test, struct run *run)
{
    const uint32_t live = *(const uint32_t *)test->detail;
    struct steady steady, empty;
    steady_map(&steady, run->thread, live);
    steady_map(&empty, NULL, live);
    fill_with_cursor(&empty);
    struct series series[] = {
        {.round = steady_round,
         .state = &steady,
         .operations = STEADY_ROUND,
         .seconds = run->seconds},
        {.round = steady_cursor,
         .state = &empty,
         .operations = STEADY_ROUND,
         .seconds = run->seconds / 5},
    };
    run_baseline(run);
    steady_fill(&steady);
    run_series(run, series, 2);
    run->outcome.overhead_ns = series_ns(&series[1]);
    steady_empty(&steady);
    steady_unmap(&empty);
    steady_unmap(&steady);
}

static const uint32_t live_10k = 10000;
static const uint32_t live_100k = 100000;

static const struct test tests[] = {
    {.name = "steady/10k_mixed",
     .summary = "10,000 live blocks of mixed sizes: a random one dropped, another made",
     .threads = 1,
     .perform = perform,
     .detail = &live_10k},
    {.name = "steady/100k_mixed",
     .summary = "100,000 live blocks of mixed sizes: a random one dropped, another made",
     .threads = 1,
     .perform = perform,
     .detail = &live_100k},
};

const struct family family_steady = {"steady", tests, sizeof(tests) / sizeof(tests[0])};
