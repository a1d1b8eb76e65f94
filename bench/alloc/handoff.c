/*
 * One thread makes blocks, another drops them: every free is a remote one.
 *
 * The blocks go through a ring in bundles, so that the two threads meet once in BUNDLE blocks and the ring is little beside
 * the allocator; `overhead_ns` is what it takes with fixed blocks.
 *
 * Ordering: (H1) `sent` is raised with release after a bundle is in its place, (H2) the receiver acquires it.  (H3) `received` is
 * raised with release after the bundle is read, (H4) the sender acquires it.
 * Invariant: received <= sent <= received + BUNDLES
 */
#include "bench/alloc/control.h"
#include "bench/alloc/cursor.h"
#include "bench/alloc/families.h"
#include "bench/alloc/room.h"
#include "bench/alloc/sizes.h"

enum { BUNDLE = 64, BUNDLES = 16, ROUND = 512 /* bundles */, SENDER = 0 };

struct ring {
    _Alignas(64) _Atomic uint32_t sent;
    _Alignas(64) _Atomic uint32_t received;
    _Alignas(64) struct item *places[BUNDLES][BUNDLE];
};

struct handoff {
    struct crew crew;
    struct ring *ring;
    crew_job *job;
    crew_job *overhead;
};

static struct item **await_place(struct ring *ring)
{
    unsigned spins = 0;
    uint32_t sent = load_relaxed(&ring->sent);
    while (sent - load_acquire(&ring->received) == BUNDLES) /* (H4) */
        crew_spin(&spins);
    return ring->places[sent % BUNDLES];
}

static void pass(struct ring *ring)
{
    store_release(&ring->sent, load_relaxed(&ring->sent) + 1); /* (H1) */
}

static struct item **await_bundle(struct ring *ring)
{
    unsigned spins = 0;
    uint32_t received = load_relaxed(&ring->received);
    while (load_acquire(&ring->sent) == received) /* (H2) */
        crew_spin(&spins);
    return ring->places[received % BUNDLES];
}

static void accept(struct ring *ring)
{
    store_release(&ring->received, load_relaxed(&ring->received) + 1); /* (H3) */
}

/* The size of a block with that number. */
typedef size_t sizer(size_t number);

static size_t always_56(size_t number)
{
    (void)number;
    return 56;
}

__attribute__((always_inline)) static inline uint64_t
send(struct ring *ring, struct alloc_thread *thread, sizer *size, item_maker *make)
{
    size_t number = 0;
    for (unsigned bundle = 0; bundle < ROUND; bundle++) {
        struct item **places = await_place(ring);
        for (unsigned i = 0; i < BUNDLE; i++, number++)
            places[i] = make(thread, size(number), size(number));
        pass(ring);
    }
    return 0;
}

__attribute__((always_inline)) static inline uint64_t
receive(struct ring *ring, struct alloc_thread *thread, sizer *size, item_dropper *drop)
{
    uint64_t sum = 0;
    size_t number = 0;
    for (unsigned bundle = 0; bundle < ROUND; bundle++) {
        struct item **places = await_bundle(ring);
        for (unsigned i = 0; i < BUNDLE; i++, number++)
            sum += drop(thread, places[i], size(number));
        accept(ring);
    }
    return sum;
}

static uint64_t job_56(struct alloc_thread *thread, unsigned index, void *ring)
{
    return index == SENDER ? send(ring, thread, always_56, item_make)
                           : receive(ring, thread, always_56, item_drop);
}

static uint64_t job_mixed(struct alloc_thread *thread, unsigned index, void *ring)
{
    return index == SENDER ? send(ring, thread, sizes_mixed, item_make)
                           : receive(ring, thread, sizes_mixed, item_drop);
}

static uint64_t overhead_56(struct alloc_thread *thread, unsigned index, void *ring)
{
    (void)thread;
    struct cursor cursor = {0};
    return index == SENDER ? send(ring, cursor_thread(&cursor), always_56, cursor_make)
                           : receive(ring, cursor_thread(&cursor), always_56, cursor_drop);
}

static uint64_t overhead_mixed(struct alloc_thread *thread, unsigned index, void *ring)
{
    (void)thread;
    struct cursor cursor = {0};
    return index == SENDER ? send(ring, cursor_thread(&cursor), sizes_mixed, cursor_make)
                           : receive(ring, cursor_thread(&cursor), sizes_mixed, cursor_drop);
}

static uint64_t job_round(void *state)
{
    struct handoff *handoff = state;
    return crew_run(&handoff->crew, handoff->job, handoff->ring);
}

static uint64_t overhead_round(void *state)
{
    struct handoff *handoff = state;
    return crew_run(&handoff->crew, handoff->overhead, handoff->ring);
}

static void measure(struct handoff *handoff, struct run *run)
{
    const uint64_t operations = (uint64_t)ROUND * BUNDLE;
    struct series series[] = {
        {.round = job_round, .state = handoff, .operations = operations, .seconds = run->seconds},
        {.round = overhead_round,
         .state = handoff,
         .operations = operations,
         .seconds = run->seconds / 5},
        control_series(&handoff->crew, run->seconds / 5),
    };
    run_series(run, series, 3);
    run->outcome.overhead_ns = series_ns(&series[1]);
    run->outcome.control_ns = series_ns(&series[2]);
}

static void perform(const struct test *test, struct run *run)
{
    struct handoff handoff = *(const struct handoff *)test->detail;
    handoff.ring = room_map(sizeof(struct ring));
    crew_start(&handoff.crew, run->thread, 2);
    run_baseline(run);
    measure(&handoff, run);
    crew_stop(&handoff.crew);
    room_unmap(handoff.ring, sizeof(struct ring));
}

static const struct handoff of_56 = {.job = job_56, .overhead = overhead_56};
static const struct handoff of_mixed = {.job = job_mixed, .overhead = overhead_mixed};

static const struct test tests[] = {
    {.name = "handoff/56",
     .summary = "one thread makes blocks of 56 bytes, another drops them",
     .threads = 2,
     .gives_away = true,
     .perform = perform,
     .detail = &of_56},
    {.name = "handoff/mixed",
     .summary = "one thread makes blocks of mixed sizes, another drops them",
     .threads = 2,
     .gives_away = true,
     .perform = perform,
     .detail = &of_mixed},
};

const struct family family_handoff = {"handoff", tests, sizeof(tests) / sizeof(tests[0])};
