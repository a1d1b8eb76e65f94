/*
 * One collection, from the request to the end of clearing.
 *
 *   claim  one thread collects at a time; others carry on with their work
 *   stop   the world; counts are settled, the unreachable found and held, survivors promoted
 *   start  the world: others run again while
 *   clear  the garbage is emptied.  What empties a container releases what it held, and with the
 *          last such reference it dies as any object does; the hold keeps it until its own turn.
 *
 * Nobody else can come to the garbage meanwhile: it was unreachable while nobody ran, and only the
 * collecting thread has its list.  It is not tracked, so no later collection looks at it.
 *
 * Ordering: (C1) claiming is an acquire that sees what the last collection (C2) released with its
 * claim.
 */
#include "alloc/base/check.h"
#include "alloc/base/os.h"
#include "gc/client.h"
#include "gc/policy.h"
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

/* The link is read first: it goes when the container does. */
static void collect_clear(struct thread *T, struct gc_head *garbage)
{
    while (garbage != NULL) {
        struct gc_head *next = gc_head_link(garbage);
        gc_client_clear(T, garbage);
        gc_client_drop(T, garbage);
        garbage = next;
    }
}

/* Finds the garbage and moves the rest up.  World stopped. */
static struct unreachable collect_stopped(struct thread *T, unsigned generation)
{
    gc_client_settle(T);
    struct unreachable found = unreachable_find(T, generation);
    gc_client_promoted(generation);
    policy_collected(generation, (struct policy_outcome){.visited = found.survivors + found.count,
                                                         .survivors = found.survivors,
                                                         .unreachable = found.count});
    return found;
}

static size_t collect_run(struct thread *T, unsigned generation)
{
    uint64_t request = os_clock_ns();
    gc_client_stop(T);
    uint64_t stopped = os_clock_ns();
    struct unreachable found = collect_stopped(T, generation);
    uint64_t worked = os_clock_ns();
    gc_client_start(T);
    collect_clear(T, found.first);
    uint64_t end = os_clock_ns();
    collect_remember(request, end);
    pause_record(&gc_client_thread(T)->pauses, (struct pause){.begin_ns = request,
                                                              .total_ns = end - request,
                                                              .safepoint_ns = stopped - request,
                                                              .work_ns = worked - stopped,
                                                              .kind = PAUSE_COLLECTING,
                                                              .generation = (uint8_t)generation});
    return found.count;
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
