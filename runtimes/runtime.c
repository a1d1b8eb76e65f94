/* Start, settle, stop. */
#include "runtimes/runtime.h"

#include "alloc/base/fault.h"
#include "alloc/census.h"
#include "alloc/end.h"
#include "alloc/guard.h"
#include "gc/gc.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/inspect.h"
#include "runtimes/object/intern.h"
#include "runtimes/object/none.h"
#include "runtimes/object/settle.h"
#include "runtimes/object/weakref.h"

#include <sched.h>

struct thread *runtime_start(void)
{
    heap_set_late_readers(RC_OPTIMISTIC_READERS);
    world_init();
    rc_start();
    gc_start();
    struct thread *T = intern_start() ? thread_attach() : NULL;
    if (T != NULL)
        none_start(T);
    return T;
}

/* What may still be on its way: live blocks, and blocks that wait for a grace period. */
static size_t blocks_held(void)
{
    struct heap_census heaps = heap_census();
    return heaps.live[BLOCK_DATA] + heaps.live[BLOCK_OBJECT] + heaps.live[BLOCK_CONTAINER] +
           heaps.waiting;
}

/* A finalizer may have left something behind to settle even where nothing was freed. */
void runtime_settle(struct thread *T)
{
    size_t blocks;
    uint64_t finalizers;
    do {
        blocks = blocks_held();
        finalizers = finalize_statistics().runs;
        settle_once(T);
        settle_once(T); /* a deferred release takes two: its grace period may already have begun */
    } while (blocks != blocks_held() || finalizers != finalize_statistics().runs);
}

struct runtime_census runtime_census(void)
{
    struct heap_census heaps = heap_census();
    return (struct runtime_census){
        .objects = heaps.live[BLOCK_OBJECT] + heaps.live[BLOCK_CONTAINER],
        .blocks = heaps.live[BLOCK_DATA] + heaps.live[BLOCK_OBJECT] + heaps.live[BLOCK_CONTAINER],
        .pools = heaps.pools,
        .arenas = heaps.arenas,
        .threads = world_threads(),
    };
}

/* A collection of another thread needs this one to be at rest. */
static void await_collection(struct thread *T)
{
    while (!gc_claim()) {
        thread_block(T);
        sched_yield();
        thread_unblock(T);
    }
}

/* A thread that collects has the claim, and goes on collecting on both sides. */
pid_t runtime_fork(struct thread *T)
{
    if (T->gc.collecting)
        return world_fork(T);
    await_collection(T);
    pid_t child = world_fork(T);
    gc_unclaim();
    return child;
}

/* A collection of everything; whether it changed anything. */
static bool collect_once(struct thread *T)
{
    uint64_t finalizers = finalize_statistics().runs;
    size_t found = gc_collect(T, GC_GENERATIONS - 1);
    return found != 0 || finalizers != finalize_statistics().runs;
}

/* Until a collection finds nothing, not even a finalizer to run.  One that was abandoned found something, but had no memory:
 * it is tried again, a few times. */
static void collect_all(struct thread *T)
{
    enum { ATTEMPTS = 3 };
    int abandoned = 0;
    bool again;
    do {
        runtime_settle(T);
        const uint64_t kept = gc_statistics(GC_GENERATIONS - 1).uncollectable;
        again = collect_once(T);
        if (kept != gc_statistics(GC_GENERATIONS - 1).uncollectable)
            again = ++abandoned < ATTEMPTS;
    } while (again);
}

/* Where nothing was freed, all goes now. */
static void end_everything(void)
{
    if (!FAULT(remember_weak))
        weakref_forget_all();
    heap_end_all();
}

struct runtime_census runtime_stop(struct thread *T)
{
    inspect_stop(T);
    if (RC_FREES)
        collect_all(T);
    if (REFBENCH_DEBUG)
        guard_check_all();
    intern_stop(T);
    runtime_settle(T);
    thread_detach(T);
    heap_trim(&thread_serial_heap);
    if (!RC_FREES)
        end_everything();
    struct runtime_census census = runtime_census();
    rc_stop();
    world_fini();
    return census;
}
