/*
 * Passive false sharing: does an allocator give a thread a block in a cache line that another thread writes to?
 *
 * The main thread makes two small blocks, which lie next to one another, and gives one to each thread.  Each drops it, makes
 * one of that size, writes to it many times, drops it, and so on.  An allocator that gives each thread the block it has
 * just dropped makes them write to one cache line forever.  `overhead_ns` is what the writes take in a line of one's own.
 *
 * Source: the benchmark cache-scratch of E. Berger, K. McKinley, R. Blumofe, P. Wilson, "Hoard: A Scalable Memory Allocator
 * for Multithreaded Applications", ASPLOS 2000.
 */
#include "bench/alloc/control.h"
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"

enum { THREADS = 2, SIZE = 16, ROUND = 4096, WRITES = 64 };

struct scratch {
    struct crew crew;
    struct item *first[THREADS];
};

static void write_many(struct item *item)
{
    for (unsigned i = 0; i < WRITES; i++) {
        item->mark++;
        hide((uintptr_t)item);
    }
}

__attribute__((always_inline)) static inline uint64_t
scratch_loop(struct alloc_thread *thread, item_maker *make, item_dropper *drop)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < ROUND; i++) {
        struct item *item = make(thread, SIZE, i);
        write_many(item);
        sum += drop(thread, item, SIZE);
    }
    return sum;
}

static uint64_t scratch_job(struct alloc_thread *thread, unsigned index, void *context)
{
    const struct scratch *scratch = context;
    uint64_t sum = item_drop(thread, scratch->first[index], SIZE);
    return sum + scratch_loop(thread, item_make, item_drop);
}

/* The one item of a thread without an allocator. */
static struct item *own_make(struct alloc_thread *thread, size_t size, uint64_t mark)
{
    (void)size;
    struct item *own = (struct item *)thread;
    own->mark = mark;
    return (struct item *)hide((uintptr_t)own);
}

static uint64_t own_drop(struct alloc_thread *thread, struct item *own, size_t size)
{
    (void)thread;
    (void)size;
    return own->mark;
}

static uint64_t overhead_job(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)thread;
    (void)index;
    (void)context;
    _Alignas(64) struct item own;
    return scratch_loop((struct alloc_thread *)&own, own_make, own_drop);
}

static uint64_t scratch_round(void *state)
{
    struct scratch *scratch = state;
    for (unsigned i = 0; i < THREADS; i++)
        scratch->first[i] = item_make(scratch->crew.members[0].thread, SIZE, i);
    return crew_run(&scratch->crew, scratch_job, scratch);
}

static uint64_t overhead_round(void *crew) { return crew_run(crew, overhead_job, NULL); }

static void measure(struct scratch *scratch, struct run *run)
{
    const uint64_t operations = (uint64_t)THREADS * ROUND;
    struct series series[] = {
        {.round = scratch_round,
         .state = scratch,
         .operations = operations,
         .seconds = run->seconds},
        {.round = overhead_round,
         .state = &scratch->crew,
         .operations = operations,
         .seconds = run->seconds / 5},
        control_series(&scratch->crew, run->seconds / 5),
    };
    run_series(run, series, 3);
    run->outcome.overhead_ns = series_ns(&series[1]);
    run->outcome.control_ns = series_ns(&series[2]);
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    struct scratch scratch;
    crew_start(&scratch.crew, run->thread, THREADS);
    run_baseline(run);
    measure(&scratch, run);
    crew_stop(&scratch.crew);
}

static const struct test tests[] = {
    {.name = "cache_scratch/2",
     .summary = "two threads write to small blocks that began next to one another",
     .threads = THREADS,
     .perform = perform},
};

const struct family family_cache_scratch = {"cache_scratch", tests, 1};
