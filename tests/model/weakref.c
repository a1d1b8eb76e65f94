/*
 * The ends of a weak reference and of its target (runtimes/object/weakref.h, weakref.c) under `atomic`.
 *
 * Real: weak references and their side table, lists, their deaths (death.c) with the callback, heaps, threads.
 * Modelled: a list of one item, the target, with one counted reference, and a weak reference to it with a callback and two.
 * `dropper`, whose heap both are of, ends the reference to the target and makes a list of the same size, in its place if it has
 * gone.  Two others look through the weak reference, use and end what they got, and end their reference to it.  So either object may die
 * in any thread, both at a time.
 * Abstracted: a taker of a lock spins once before it sleeps.  No collector.
 *
 * Why the orders suffice: told in weakref.h.
 *
 * Checked: who looks gets the target or nothing; nobody looks at a weak reference whose memory goes, or its neighbours: that is
 * a race; the callback runs at most once, with the weak reference alive and null, and does run if a looker still has its
 * reference when that is null; in the end nothing is left.
 *
 * runtime atomic
 * source runtimes/thread.c runtimes/exit.c runtimes/object/list.c runtimes/object/death.c
 * source runtimes/object/object.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c
 * source alloc/block.c alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault no_lock: who looks through a weak reference takes no lock
 *   runtimes/object/weakref.c: rc_loc loc = RC_NULL_LOC; -> if (target != NULL && load_relaxed(&w->target) == target) return rc_upgrade(T, &target->obj.rc); rc_loc loc = RC_NULL_LOC;
 * fault no_second_look: who has the lock relies on the target it saw before
 *   runtimes/object/weakref.c: likely(load_relaxed(&w->target) == target) || FAULT(stale_target) -> true
 * fault upgrade_dead: who looks through a weak reference revives a dead target
 *   runtimes/object/weakref.c: loc = rc_upgrade(T, &target->obj.rc); -> loc = rc_dup(T, (rc_loc){(uintptr_t)target});
 * fault no_clear: the end of the target does not look for weak references
 *   runtimes/object/death.c: if (gc_head_is_weak(&c->gc)) { -> if (false) {
 * fault callback_of_dead: the end of the target queues a weak reference that is dying
 *   runtimes/object/weakref.c: rc_loc held = rc_upgrade(T, &w->container.obj.rc); -> rc_loc held = rc_dup(T, (rc_loc){(uintptr_t)w});
 * fault early_null: the end of the target nulls a weak reference before it has done with it
 *   runtimes/object/weakref.c: queue_callback(T, w); -> store_release(&w->target, NULL); queue_callback(T, w);
 * fault unlinks_without_lock: the end of a weak reference takes no lock
 *   runtimes/object/weakref.c: struct container *target = load_acquire(&w->target); -> struct container *target = load_acquire(&w->target); if (target != NULL) { remove_locked(stripe_of(target), w); store_relaxed(&w->target, NULL); return; }
 * fault stays_on_its_chain: the end of the target nulls a weak reference that stays linked
 *   runtimes/object/weakref.c: remove_locked(stripe, w); -> ;
 * fault null_is_relaxed: (W1) does not release
 *   runtimes/object/weakref.c: store_release(&w->target, NULL); -> store_relaxed(&w->target, NULL);
 * fault null_is_read_relaxed: (W2) does not acquire
 *   runtimes/object/weakref.c: load_acquire(&w->target); -> load_relaxed(&w->target);
 */
#include "tests/model/runtime/mutators.h"

#include "runtimes/object/list.h"
#include "runtimes/object/weakref.c"

enum { DROPPER, FIRST, SECOND, THREADS };

static rc_loc target, weak; /* the dropper's reference; the lookers' two */
static unsigned calls;
static bool is_call_due; /* somebody has had the weak reference when it was null */

static void called_back(struct thread *T, rc_loc weakref)
{
    rc_loc found = weakref_get(T, weakref);
    calls++;
    EXPECT(calls == 1 && loc_is_null(found) && rc_get(weakref) == rc_get(weak));
}

static void setup(void)
{
    mutators_attach(THREADS);
    struct thread *T = mutators[DROPPER];
    target = rc_move(T, list_new(T, 0));
    list_append(T, target, RC_NULL_REF);
    weak = rc_move(T, weakref_new(T, target, called_back, RC_NULL_REF));
    (void)rc_dup(T, weak);
    report_name(obj_get(target), sizeof(struct list_obj), "target");
    report_name(obj_get(weak), sizeof(struct weakref_obj), "weak reference");
}

static void drop_target(void)
{
    struct thread *T = mutators[DROPPER];
    rc_drop(T, target);
    rc_ref other = list_new(T, 0);
    rc_release(T, other);
    thread_block(T);
}

/* Looks without a step. */
static void note_null(void)
{
    unsigned self = explore_look();
    is_call_due |= load_relaxed(&weakref_of(weak)->target) == NULL;
    explore_look_away(self);
}

/* The other list is empty. */
static void look(struct thread *T)
{
    rc_loc found = weakref_get(T, weak);
    if (loc_is_null(found))
        return;
    size_t length = list_length(T, found);
    EXPECT(length == 1);
    rc_drop(T, found);
}

static void look_and_drop(unsigned self)
{
    struct thread *T = mutators[self];
    look(T);
    note_null();
    rc_drop(T, weak);
    thread_block(T);
}

static void look_first(void) { look_and_drop(FIRST); }
static void look_second(void) { look_and_drop(SECOND); }

static void finish(void)
{
    EXPECT(calls == 1 || !is_call_due);
    for (unsigned i = 0; i < sizeof stripes / sizeof *stripes; i++)
        for (unsigned j = 0; j < FEW; j++)
            EXPECT(stripes[i].weakrefs == 0 && stripes[i].few[j] == NULL);
    mutators_end();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "weakref",
                                       .threads = {"dropper", "first looker", "second looker"},
                                       .run = {drop_target, look_first, look_second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
