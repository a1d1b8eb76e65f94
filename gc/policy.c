/*
 * Counts, thresholds, and which generation is due.
 *
 * Idea: the fast path of an allocation is an increment and a compare with `high`, of a deallocation
 * the same with `low`, both in the thread's own record.  A thread's allowance [low, high) is cut so
 * that nothing can be missed while it stays inside:
 *
 *   alone        [0, threshold + 1)       holds all of count[0], so both ends are exact
 *   one of n     [1 - batch, batch)       flushed into the shared count when it is left
 *   none is due  as above, high = large   disabled, or threshold 0: almost never looks up
 *
 * Whoever changes what allowances follow from (threads, threshold[0], enabled) then makes all of
 * them void by setting every `high` to LOOK, so that each thread's next allocation looks up.
 *
 * Ordering: (P1) a LOOK is stored with release after the change; (P2) a thread installs its new
 * `high` by an exchange with acquire, and computes again if it overwrote a LOOK: it then sees the
 * change.  The counts are relaxed: a policy may act on a slightly old count.  What threads have
 * kept is ended by the collecting one, and the long-lived sums are written, while the world is
 * stopped.
 * Lock: policy.lock guards the list of threads; nothing else is taken inside.
 * Source: generations, counts and the rule of the quarter are those of CPython's gcmodule.c as of
 * 3.11 (N. Schemenauer, A. Pitrou); private shares of a counter are the "sloppy counters" of
 * S. Boyd-Wickizer et al., OSDI 2010.
 */
#include "gc/policy.h"

#include "alloc/base/check.h"
#include "alloc/base/lock.h"

enum {
    YOUNG = 0,
    OLDEST = GC_GENERATIONS - 1,
    LOOK = INT32_MIN,
    SHARES = 8,        /* a thread's batch is this part of its share of the threshold */
    IDLE_BATCH = 1024, /* while nothing can be due */
};

struct tally {
    _Atomic uint64_t collections;
    _Atomic uint64_t collected;
    _Atomic uint64_t visited;
};

static struct {
    _Atomic int64_t count[GC_GENERATIONS]; /* [0]: what threads have flushed */
    _Atomic uint32_t threshold[GC_GENERATIONS];
    _Atomic bool enabled;
    _Atomic uint32_t threads;
    struct lock lock;
    struct gc_thread *first;
    size_t long_lived_pending; /* this and the next are written with the world stopped */
    size_t long_lived_total;
    struct tally tally[GC_GENERATIONS];
} policy;

struct allowance {
    int32_t low;
    int32_t high;
    bool alone;
};

void gc_start(void)
{
    static const uint32_t thresholds[GC_GENERATIONS] = {700, 10, 10};
    ASSERT(policy.first == NULL);
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        store_relaxed(&policy.count[i], 0);
        store_relaxed(&policy.threshold[i], thresholds[i]);
        store_relaxed(&policy.tally[i].collections, 0);
        store_relaxed(&policy.tally[i].collected, 0);
        store_relaxed(&policy.tally[i].visited, 0);
    }
    store_relaxed(&policy.enabled, true);
    policy.long_lived_pending = 0;
    policy.long_lived_total = 0;
}

static bool policy_is_active(void)
{
    return load_relaxed(&policy.enabled) && load_relaxed(&policy.threshold[YOUNG]) != 0;
}

static struct allowance policy_allowance(void)
{
    uint32_t threads = load_relaxed(&policy.threads);
    uint32_t threshold = load_relaxed(&policy.threshold[YOUNG]);
    bool active = policy_is_active();
    if (threads <= 1)
        return (struct allowance){0, active ? (int32_t)threshold + 1 : INT32_MAX, true};
    int32_t batch = active ? (int32_t)(threshold / SHARES / threads) : IDLE_BATCH;
    if (batch < 1)
        batch = 1;
    return (struct allowance){1 - batch, batch, false};
}

static int64_t at_least_zero(int64_t count) { return count > 0 ? count : 0; }

/* Adds to count[0], which stays >= 0. */
static void policy_add(int64_t change)
{
    int64_t old = load_relaxed(&policy.count[YOUNG]);
    while (!cas_weak_relaxed(&policy.count[YOUNG], &old, at_least_zero(old + change)))
        continue;
}

/* Moves what `gc` keeps to where its allowance wants it: all of count[0] here, or nothing. */
static void policy_move(struct gc_thread *gc, bool alone)
{
    gc->alone = alone;
    if (alone) {
        int64_t count = gc->allocated + xchg_relaxed(&policy.count[YOUNG], 0);
        gc->allocated = (int32_t)(count < INT32_MAX ? at_least_zero(count) : INT32_MAX - 1);
    } else {
        policy_add(gc->allocated);
        gc->allocated = 0;
    }
}

static void policy_renew(struct gc_thread *gc)
{
    struct allowance new;
    do {
        new = policy_allowance();
        policy_move(gc, new.alone);
        gc->low = new.low;
    } while (xchg_acquire(&gc->high, new.high) == LOOK); /* (P2) */
}

void gc_did_free_slow(struct gc_thread *gc)
{
    bool stays_zero = gc->alone && load_relaxed(&gc->high) != LOOK;
    if (stays_zero)
        return;
    gc->allocated--;
    policy_renew(gc);
}

static void policy_void_allowances_locked(void)
{
    for (struct gc_thread *gc = policy.first; gc != NULL; gc = gc->next)
        store_release(&gc->high, LOOK); /* (P1) */
}

static void policy_void_allowances(void)
{
    lock_acquire(&policy.lock);
    policy_void_allowances_locked();
    lock_release(&policy.lock);
}

void gc_attach(struct gc_thread *gc)
{
    lock_acquire(&policy.lock);
    gc->allocated = 0;
    gc->low = 0;
    gc->alone = false;
    gc->next = policy.first;
    gc->link = &policy.first;
    if (policy.first != NULL)
        policy.first->link = &gc->next;
    policy.first = gc;
    store_relaxed(&policy.threads, load_relaxed(&policy.threads) + 1);
    policy_void_allowances_locked();
    lock_release(&policy.lock);
}

void gc_detach(struct gc_thread *gc)
{
    lock_acquire(&policy.lock);
    policy_add(gc->allocated);
    gc->allocated = 0;
    *gc->link = gc->next;
    if (gc->next != NULL)
        gc->next->link = gc->link;
    store_relaxed(&policy.threads, load_relaxed(&policy.threads) - 1);
    policy_void_allowances_locked();
    lock_release(&policy.lock);
}

void gc_set_threshold(unsigned generation, uint32_t threshold)
{
    ASSERT(generation < GC_GENERATIONS);
    store_relaxed(&policy.threshold[generation],
                  threshold < GC_THRESHOLD_MAX ? threshold : GC_THRESHOLD_MAX);
    policy_void_allowances();
}

uint32_t gc_threshold(unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    return load_relaxed(&policy.threshold[generation]);
}

void gc_enable(bool enabled)
{
    store_relaxed(&policy.enabled, enabled);
    policy_void_allowances();
}

bool gc_is_enabled(void) { return load_relaxed(&policy.enabled); }

uint32_t gc_count(const struct gc_thread *gc, unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    int64_t count = load_relaxed(&policy.count[generation]);
    if (generation == YOUNG)
        count = at_least_zero(count + gc->allocated);
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static bool policy_is_over(const struct gc_thread *gc, unsigned generation)
{
    return gc_count(gc, generation) > load_relaxed(&policy.threshold[generation]);
}

static bool policy_is_due(const struct gc_thread *gc)
{
    return policy_is_active() && policy_is_over(gc, YOUNG);
}

bool gc_is_due(struct gc_thread *gc)
{
    policy_renew(gc);
    return policy_is_due(gc);
}

int policy_due(const struct gc_thread *gc)
{
    if (!policy_is_due(gc))
        return POLICY_NOTHING_DUE;
    bool is_worthwhile = policy.long_lived_pending >= policy.long_lived_total / 4;
    if (policy_is_over(gc, OLDEST) && is_worthwhile)
        return OLDEST;
    return policy_is_over(gc, 1) ? 1 : YOUNG;
}

static void policy_reset_counts(unsigned generation)
{
    for (unsigned i = 0; i <= generation; i++)
        store_relaxed(&policy.count[i], 0);
    lock_acquire(&policy.lock);
    for (struct gc_thread *gc = policy.first; gc != NULL; gc = gc->next)
        gc->allocated = 0;
    lock_release(&policy.lock);
}

void policy_collected(unsigned generation, struct policy_outcome outcome)
{
    policy_reset_counts(generation);
    if (generation < OLDEST)
        fetch_add_relaxed(&policy.count[generation + 1], 1);
    if (generation == OLDEST) {
        policy.long_lived_pending = 0;
        policy.long_lived_total = outcome.survivors;
    } else if (generation == OLDEST - 1) {
        policy.long_lived_pending += outcome.survivors;
    }
    fetch_add_relaxed(&policy.tally[generation].collections, 1);
    fetch_add_relaxed(&policy.tally[generation].collected, outcome.unreachable);
    fetch_add_relaxed(&policy.tally[generation].visited, outcome.visited);
}

struct gc_statistics gc_statistics(unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    struct tally *tally = &policy.tally[generation];
    return (struct gc_statistics){
        .collections = load_relaxed(&tally->collections),
        .collected = load_relaxed(&tally->collected),
        .visited = load_relaxed(&tally->visited),
    };
}
