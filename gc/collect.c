/*
 * One collection, from the request to the end of clearing.
 *
 *   claim     one thread collects at a time; others carry on with their work
 *   stop      the world; counts are settled, the unreachable found and held, survivors promoted,
 *             weak references to the unreachable become null
 *   start     the world, and call back whose weak references those were
 *   finalize  only if there are finalizers: they run, and a second, short stop tells what they
 *             resurrected, which stays
 *   clear     the garbage is emptied (gc/garbage.c)
 *
 * User code (callbacks, finalizers, what dies of clearing) runs only while the world does, and
 * before anything is cleared all finalizers have run.
 *
 * Ordering: (C1) claiming is an acquire that sees what the last collection (C2) released with its
 * claim.
 */
#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/usage.h"
#include "gc/callback.h"
#include "gc/client.h"
#include "gc/garbage.h"
#include "gc/inspect.h"
#include "gc/policy.h"
#include "gc/statistics.h"
#include "gc/unreachable.h"

#include <string.h>

static _Atomic uint32_t collect_claimed;

bool gc_claim(void)
{
    uint32_t nobody = 0;
    return cas_acquire(&collect_claimed, &nobody, 1) || FAULT(claim_twice); /* (C1) */
}

void gc_unclaim(void) { store_release(&collect_claimed, 0); /* (C2) */ }

/* When the last collections ran, for those who waited for them.  Written by the one that has the
 * claim, read under the global lock that it also had. */
enum { COLLECT_RECENT = 4096 };
static struct {
    uint64_t begin_ns;
    uint64_t end_ns;
} collect_recent[COLLECT_RECENT];
static uint64_t collect_total;

static void collect_remember(uint64_t begin_ns, uint64_t end_ns)
{
    collect_recent[collect_total % COLLECT_RECENT].begin_ns = begin_ns;
    collect_recent[collect_total % COLLECT_RECENT].end_ns = end_ns;
    collect_total++;
}

void gc_record_waits(struct pause_log *log, uint64_t since_ns)
{
    uint64_t oldest = collect_total > COLLECT_RECENT ? collect_total - COLLECT_RECENT : 0;
    for (uint64_t i = collect_total; i > oldest; i--) {
        uint64_t begin_ns = collect_recent[(i - 1) % COLLECT_RECENT].begin_ns;
        uint64_t end_ns = collect_recent[(i - 1) % COLLECT_RECENT].end_ns;
        if (end_ns <= since_ns)
            return;
        begin_ns = begin_ns > since_ns ? begin_ns : since_ns;
        pause_record(log, (struct pause){.begin_ns = begin_ns,
                                         .total_ns = end_ns - begin_ns,
                                         .kind = PAUSE_WAITING});
    }
}

struct collection {
    struct thread *T;
    unsigned generation;
    bool has_finalizers;
    size_t survivors;
    struct garbage garbage;
    struct gc_statistics outcome;
    struct phases *phases; /* in the thread's record: the finder, too, tells where it is */
    uint64_t begin_ns;
    struct usage before; /* only if the pause is weighed */
};

static bool collect_is_weighed(const struct collection *c) { return c->generation > 0; }

static void collect_begin(struct collection *c)
{
    if (collect_is_weighed(c))
        c->before = usage_of_thread();
    c->begin_ns = phase_first(c->phases);
}

static void collect_stop(struct collection *c, enum phase next)
{
    gc_client_stop(c->T);
    phase_begin(c->phases, next);
    gc_client_settle(c->T);
}

static void collect_start(struct collection *c, enum phase next)
{
    phase_begin(c->phases, PHASE_RESUME);
    gc_client_start(c->T);
    phase_begin(c->phases, next);
}

static void collect_find(struct collection *c)
{
    collect_stop(c, PHASE_SETTLE);
    struct unreachable found = unreachable_find(c->T, c->generation, policy_counts_bytes());
    gc_client_promoted(c->generation);
    policy_collected(c->generation, found.survivors, found.survivors_bytes);
    c->survivors = found.survivors;
    c->garbage = (struct garbage){
        .generation = c->generation, .first = found.first, .unreachable = found.count};
    c->has_finalizers = found.observed && garbage_condemn(c->T, &c->garbage);
    collect_start(c, found.observed ? PHASE_USER : PHASE_CLEAR);
    if (found.observed)
        gc_client_call_back(c->T);
}

static void collect_finalize(struct collection *c)
{
    if (!garbage_list(&c->garbage)) {
        garbage_keep(c->T, &c->garbage);
        return;
    }
    garbage_finalize(c->T, &c->garbage);
    phase_begin(c->phases, PHASE_STOP);
    collect_stop(c, PHASE_AGAIN);
    garbage_find_again(c->T, &c->garbage);
    collect_start(c, PHASE_USER);
    gc_client_call_back(c->T);
}

static void collect_clear(struct collection *c)
{
    phase_begin(c->phases, PHASE_CLEAR);
    garbage_clear(c->T, &c->garbage);
    gc_client_collected(c->T, c->generation);
}

static void collect_count(struct collection *c)
{
    const struct garbage *garbage = &c->garbage;
    c->outcome = (struct gc_statistics){
        .collected = garbage->unreachable + garbage->saved,
        .uncollectable = garbage->kept,
        .visited = c->survivors + garbage->unreachable + garbage->saved + garbage->resurrected +
                   garbage->kept,
        .survivors = c->survivors,
        .resurrected = garbage->resurrected,
    };
    statistics_add(c->generation, &c->outcome);
}

static void collect_weigh(const struct collection *c, struct pause *pause)
{
    struct usage after = usage_of_thread();
    pause->is_weighed = true;
    pause->cpu_ns = after.cpu_ns - c->before.cpu_ns;
    pause->switches = (uint32_t)(after.switches - c->before.switches);
}

static void collect_log(struct collection *c)
{
    uint64_t end_ns = phase_last(c->phases);
    struct pause pause = {
        .begin_ns = c->begin_ns,
        .total_ns = end_ns - c->begin_ns,
        .kind = PAUSE_COLLECTING,
        .generation = (uint8_t)c->generation,
    };
    memcpy(pause.phase_ns, c->phases->ns, sizeof pause.phase_ns);
    if (collect_is_weighed(c))
        collect_weigh(c, &pause);
    collect_remember(c->begin_ns, end_ns);
    pause_record(&gc_client_thread(c->T)->pauses, pause);
}

static void collect_tell(const struct collection *c, enum gc_phase phase)
{
    struct gc_report report = {
        .phase = phase,
        .generation = c->generation,
        .collected = c->outcome.collected,
        .uncollectable = c->outcome.uncollectable,
    };
    callback_tell(c->T, &report);
}

static size_t collect_run(struct thread *T, unsigned generation)
{
    struct gc_thread *gc = gc_client_thread(T);
    struct collection c = {.T = T, .generation = generation, .phases = &gc->phases};
    gc->collecting = true;
    collect_tell(&c, GC_PHASE_START);
    collect_begin(&c);
    collect_find(&c);
    if (c.has_finalizers)
        collect_finalize(&c);
    if ((gc_debug() & GC_SAVEALL) != 0)
        garbage_save(T, &c.garbage);
    collect_count(&c);
    collect_clear(&c);
    collect_log(&c);
    collect_tell(&c, GC_PHASE_STOP);
    gc->collecting = false;
    return c.outcome.collected;
}

bool gc_try_collect(struct thread *T, unsigned generation, size_t *found)
{
    ASSERT(generation < GC_GENERATIONS);
    if (!gc_claim())
        return false;
    *found = collect_run(T, generation);
    gc_unclaim();
    return true;
}

size_t gc_collect(struct thread *T, unsigned generation)
{
    size_t found = 0;
    (void)gc_try_collect(T, generation, &found);
    return found;
}

void gc_collect_due(struct thread *T)
{
    if (!gc_claim())
        return;
    int due = policy_due(gc_client_thread(T));
    if (due != POLICY_NOTHING_DUE)
        collect_run(T, (unsigned)due);
    gc_unclaim();
}
