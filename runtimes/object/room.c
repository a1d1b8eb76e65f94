/* Attempts. */
#include "runtimes/object/room.h"

#include "alloc/limit.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/settle.h"
#include "runtimes/thread.h"

#include <sched.h>

enum {
    ROUNDS = 8,       /* of settling, at most */
    WORTH_SHARE = 16, /* settling that gives back this part of the heap needs no collection */
};

static struct {
    _Atomic uint64_t attempts;
    _Atomic uint64_t collections;
    _Atomic uint64_t given_up;
} counts;

struct room_statistics room_statistics(void)
{
    return (struct room_statistics){load_relaxed(&counts.attempts),
                                    load_relaxed(&counts.collections),
                                    load_relaxed(&counts.given_up)};
}

/* A sum that grows whenever somebody gives something back. */
static uint64_t progress(void)
{
    uint64_t sum = heap_limit_freed() + finalize_statistics().runs;
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++)
        sum += gc_statistics(generation).collected;
    return sum;
}

static void let_others_run(struct thread *T)
{
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

/* Two rounds at a time: the first may only begin the grace period that the second ends. */
static void settle(struct thread *T)
{
    uint64_t freed;
    unsigned rounds = 0;
    do {
        freed = heap_limit_freed();
        settle_once(T);
        settle_once(T);
        rounds += 2;
    } while (freed != heap_limit_freed() && rounds < ROUNDS);
}

static void await_collection(struct thread *T)
{
    while (!gc_claim())
        let_others_run(T);
    gc_unclaim();
}

/* Whether another thread's collection was in the way, and is over. */
static bool collect(struct thread *T)
{
    size_t found = 0;
    if (!gc_is_enabled() || T->gc.collecting)
        return false;
    if (!gc_try_collect(T, GC_GENERATIONS - 1, &found)) {
        await_collection(T);
        return true;
    }
    fetch_add_relaxed(&counts.collections, 1);
    return false;
}

/* Whether the attempt says nothing, since it was in another's way. */
static bool attempt(struct thread *T)
{
    const bool outermost = !T->making_room && !T->destroying && !T->gc.collecting;
    const uint64_t freed = heap_limit_freed();
    if (outermost) {
        T->making_room = true;
        settle(T);
    }
    bool hindered = false;
    if (heap_limit_freed() - freed < heap_limit() / WORTH_SHARE) {
        hindered = collect(T);
        if (outermost)
            settle(T);
    }
    if (outermost)
        T->making_room = false;
    return hindered;
}

bool room_make(struct thread *T, struct room *room)
{
    if (!RC_FREES || heap_limit() == 0)
        return false;
    ASSERT(rc_quiet == 0); /* inside a lock */
    if (room->in_vain == ROOM_ATTEMPTS) {
        fetch_add_relaxed(&counts.given_up, 1);
        return false;
    }
    fetch_add_relaxed(&counts.attempts, 1);
    const uint64_t before = progress();
    const bool hindered = attempt(T);
    if (hindered || progress() != before) {
        room->in_vain = 0;
    } else {
        room->in_vain++;
        let_others_run(T);
    }
    return true;
}

void *room_alloc(struct thread *T, enum block_kind kind, size_t link, size_t size)
{
    struct room room = {0};
    void *block = NULL;
    while (block == NULL && room_make(T, &room))
        block = heap_alloc(thread_heap(T), kind, link, size);
    return block;
}
