/*
 * The same work on two threads, each with blocks of its own: what they cost one another.
 *
 * Four series take turns: both threads, one alone, and arithmetic on both and on one.  What the second thread gains is the
 * quotient of one's time and both's, and `gain` is that over the same quotient of the arithmetic.  All four are jobs of the
 * same crew, and so long (half a millisecond and more) that starting them together is less than a hundredth.
 */
#include "bench/alloc/control.h"
#include "bench/alloc/families.h"
#include "bench/alloc/pair.h"
#include "bench/alloc/steady.h"

enum { THREADS = 2, PAIR_ROUNDS = 32, STEADY_ROUNDS = 4, STEADY_LIVE = 10000 };

/* What one thread has to do, and what it needs for it. */
struct share {
    crew_job *begin; /* or NULL */
    crew_job *job;
    crew_job *end; /* or NULL */
    uint64_t operations;
};

struct shared {
    struct crew crew;
    const struct share *share;
    struct {
        _Alignas(64) struct steady steady;
    } threads[THREADS];
};

static uint64_t pair_job(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)index;
    (void)context;
    uint64_t sum = 0;
    for (unsigned i = 0; i < PAIR_ROUNDS; i++)
        sum += pair_loop(thread, 64, item_make, item_drop);
    return sum;
}

static struct steady *steady_of(void *context, unsigned index)
{
    return &((struct shared *)context)->threads[index].steady;
}

static uint64_t steady_begin(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)thread;
    steady_fill(steady_of(context, index));
    return 0;
}

static uint64_t steady_job(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)thread;
    uint64_t sum = 0;
    for (unsigned i = 0; i < STEADY_ROUNDS; i++)
        sum += steady_round(steady_of(context, index));
    return sum;
}

static uint64_t steady_end(struct alloc_thread *thread, unsigned index, void *context)
{
    (void)thread;
    steady_empty(steady_of(context, index));
    return 0;
}

static uint64_t both_round(void *state)
{
    struct shared *shared = state;
    return crew_run(&shared->crew, shared->share->job, shared);
}

static uint64_t single_round(void *state)
{
    struct shared *shared = state;
    return crew_run_one(&shared->crew, shared->share->job, shared);
}

static void run_if(struct shared *shared, crew_job *job)
{
    if (job != NULL)
        crew_run(&shared->crew, job, shared);
}

static void measure(struct shared *shared, struct run *run)
{
    uint64_t operations = shared->share->operations;
    double seconds = run->seconds;
    struct series series[] = {
        {.round = both_round,
         .state = shared,
         .operations = THREADS * operations,
         .seconds = seconds},
        {.round = single_round, .state = shared, .operations = operations, .seconds = seconds},
        control_series(&shared->crew, seconds / 2),
        control_single_series(&shared->crew, seconds / 2),
    };
    struct outcome *outcome = &run->outcome;
    run_series(run, series, 4);
    outcome->single_ns = series_ns(&series[1]);
    outcome->control_ns = series_ns(&series[2]);
    outcome->control_single_ns = series_ns(&series[3]);
    outcome->gain =
        (outcome->single_ns / outcome->ns) / (outcome->control_single_ns / outcome->control_ns);
}

static void perform(const struct test *test, struct run *run)
{
    struct shared shared = {.share = test->detail};
    crew_start(&shared.crew, run->thread, THREADS);
    for (unsigned i = 0; i < THREADS; i++)
        steady_map(steady_of(&shared, i), shared.crew.members[i].thread, STEADY_LIVE);
    run_baseline(run);
    run_if(&shared, shared.share->begin);
    measure(&shared, run);
    run_if(&shared, shared.share->end);
    for (unsigned i = 0; i < THREADS; i++)
        steady_unmap(steady_of(&shared, i));
    crew_stop(&shared.crew);
}

static const struct share pairs = {
    .job = pair_job,
    .operations = (uint64_t)PAIR_ROUNDS * PAIR_ROUND,
};

static const struct share steadies = {
    .begin = steady_begin,
    .job = steady_job,
    .end = steady_end,
    .operations = (uint64_t)STEADY_ROUNDS * STEADY_ROUND,
};

static const struct test tests[] = {
    {.name = "threads2/pair_64",
     .summary = "two threads: a block of 64 bytes, made and dropped",
     .threads = THREADS,
     .perform = perform,
     .detail = &pairs},
    {.name = "threads2/steady_10k",
     .summary = "two threads: 10,000 live blocks of mixed sizes each, a random one replaced",
     .threads = THREADS,
     .perform = perform,
     .detail = &steadies},
};

const struct family family_threads2 = {"threads2", tests, sizeof(tests) / sizeof(tests[0])};
