/*
 * How much memory a million blocks of 56 bytes take, and what stays when they go: all of them, or all but one in a hundred.
 *
 * Blocks are dropped in a random order, so nothing is empty until late.  After all are dropped nothing more is called; what is
 * left is what the allocator keeps of its own accord.  After 99 in 100 are dropped it is asked to give back what it can.
 */
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/room.h"

enum { BLOCKS = 1000000, SIZE = 56, SEED = 3, LEFT = BLOCKS / 100 };

struct memory {
    struct run *run;
    struct item **items;
    uint32_t *order;
};

static void make_all(const struct memory *memory)
{
    for (uint64_t i = 0; i < BLOCKS; i++)
        memory->items[i] = item_make(memory->run->thread, SIZE, i);
    memory->run->outcome.rss_bytes = run_resident(memory->run);
    memory->run->outcome.requested_bytes = (uint64_t)BLOCKS * SIZE;
}

/* Those from number `from` to `to` of the order. */
static void drop_some(const struct memory *memory, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        struct item *item = memory->items[memory->order[i]];
        memory->run->outcome.checksum += item_drop(memory->run->thread, item, SIZE);
    }
}

/* What is resident now, as a part of what was at the peak. */
static double share_left(const struct run *run)
{
    return (double)run_resident(run) / (double)run->outcome.rss_bytes;
}

static void live(const struct memory *memory)
{
    struct outcome *outcome = &memory->run->outcome;
    outcome->share = (double)outcome->rss_bytes / (double)outcome->requested_bytes;
    drop_some(memory, 0, BLOCKS);
}

static void after_free_all(const struct memory *memory)
{
    drop_some(memory, 0, BLOCKS);
    memory->run->outcome.share = share_left(memory->run);
}

static void after_free_99_trim(const struct memory *memory)
{
    struct outcome *outcome = &memory->run->outcome;
    drop_some(memory, 0, BLOCKS - LEFT);
    outcome->trim = alloc_trim(memory->run->thread);
    outcome->share = share_left(memory->run);
    drop_some(memory, BLOCKS - LEFT, BLOCKS);
}

struct question {
    void (*ask)(const struct memory *memory);
};

static void perform(const struct test *test, struct run *run)
{
    const struct question *question = test->detail;
    struct memory memory = {
        .run = run,
        .items = room_map(BLOCKS * sizeof(struct item *)),
        .order = room_permutation(BLOCKS, SEED),
    };
    run_baseline(run);
    make_all(&memory);
    question->ask(&memory);
    run->outcome.operations = BLOCKS;
    room_permutation_unmap(memory.order, BLOCKS);
    room_unmap(memory.items, BLOCKS * sizeof(struct item *));
}

static const struct question of_live = {live};
static const struct question of_all = {after_free_all};
static const struct question of_99 = {after_free_99_trim};

static const struct test tests[] = {
    {.name = "memory/live_1M_56",
     .summary = "a million live blocks of 56 bytes: resident over requested",
     .threads = 1,
     .of_memory = true,
     .perform = perform,
     .detail = &of_live},
    {.name = "memory/after_free_all",
     .summary = "when all are dropped, with no further call: resident over the peak",
     .threads = 1,
     .of_memory = true,
     .perform = perform,
     .detail = &of_all},
    {.name = "memory/after_free_99_trim",
     .summary = "when 99 % are dropped at random, and trimmed: resident over the peak",
     .threads = 1,
     .of_memory = true,
     .perform = perform,
     .detail = &of_99},
};

const struct family family_memory = {"memory", tests, sizeof(tests) / sizeof(tests[0])};
