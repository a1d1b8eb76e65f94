/*
 * Finding every live container, as the collector does: a million blocks are made, some are dropped at random, and the rest is
 * walked through.  The time is that of one live container.
 *
 * A container here is what a small one of the object layer is: counting header, type, collector's word, and 24 bytes of its own.
 */
#include "bench/alloc/enumerate.h"

#include "alloc/walk.h"
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/room.h"

enum { BLOCKS = 1000000, SIZE = 48, SEED = 5, LINK = 8, COLLECTOR_WORD = 16 };

struct container {
    uint64_t header;
    uint64_t type;
    uint64_t collector; /* not zero: in use */
};

_Static_assert(offsetof(struct container, type) == LINK, "the link lies over the type");
_Static_assert(offsetof(struct container, collector) == COLLECTOR_WORD, "what the walk reads");

struct enumeration {
    struct heap *heap;
    struct container **containers;
    uint32_t *order;
    unsigned live; /* how many */
};

static void make_all(const struct enumeration *enumeration)
{
    for (unsigned i = 0; i < BLOCKS; i++) {
        struct container *container = heap_alloc(enumeration->heap, BLOCK_CONTAINER, LINK, SIZE);
        CHECK(container != NULL, "no memory for a container");
        container->collector = i + 1;
        enumeration->containers[i] = container;
    }
}

static void drop_some(const struct enumeration *enumeration, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        struct container *container = enumeration->containers[enumeration->order[i]];
        container->collector = 0;
        heap_free(enumeration->heap, BLOCK_CONTAINER, LINK, SIZE, container);
    }
}

static void add_up(void *block, void *sum)
{
    *(uint64_t *)sum += ((const struct container *)block)->collector;
}

static uint64_t enumerate_round(void *state)
{
    (void)state;
    uint64_t sum = 0;
    walk_containers(WALK_ALL, COLLECTOR_WORD, add_up, &sum);
    return sum;
}

static void perform(const struct test *test, struct run *run)
{
    struct enumeration enumeration = {
        .heap = (struct heap *)run->thread,
        .containers = room_map(BLOCKS * sizeof(struct container *)),
        .order = room_permutation(BLOCKS, SEED),
        .live = *(const unsigned *)test->detail,
    };
    struct series series = {
        .round = enumerate_round, .operations = enumeration.live, .seconds = run->seconds};
    run_baseline(run);
    make_all(&enumeration);
    drop_some(&enumeration, enumeration.live, BLOCKS);
    run_series(run, &series, 1);
    drop_some(&enumeration, 0, enumeration.live);
    room_permutation_unmap(enumeration.order, BLOCKS);
    room_unmap(enumeration.containers, BLOCKS * sizeof(struct container *));
}

static const unsigned live_90 = BLOCKS / 10 * 9;
static const unsigned live_50 = BLOCKS / 2;

static const struct test tests[] = {
    {.name = "enumerate/live_90",
     .summary = "finding the containers in use, 90 % of a million",
     .threads = 1,
     .perform = perform,
     .detail = &live_90},
    {.name = "enumerate/live_50",
     .summary = "finding the containers in use, 50 % of a million",
     .threads = 1,
     .perform = perform,
     .detail = &live_50},
};

const struct family family_enumerate = {"enumerate", tests, sizeof(tests) / sizeof(tests[0])};
