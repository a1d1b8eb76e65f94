/* Priorities, changes of them, and older values. */
#include "tests/model/explore/pct.h"

#include "tests/model/explore/image.h"

enum { SHORTEST = 64, OLD_READS = 4, ONE_IN = 8, PATIENCE = 1000 };

static struct {
    uint64_t random;
    uint64_t step, longest;
    uint64_t run;                    /* steps that the running thread has taken in a row */
    uint64_t changes[PCT_DEPTH - 1]; /* at these steps; 0: none */
    int priority[COROUTINES];        /* all different */
    int lowest;
    unsigned old_reads; /* that are left */
} * pct;

void pct_init(void)
{
    pct = image_keep(sizeof *pct);
    pct->longest = SHORTEST;
}

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static uint64_t random_next(void)
{
    uint64_t z = pct->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t random_below(uint64_t n) { return random_next() % n; }

static void shuffle_priorities(unsigned threads)
{
    for (unsigned i = 0; i < threads; i++) {
        unsigned j = (unsigned)random_below(i + 1);
        pct->priority[i] = pct->priority[j];
        pct->priority[j] = (int)i + 1;
    }
    pct->lowest = 0;
}

void pct_begin(uint64_t seed, unsigned threads)
{
    pct->random = seed;
    (void)random_next();
    shuffle_priorities(threads);
    unsigned depth = (unsigned)random_below(PCT_DEPTH);
    for (unsigned i = 0; i < PCT_DEPTH - 1; i++)
        pct->changes[i] = i < depth ? 1 + random_below(pct->longest) : 0;
    pct->old_reads = random_below(2) == 0 ? 0 : 1 + (unsigned)random_below(OLD_READS);
}

static void begin(void)
{
    pct->step = 0;
    pct->run = 0;
}

static bool is_change(void)
{
    bool change = false;
    for (unsigned i = 0; i < PCT_DEPTH - 1; i++)
        change |= pct->changes[i] == pct->step;
    return change;
}

static void make_lowest(unsigned thread) { pct->priority[thread] = --pct->lowest; }

/* Of those that can go on; there is one. */
static unsigned highest(unsigned enabled)
{
    unsigned best = COROUTINE_MAIN;
    for (unsigned i = 0; i < COROUTINES; i++)
        if ((enabled >> i & 1) != 0 &&
            (best == COROUTINE_MAIN || pct->priority[i] > pct->priority[best]))
            best = i;
    return best;
}

static bool gives_way(const struct op *op) { return op->kind == OP_YIELD || pct->run >= PATIENCE; }

static unsigned choose_thread(const struct search_state *state)
{
    if (++pct->step > pct->longest)
        pct->longest = pct->step;
    if (state->running != COROUTINE_MAIN && gives_way(state->ops[state->running]))
        make_lowest(state->running);
    if (is_change())
        make_lowest(highest(state->enabled));
    unsigned thread = highest(state->enabled);
    pct->run = thread == state->running ? pct->run + 1 : 0;
    return thread;
}

static unsigned choose_store(unsigned choices)
{
    if (choices == 1 || pct->old_reads == 0 || random_below(ONE_IN) != 0)
        return 0;
    pct->old_reads--;
    return 1 + (unsigned)random_below(choices - 1);
}

const struct chooser pct_chooser = {begin, choose_thread, choose_store};
