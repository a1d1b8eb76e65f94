/*
 * Threads that come and go, and blocks that outlive them.
 *
 * In every round two new threads each make blocks of mixed sizes, keep some of them, drop others, and exchange one now and
 * then for whatever lies in a random place of a shared exchange.  When they end, what is in the exchange stays; the next
 * round's threads find it there, made by threads that are gone.  So blocks migrate, heaps are left and taken over, and the
 * last owner of a block is rarely the thread that made it.
 *
 * What a thread makes does not depend on what it finds, so the work is the same each time.  A round's time has in it that of
 * starting and joining threads and of looking through the exchange; `overhead_ns` is what a round takes whose threads do
 * nothing else.
 *
 * Invariant, of a round: marks in the exchange before + made = dropped + in the exchange after
 *
 * Ordering: (X1) an exchange releases the item that it puts in and (X2) acquires the one that it takes out.
 * Source: the benchmark mstress in D. Leijen, B. Zorn, L. de Moura, "Mimalloc: Free List Sharding in Action", APLAS 2019.
 */
#include "bench/alloc/control.h"
#include "bench/alloc/families.h"
#include "bench/alloc/item.h"
#include "bench/alloc/random_step.h"
#include "bench/alloc/room.h"
#include "bench/alloc/sizes.h"
#include "bench/trial/pin.h"

#include <string.h>

enum { THREADS = 2, ROUND = 128 * 1024, KEPT = 512, EXCHANGE = 1024, EXCHANGE_ONE_IN = 8 };

typedef _Atomic(struct item *) exchange_place;

struct worker {
    _Alignas(64) pthread_t pthread;
    unsigned index;
    exchange_place *exchange;
    struct alloc_thread *thread;
    struct item *kept[KEPT]; /* a mark is a size */
    uint64_t made;           /* the sum of these blocks' marks */
    uint64_t dropped;        /* likewise */
};

struct mstress {
    struct worker *workers;
    exchange_place *exchange;
    void *(*worker_main)(void *worker);
};

static void make_kept(struct worker *worker, unsigned place, size_t size)
{
    worker->kept[place] = item_make(worker->thread, size, size);
    worker->made += size;
}

static void drop(struct worker *worker, struct item *item)
{
    if (item != NULL)
        worker->dropped += item_drop(worker->thread, item, item->mark);
}

static void exchange(struct worker *worker, unsigned place, unsigned with)
{
    worker->kept[place] =
        xchg_acq_rel(&worker->exchange[with], worker->kept[place]); /* (X1) (X2) */
}

static void work(struct worker *worker)
{
    uint64_t random = worker->index;
    for (unsigned i = 0; i < ROUND; i++) {
        random = random_step(random);
        unsigned place = mix_below(random, KEPT);
        drop(worker, worker->kept[place]);
        make_kept(worker, place, sizes_mixed(i));
        if (i % EXCHANGE_ONE_IN == 0)
            exchange(worker, place, mix_below(random << 16, EXCHANGE));
    }
    for (unsigned place = 0; place < KEPT; place++)
        drop(worker, worker->kept[place]);
}

static void *worker_main(void *argument)
{
    struct worker *worker = argument;
    pin_here(PIN_NEAR, worker->index);
    worker->thread = alloc_begin();
    CHECK(worker->thread != NULL, "no memory for a thread");
    work(worker);
    alloc_end(worker->thread);
    return NULL;
}

static void *idler_main(void *argument)
{
    const struct worker *worker = argument;
    pin_here(PIN_NEAR, worker->index);
    return NULL;
}

static void start(const struct mstress *mstress, unsigned index)
{
    struct worker *worker = &mstress->workers[index];
    memset(worker, 0, sizeof(*worker));
    worker->index = index;
    worker->exchange = mstress->exchange;
    int error = pthread_create(&worker->pthread, NULL, mstress->worker_main, worker);
    CHECK(error == 0, "pthread_create: %s", strerror(error));
}

static uint64_t marks_in_exchange(const struct mstress *mstress)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < EXCHANGE; i++) {
        const struct item *item = load_relaxed(&mstress->exchange[i]);
        sum += item != NULL ? item->mark : 0;
    }
    return sum;
}

static void join(const struct worker *worker)
{
    int error = pthread_join(worker->pthread, NULL);
    CHECK(error == 0, "pthread_join: %s", strerror(error));
}

/* Returns the sum of the marks made. */
static uint64_t mstress_round(void *state)
{
    const struct mstress *mstress = state;
    uint64_t made = 0;
    uint64_t balance = marks_in_exchange(mstress);
    for (unsigned i = 0; i < THREADS; i++)
        start(mstress, i);
    for (unsigned i = 0; i < THREADS; i++) {
        const struct worker *worker = &mstress->workers[i];
        join(worker);
        made += worker->made;
        balance += worker->made - worker->dropped;
    }
    CHECK(balance == marks_in_exchange(mstress), "marks were lost, or came twice");
    return made;
}

static void clear_exchange(const struct mstress *mstress, struct alloc_thread *thread)
{
    for (unsigned i = 0; i < EXCHANGE; i++) {
        struct item *item = load_relaxed(&mstress->exchange[i]);
        if (item != NULL)
            item_drop(thread, item, item->mark);
    }
}

static void measure(struct mstress *mstress, struct run *run)
{
    const uint64_t operations = (uint64_t)THREADS * ROUND;
    struct mstress idle = *mstress;
    idle.worker_main = idler_main;
    struct crew crew;
    crew_start(&crew, run->thread, THREADS);
    struct series series[] = {
        {.round = mstress_round,
         .state = mstress,
         .operations = operations,
         .seconds = run->seconds},
        {.round = mstress_round,
         .state = &idle,
         .operations = operations,
         .seconds = run->seconds / 5},
        control_series(&crew, run->seconds / 5),
    };
    run_series(run, series, 3);
    run->outcome.overhead_ns = series_ns(&series[1]);
    run->outcome.control_ns = series_ns(&series[2]);
    crew_stop(&crew);
}

static void perform(const struct test *test, struct run *run)
{
    (void)test;
    struct mstress mstress = {
        .workers = room_map(THREADS * sizeof(struct worker)),
        .exchange = room_map(EXCHANGE * sizeof(exchange_place)),
        .worker_main = worker_main,
    };
    run_baseline(run);
    measure(&mstress, run);
    clear_exchange(&mstress, run->thread);
    room_unmap(mstress.exchange, EXCHANGE * sizeof(exchange_place));
    room_unmap(mstress.workers, THREADS * sizeof(struct worker));
}

static const struct test tests[] = {
    {.name = "mstress/2",
     .summary = "two threads at a time come and go, and blocks outlive them",
     .threads = THREADS,
     .gives_away = true,
     .perform = perform},
};

const struct family family_mstress = {"mstress", tests, 1};
