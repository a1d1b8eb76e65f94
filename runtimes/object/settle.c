/* Rounds. */
#include "runtimes/object/settle.h"

#include "runtimes/object/intern.h"
#include "runtimes/thread.h"

/* The first stop brings T what others have deferred; where that is another's to end, the second brings it back; twice that, for what
 * dies with it. */
enum { ROUNDS = 4 };

static void flush_heap(struct thread *thread, void *context)
{
    (void)context;
    heap_flush(thread_heap(thread));
}

void settle_once(struct thread *T)
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
    intern_settle(T);
}

void settle_dead(struct thread *T)
{
    for (unsigned i = 0; i < ROUNDS; i++)
        settle_once(T);
}
