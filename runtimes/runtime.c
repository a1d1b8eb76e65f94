/* Start, settle, stop. */
#include "runtimes/runtime.h"

#include "alloc/census.h"
#include "gc/gc.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

struct thread *runtime_start(void)
{
    heap_set_late_readers(RC_OPTIMISTIC_READERS);
    world_init();
    rc_start();
    gc_start();
    str_start();
    struct thread *T = thread_attach();
    if (T != NULL)
        none_start(T);
    return T;
}

static void flush_heap(struct thread *thread, void *context)
{
    (void)context;
    heap_flush(thread_heap(thread));
}

/* One round: what is deferred or queued anywhere moves one step on. */
static void settle_once(struct thread *T)
{
    thread_safepoint(T);
    rc_flush(T);
    world_stop(T);
    rc_settle(T);
    world_each_thread(flush_heap, NULL);
    world_flush_gone_heaps();
    world_start(T);
    thread_safepoint(T);
    rc_flush(T);
}

/* What may still be on its way: live blocks, and blocks that wait for a grace period. */
static size_t blocks_held(void)
{
    struct heap_census heaps = heap_census();
    return heaps.live[BLOCK_DATA] + heaps.live[BLOCK_OBJECT] + heaps.live[BLOCK_CONTAINER] +
           heaps.waiting;
}

void runtime_settle(struct thread *T)
{
    size_t before;
    size_t after = blocks_held();
    do {
        before = after;
        settle_once(T);
        settle_once(T); /* a deferred release takes two: its grace period may already have begun */
        after = blocks_held();
    } while (after != before);
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

struct runtime_census runtime_stop(struct thread *T)
{
    do
        runtime_settle(T);
    while (gc_collect(T, GC_GENERATIONS - 1) > 0);
    str_stop(T);
    runtime_settle(T);
    thread_detach(T);
    heap_flush(&thread_serial_heap);
    heap_reclaim();
    heap_trim();
    struct runtime_census census = runtime_census();
    rc_stop();
    world_fini();
    return census;
}
