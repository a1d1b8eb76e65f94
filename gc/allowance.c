/*
 * The count of generation 0, shared and private.
 *
 * Idea: the fast path of an allocation is an addition and a compare with `high`, of a deallocation
 * a subtraction and a compare with `low`, both in the thread's own record.  A thread's allowance
 * [low, high) is cut so that nothing can be missed while it stays inside:
 *
 *   alone        [0, limit)           holds all of the count, so both ends are exact
 *   one of n     [1 - batch, batch)   flushed into the shared count when it is left
 *   none is due  as above, high = large: almost never looks up
 *
 * Whoever changes what allowances follow from (threads, the limit) then makes all of them void by
 * setting every `high` to LOOK, so that each thread's next allocation looks up.
 *
 * Ordering: (P1) a LOOK is stored with release after the change; (P2) a thread installs its new
 * `high` by an exchange with acquire, and computes again if it overwrote a LOOK: it then sees the
 * change.  The counts are relaxed: a policy may act on a slightly old count.  What threads have
 * kept is ended, and what allocations weigh is changed, while the world is stopped.
 * Lock: allowances.lock guards the list of threads; nothing else is taken inside.
 * Source: private shares of a counter are the "sloppy counters" of S. Boyd-Wickizer et al., OSDI
 * 2010.
 */
#include "gc/allowance.h"

#include "alloc/base/check.h"
#include "alloc/base/lock.h"
#include "gc/policy.h"

#define LOOK INT64_MIN

enum {
    SHARES = 8,             /* a thread's batch is this part of its share of the limit */
    IDLE_BATCH = 64 * 1024, /* while nothing can be due */
};

static struct {
    _Atomic int64_t count; /* what threads have flushed */
    _Atomic uint32_t threads;
    struct lock lock;
    struct gc_thread *first;
    struct gc_weight weight;
} allowances;

struct allowance {
    int64_t low;
    int64_t high;
    bool alone;
};

void allowance_start(void)
{
    ASSERT(allowances.first == NULL);
    store_relaxed(&allowances.count, 0);
    allowances.weight = policy_weight(GC_COUNTS);
}

static struct allowance allowance_now(void)
{
    uint32_t threads = load_relaxed(&allowances.threads);
    int64_t limit = policy_young_limit();
    if (threads <= 1)
        return (struct allowance){0, limit, true};
    int64_t batch = limit != POLICY_NO_LIMIT ? limit / SHARES / threads : IDLE_BATCH;
    if (batch < 1)
        batch = 1;
    return (struct allowance){1 - batch, batch, false};
}

static int64_t at_least_zero(int64_t count) { return count > 0 ? count : 0; }

/* Adds to the shared count, which stays >= 0. */
static void allowance_add(int64_t change)
{
    int64_t old = load_relaxed(&allowances.count);
    while (!cas_weak_relaxed(&allowances.count, &old, at_least_zero(old + change)))
        continue;
}

/* Moves what `gc` keeps to where its allowance wants it: all of the count here, or nothing. */
static void allowance_move(struct gc_thread *gc, bool alone)
{
    gc->alone = alone;
    if (alone) {
        gc->allocated = at_least_zero(gc->allocated + xchg_relaxed(&allowances.count, 0));
    } else {
        allowance_add(gc->allocated);
        gc->allocated = 0;
    }
}

void allowance_renew(struct gc_thread *gc)
{
    struct allowance new;
    do {
        new = allowance_now();
        allowance_move(gc, new.alone);
        gc->low = new.low;
    } while (xchg_acquire(&gc->high, new.high) == LOOK); /* (P2) */
}

void gc_did_free_slow(struct gc_thread *gc, int64_t weight)
{
    bool has_all = gc->alone && load_relaxed(&gc->high) != LOOK;
    if (has_all) {
        gc->allocated = 0;
        return;
    }
    gc->allocated -= weight;
    allowance_renew(gc);
}

int64_t allowance_count(const struct gc_thread *gc)
{
    return at_least_zero(load_relaxed(&allowances.count) + gc->allocated);
}

static void allowance_void_locked(void)
{
    for (struct gc_thread *gc = allowances.first; gc != NULL; gc = gc->next)
        store_release(&gc->high, LOOK); /* (P1) */
}

void allowance_void(void)
{
    lock_acquire(&allowances.lock);
    allowance_void_locked();
    lock_release(&allowances.lock);
}

void allowance_reset(void)
{
    lock_acquire(&allowances.lock);
    store_relaxed(&allowances.count, 0);
    for (struct gc_thread *gc = allowances.first; gc != NULL; gc = gc->next)
        gc->allocated = 0;
    lock_release(&allowances.lock);
}

void allowance_reweigh(struct gc_weight weight)
{
    lock_acquire(&allowances.lock);
    allowances.weight = weight;
    for (struct gc_thread *gc = allowances.first; gc != NULL; gc = gc->next)
        gc->weight = weight;
    lock_release(&allowances.lock);
}

void gc_attach(struct gc_thread *gc)
{
    lock_acquire(&allowances.lock);
    gc->allocated = 0;
    gc->low = 0;
    gc->alone = false;
    gc->weight = allowances.weight;
    gc->next = allowances.first;
    gc->link = &allowances.first;
    if (allowances.first != NULL)
        allowances.first->link = &gc->next;
    allowances.first = gc;
    store_relaxed(&allowances.threads, load_relaxed(&allowances.threads) + 1);
    allowance_void_locked();
    lock_release(&allowances.lock);
}

void gc_detach(struct gc_thread *gc)
{
    lock_acquire(&allowances.lock);
    allowance_add(gc->allocated);
    gc->allocated = 0;
    *gc->link = gc->next;
    if (gc->next != NULL)
        gc->next->link = gc->link;
    gc->link = NULL;
    store_relaxed(&allowances.threads, load_relaxed(&allowances.threads) - 1);
    allowance_void_locked();
    lock_release(&allowances.lock);
}

void allowance_hold(void) { lock_acquire(&allowances.lock); }

void allowance_resume(void) { lock_release(&allowances.lock); }
