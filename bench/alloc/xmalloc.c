/*
 * Asymmetric: one thread makes blocks of many sizes and puts them on a shared pile, batch by batch; another takes batches from
 * the pile and drops the blocks.
 *
 * Unlike in handoff.c, batches are many, and last in first out: a block may lie there for long.  Those that are full and
 * those that are empty are two piles under one lock; the batches themselves are the test's.  Sizes are powers of two and
 * the halves between them.  The greatest are beyond those of our pools, and there it is the system's allocator that is measured
 * in ours; xmalloc/2_small has only the others.
 *
 * Source: C. Lever, D. Boreham, "malloc() Performance in a Multithreaded Linux Environment", USENIX 2000.
 */
#include "alloc/base/lock.h"
#include "bench/alloc/control.h"
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/room.h"
#include "bench/trial/mix.h"

enum { THREADS = 2, BATCH = 256, BATCHES = 16, ROUND = 128 /* batches */, PRODUCER = 0, SEED = 7 };

static const uint16_t sizes[] = {16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024};

/* How many of the sizes are drawn from. */
static const uint32_t all_sizes = sizeof(sizes) / sizeof(sizes[0]);
static const uint32_t small_sizes = sizeof(sizes) / sizeof(sizes[0]) - 2; /* up to 512 */

struct batch {
    struct batch *next;
    struct item *items[BATCH]; /* a mark is a size */
};

/* Guarded by the lock. */
struct pile {
    struct batch *full;
    struct batch *empty;
};

struct xmalloc {
    struct crew crew;
    _Alignas(64) struct lock lock;
    struct pile pile;
    uint16_t drawn[BATCH];
    struct batch *batches;
};

static void put(struct xmalloc *xmalloc, struct batch **pile, struct batch *batch)
{
    lock_acquire(&xmalloc->lock);
    batch->next = *pile;
    *pile = batch;
    lock_release(&xmalloc->lock);
}

/* Waits until there is one. */
static struct batch *take(struct xmalloc *xmalloc, struct batch **pile)
{
    struct batch *batch = NULL;
    for (unsigned spins = 0; batch == NULL; crew_spin(&spins)) {
        lock_acquire(&xmalloc->lock);
        batch = *pile;
        if (batch != NULL)
            *pile = batch->next;
        lock_release(&xmalloc->lock);
    }
    return batch;
}

static uint64_t produce(struct alloc_thread *thread, struct xmalloc *xmalloc)
{
    for (unsigned done = 0; done < ROUND; done++) {
        struct batch *batch = take(xmalloc, &xmalloc->pile.empty);
        for (unsigned i = 0; i < BATCH; i++)
            batch->items[i] = item_make(thread, xmalloc->drawn[i], xmalloc->drawn[i]);
        put(xmalloc, &xmalloc->pile.full, batch);
    }
    return 0;
}

static uint64_t consume(struct alloc_thread *thread, struct xmalloc *xmalloc)
{
    uint64_t sum = 0;
    for (unsigned done = 0; done < ROUND; done++) {
        struct batch *batch = take(xmalloc, &xmalloc->pile.full);
        for (unsigned i = 0; i < BATCH; i++)
            sum += item_drop(thread, batch->items[i], batch->items[i]->mark);
        put(xmalloc, &xmalloc->pile.empty, batch);
    }
    return sum;
}

static uint64_t job(struct alloc_thread *thread, unsigned index, void *xmalloc)
{
    return index == PRODUCER ? produce(thread, xmalloc) : consume(thread, xmalloc);
}

static uint64_t xmalloc_round(void *state)
{
    struct xmalloc *xmalloc = state;
    return crew_run(&xmalloc->crew, job, xmalloc);
}

static void prepare(struct xmalloc *xmalloc, uint32_t length)
{
    for (unsigned i = 0; i < BATCH; i++)
        xmalloc->drawn[i] = sizes[mix_below(mix64(SEED + i), length)];
    for (unsigned i = 0; i < BATCHES; i++)
        put(xmalloc, &xmalloc->pile.empty, &xmalloc->batches[i]);
}

static void measure(struct xmalloc *xmalloc, struct run *run)
{
    struct series series[] = {
        {.round = xmalloc_round,
         .state = xmalloc,
         .operations = (uint64_t)ROUND * BATCH,
         .seconds = run->seconds},
        control_series(&xmalloc->crew, run->seconds / 5),
    };
    run_series(run, series, 2);
    run->outcome.control_ns = series_ns(&series[1]);
}

static void perform(const struct test *test, struct run *run)
{
    struct xmalloc xmalloc = {.batches = room_map(BATCHES * sizeof(struct batch))};
    prepare(&xmalloc, *(const uint32_t *)test->detail);
    crew_start(&xmalloc.crew, run->thread, THREADS);
    run_baseline(run);
    measure(&xmalloc, run);
    crew_stop(&xmalloc.crew);
    room_unmap(xmalloc.batches, BATCHES * sizeof(struct batch));
}

static const struct test tests[] = {
    {.name = "xmalloc/2",
     .summary = "one thread makes batches of blocks of 13 sizes, 2 of them above 512 bytes, "
                "another drops them",
     .threads = THREADS,
     .gives_away = true,
     .perform = perform,
     .detail = &all_sizes},
    {.name = "xmalloc/2_small",
     .summary =
         "one thread makes batches of blocks of 11 sizes up to 512 bytes, another drops them",
     .threads = THREADS,
     .gives_away = true,
     .perform = perform,
     .detail = &small_sizes},
};

const struct family family_xmalloc = {"xmalloc", tests, sizeof(tests) / sizeof(tests[0])};
