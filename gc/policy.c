/*
 * Which generation is due, under three policies.
 *
 * Each generation has a measure and a limit, and is over when the measure reaches the limit: of
 * generation 0 the measure is in gc/allowance.c; of the others, what policy.collections or
 * gc/bytes.c counts.
 *
 * Ordering: settings are relaxed, and whoever changes one makes allowances void.  The long-lived
 * sums are written while the world is stopped, and read by the thread that has the collector's
 * claim.
 * Source: generations, counts and the rule of the quarter are those of CPython's gcmodule.c as of
 * 3.11 (N. Schemenauer, A. Pitrou).
 */
#include "gc/policy.h"

#include "alloc/base/check.h"
#include "gc/allowance.h"
#include "gc/bytes.h"
#include "gc/callback.h"
#include "gc/client.h"
#include "gc/statistics.h"

const char *const gc_policy_names[GC_POLICIES] = {"counts", "bytes", "bytes-adaptive"};

static struct {
    _Atomic uint32_t chosen; /* enum gc_policy */
    _Atomic bool enabled;
    _Atomic uint32_t threshold[GC_GENERATIONS];
    _Atomic int64_t
        collections[GC_GENERATIONS]; /* [i]: of i-1 since the last one of i; [0]: none */
    size_t long_lived_pending;
    size_t long_lived_total;
} policy;

enum gc_policy gc_policy(void) { return (enum gc_policy)load_relaxed(&policy.chosen); }
bool policy_counts_bytes(void) { return gc_policy() != GC_COUNTS; }

struct gc_weight policy_weight(enum gc_policy chosen)
{
    static const struct gc_weight one_each = {1, 0};
    static const struct gc_weight its_bytes = {0, -1};
    return chosen == GC_COUNTS ? one_each : its_bytes;
}

void gc_start(void)
{
    static const uint32_t thresholds[GC_GENERATIONS] = {700, 10, 10};
    store_relaxed(&policy.chosen, GC_COUNTS);
    for (unsigned i = 0; i < GC_GENERATIONS; i++) {
        store_relaxed(&policy.threshold[i], thresholds[i]);
        store_relaxed(&policy.collections[i], 0);
    }
    policy.long_lived_pending = 0;
    policy.long_lived_total = 0;
    store_relaxed(&policy.enabled, true);
    allowance_start();
    bytes_start();
    statistics_start();
    callback_start();
}

/* --- measures and limits --------------------------------------------------------------------------- */

static int64_t policy_measure(const struct gc_thread *gc, unsigned generation)
{
    if (generation == POLICY_YOUNG)
        return allowance_count(gc);
    return policy_counts_bytes() ? bytes_promoted(generation)
                                 : load_relaxed(&policy.collections[generation]);
}

static int64_t policy_limit(unsigned generation)
{
    if (policy_counts_bytes())
        return bytes_limit(generation, gc_policy() == GC_BYTES_ADAPTIVE);
    return (int64_t)load_relaxed(&policy.threshold[generation]) + 1;
}

static bool policy_is_over(const struct gc_thread *gc, unsigned generation)
{
    return policy_measure(gc, generation) >= policy_limit(generation);
}

static bool policy_is_active(void)
{
    bool is_limited = policy_counts_bytes() ? gc_budget(POLICY_YOUNG) != 0
                                            : load_relaxed(&policy.threshold[POLICY_YOUNG]) != 0;
    return gc_client_frees() && is_limited && load_relaxed(&policy.enabled);
}

int64_t policy_young_limit(void)
{
    return policy_is_active() ? policy_limit(POLICY_YOUNG) : POLICY_NO_LIMIT;
}

/* --- what is due ----------------------------------------------------------------------------------- */

static bool policy_is_due(const struct gc_thread *gc)
{
    return policy_is_active() && policy_is_over(gc, POLICY_YOUNG);
}

bool gc_is_due(struct gc_thread *gc)
{
    allowance_renew(gc);
    return policy_is_due(gc);
}

/* Whether enough has become old for a full collection to be worth its time. */
static bool policy_is_worthwhile(void)
{
    return policy_counts_bytes() || policy.long_lived_pending >= policy.long_lived_total / 4;
}

int policy_due(const struct gc_thread *gc)
{
    if (!policy_is_due(gc))
        return POLICY_NOTHING_DUE;
    if (policy_is_over(gc, POLICY_OLDEST) && policy_is_worthwhile())
        return POLICY_OLDEST;
    return policy_is_over(gc, 1) ? 1 : POLICY_YOUNG;
}

void policy_collected(unsigned generation, size_t survivors, uint64_t survivors_bytes)
{
    allowance_reset();
    for (unsigned i = 0; i <= generation; i++)
        store_relaxed(&policy.collections[i], 0);
    if (generation < POLICY_OLDEST)
        fetch_add_relaxed(&policy.collections[generation + 1], 1);
    bytes_collected(generation, survivors_bytes);
    if (generation == POLICY_OLDEST) {
        policy.long_lived_pending = 0;
        policy.long_lived_total = survivors;
    } else if (generation == POLICY_OLDEST - 1) {
        policy.long_lived_pending += survivors;
    }
}

void policy_reset(void)
{
    allowance_reset();
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        store_relaxed(&policy.collections[i], 0);
    bytes_reset();
}

/* --- settings -------------------------------------------------------------------------------------- */

void gc_set_policy(struct thread *T, enum gc_policy chosen)
{
    ASSERT(chosen < GC_POLICIES);
    gc_client_stop(T);
    policy_reset();
    store_relaxed(&policy.chosen, chosen);
    allowance_reweigh(policy_weight(chosen));
    allowance_void();
    gc_client_start(T);
}

void gc_set_threshold(unsigned generation, uint32_t threshold)
{
    ASSERT(generation < GC_GENERATIONS);
    store_relaxed(&policy.threshold[generation],
                  threshold < GC_THRESHOLD_MAX ? threshold : GC_THRESHOLD_MAX);
    allowance_void();
}

uint32_t gc_threshold(unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    return load_relaxed(&policy.threshold[generation]);
}

void gc_enable(bool enabled)
{
    store_relaxed(&policy.enabled, enabled);
    allowance_void();
}

bool gc_is_enabled(void) { return load_relaxed(&policy.enabled); }

uint32_t gc_count(const struct gc_thread *gc, unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    int64_t count = policy_counts_bytes() ? 0 : policy_measure(gc, generation);
    return count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

uint64_t gc_bytes(const struct gc_thread *gc, unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    return policy_counts_bytes() ? (uint64_t)policy_measure(gc, generation) : 0;
}
