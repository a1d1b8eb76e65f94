/*
 * A collection of the young against drops (gc/, runtimes/object/death.c) under `atomic`: while one thread finds garbage and moves what
 * survives to the next generation, another ends references, and with them objects.
 *
 * Real: the collector, lists and weak references, their deaths with a callback, heaps, threads and the stop of the world.
 * Modelled: `collector` has a list that refers to itself, which nobody else does, and a list that holds another one; it collects the
 * youngest generation.  `dropper` ends a list that somebody looks at weakly, and so runs a callback, in which it polls a safepoint
 * while that list is dying; then it empties the outer list of the other thread, and makes and ends another list.
 * Abstracted: of the finders the one for the young; no index of strings; a taker of a lock spins once before it sleeps, and so does
 * who waits for a stop or a start.
 *
 * Why the orders suffice: what the dropper has done to words and counts it did before (T3) of its rest, and the collector's (T4)
 * knows it; what the collector has done it did before (T2), and the dropper's (T1) knows it.
 *
 * Checked: the callback runs once; each list dies once; what survives is a generation older and the rest is not; the walk over the pools
 * does not race with making and ending; the outer list, which then refers to itself only, is found by the next collection; in
 * the end nothing is left.
 *
 * runtime atomic
 * source runtimes/thread.c runtimes/exit.c runtimes/object/list.c runtimes/object/weakref.c runtimes/object/death.c
 * source runtimes/object/object.c runtimes/object/inspect.c runtimes/object/finalize.c gc/collect.c gc/finder.c gc/young.c
 * source gc/unreachable.c gc/garbage.c gc/policy.c gc/allowance.c gc/bytes.c gc/statistics.c gc/callback.c gc/phase.c
 * source gc/pause.c gc/inspect.c alloc/walk.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c
 * source alloc/arena_map.c alloc/trim.c alloc/block.c alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c
 * source alloc/waiting.c alloc/limit.c alloc/large.c alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/thread.c: SPINS = 1000 -> SPINS = 1
 *
 * fault nobody_stops: the collector goes on while the other thread runs
 *   gc/collect.c: gc_client_stop(c->T); -> ;
 *   gc/collect.c: gc_client_start(c->T); -> ;
 * fault dying_is_tracked: a container whose last reference is gone stays what the collector looks at
 *   runtimes/object/death.c: gc_head_set_dying(&c->gc, NULL); -> ;
 * fault free_block_has_its_word: a block that is free looks to the collector like a container
 *   runtimes/object/death.c: gc_head_fini(&c->gc); -> ;
 * fault garbage_is_not_held: what is found unreachable may go before it is its turn
 *   gc/condemned.h: gc_client_hold(T, head); -> ;
 * fault garbage_is_called_back: a weak reference that is garbage is called back
 *   runtimes/object/weakref.c: w->callback == NULL || gc_head_is_garbage(&w->container.gc) -> w->callback == NULL
 * fault survivors_stay_young: what survives stays in its generation
 *   gc/young.c: survivor_word(head, kept, y->above) -> survivor_word(head, kept, 0)
 * fault survivors_keep_their_payload: the next collection takes references that this one has counted for some more
 *   gc/young.c: word & GC_FLAGS & ~(uint64_t)GC_MARKS; -> word & ~(uint64_t)GC_MARKS;
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/base/usage.h"
#include "runtimes/object/list.h"
#include "runtimes/object/weakref.h"
#include "runtimes/thread.h"
#include "tests/model/runtime/patience.h"

enum { COLLECTOR, DROPPER, THREADS };

static struct thread *threads[THREADS];
static rc_loc outer;   /* which both refer to; the inner one is its item */
static rc_loc watched; /* the dropper's */
static rc_ref watcher; /* the weak reference to it, until the end */
static unsigned calls;

/* In place of alloc/base/index.c and usage.c. */
void index_attach(void) {}
void index_detach(void) {}
struct usage usage_of_thread(void) { return (struct usage){0}; }

static void called_back(struct thread *T, rc_loc weakref)
{
    calls++;
    EXPECT(T == threads[DROPPER] && rc_get(weakref) == watcher.p);
    thread_safepoint(T);
}

static void never_called(struct thread *T, rc_loc weakref)
{
    (void)T, (void)weakref;
    EXPECT(!"garbage is called back");
}

/* A list that refers to itself and to a weak reference to itself. */
static void make_garbage(struct thread *T)
{
    rc_loc list = rc_move(T, list_new(T, 2));
    report_name(obj_get(list), sizeof(struct list_obj), "garbage");
    list_append(T, list, rc_own(T, rc_dup(T, list)));
    list_append(T, list, weakref_new(T, list, never_called, RC_NULL_REF));
    rc_drop(T, list);
}

static void setup(void)
{
    heap_set_late_readers(RC_OPTIMISTIC_READERS);
    world_init();
    gc_start();
    gc_enable(false);
    for (unsigned i = 0; i < THREADS; i++)
        threads[i] = thread_attach();
    struct thread *T = threads[COLLECTOR];
    make_garbage(T);
    rc_ref inner = list_new(T, 0);
    report_name(inner.p, sizeof(struct list_obj), "inner");
    outer = rc_move(T, list_new_from(T, 1, &inner));
    report_name(obj_get(outer), sizeof(struct list_obj), "outer");
    (void)rc_dup(T, outer); /* one for each, and one for the end */
    (void)rc_dup(T, outer);
    T = threads[DROPPER];
    watched = rc_move(T, list_new(T, 0));
    report_name(obj_get(watched), sizeof(struct list_obj), "watched");
    watcher = weakref_new(T, watched, called_back, RC_NULL_REF);
}

static unsigned generation_of(rc_loc list)
{
    return gc_head_generation(&list_of(list)->container.gc);
}

static void collect(void)
{
    struct thread *T = threads[COLLECTOR];
    size_t found = gc_collect(T, 0);
    EXPECT(found == 2);
    EXPECT(generation_of(outer) == 1);
    rc_drop(T, outer);
    thread_block(T);
}

static void drop(void)
{
    struct thread *T = threads[DROPPER];
    rc_drop(T, watched);
    rc_release(T, list_pop(T, outer));
    rc_drop(T, outer);
    rc_release(T, list_new(T, 0));
    thread_block(T);
}

static void finish(void)
{
    EXPECT(calls == 1);
    struct thread *T = threads[DROPPER];
    thread_unblock(T);
    rc_release(T, watcher);
    list_append(T, outer, rc_own(T, outer));
    size_t found = gc_collect(T, 1);
    EXPECT(found == 1);
    thread_block(T);
    for (unsigned i = 0; i < THREADS; i++) {
        thread_unblock(threads[i]);
        thread_detach(threads[i]);
    }
    for (unsigned i = 0; i < 3; i++) {
        world_flush_gone_heaps();
        grace_all_quiescent();
        heap_reclaim();
    }
    world_fini();
    EXPECT(machine_mapped_bytes() == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "promote",
                                       .threads = {"collector", "dropper"},
                                       .run = {collect, drop},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
