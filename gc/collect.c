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
#include "alloc/base/os.h"
#include "gc/callback.h"
#include "gc/client.h"
#include "gc/garbage.h"
#include "gc/policy.h"
#include "gc/statistics.h"
#include "gc/unreachable.h"

static _Atomic uint32_t collect_claimed;

static bool collect_claim(void)
{
    uint32_t nobody = 0;
    return cas_acquire(&collect_claimed, &nobody, 1); /* (C1) */
}

static void collect_unclaim(void) { store_release(&collect_claimed, 0); /* (C2) */ }

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
    uint64_t stopped_ns; /* when the world stopped last */
    struct pause pause;
};

static void collect_stop(struct collection *c)
{
    uint64_t request_ns = os_clock_ns();
    gc_client_stop(c->T);
    c->stopped_ns = os_clock_ns();
    c->pause.safepoint_ns += c->stopped_ns - request_ns;
    gc_client_settle(c->T);
}

static void collect_start(struct collection *c)
{
    c->pause.work_ns += os_clock_ns() - c->stopped_ns;
    gc_client_start(c->T);
}

static void collect_find(struct collection *c)
{
    collect_stop(c);
    struct unreachable found = unreachable_find(c->T, c->generation, policy_counts_bytes());
    gc_client_promoted(c->generation);
    policy_collected(c->generation, found.survivors, found.survivors_bytes);
    c->survivors = found.survivors;
    c->garbage = (struct garbage){
        .generation = c->generation, .first = found.first, .unreachable = found.count};
    c->has_finalizers = found.observed && garbage_condemn(c->T, &c->garbage);
    collect_start(c);
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
    collect_stop(c);
    garbage_find_again(c->T, &c->garbage);
    collect_start(c);
    gc_client_call_back(c->T);
}

static void collect_count(struct collection *c)
{
    const struct garbage *garbage = &c->garbage;
    c->outcome = (struct gc_statistics){
        .collected = garbage->unreachable,
        .uncollectable = garbage->kept,
        .visited = c->survivors + garbage->unreachable + garbage->resurrected + garbage->kept,
        .survivors = c->survivors,
        .resurrected = garbage->resurrected,
    };
    statistics_add(c->generation, &c->outcome);
}

static void collect_log(struct collection *c, uint64_t begin_ns)
{
    uint64_t end_ns = os_clock_ns();
    collect_remember(begin_ns, end_ns);
    c->pause.begin_ns = begin_ns;
    c->pause.total_ns = end_ns - begin_ns;
    c->pause.kind = PAUSE_COLLECTING;
    c->pause.generation = (uint8_t)c->generation;
    pause_record(&gc_client_thread(c->T)->pauses, c->pause);
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
    struct collection c = {.T = T, .generation = generation};
    collect_tell(&c, GC_PHASE_START);
    uint64_t begin_ns = os_clock_ns();
    collect_find(&c);
    if (c.has_finalizers)
        collect_finalize(&c);
    collect_count(&c);
    garbage_clear(T, &c.garbage);
    gc_client_collected(T, generation);
    collect_log(&c, begin_ns);
    collect_tell(&c, GC_PHASE_STOP);
    return c.outcome.collected;
}

size_t gc_collect(struct thread *T, unsigned generation)
{
    ASSERT(generation < GC_GENERATIONS);
    if (!collect_claim())
        return 0;
    size_t found = collect_run(T, generation);
    collect_unclaim();
    return found;
}

void gc_collect_due(struct thread *T)
{
    if (!collect_claim())
        return;
    int due = policy_due(gc_client_thread(T));
    if (due != POLICY_NOTHING_DUE)
        collect_run(T, (unsigned)due);
    collect_unclaim();
}
