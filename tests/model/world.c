/*
 * Stopping the world (runtimes/thread.h, thread.c): run, rest, stop, start, and the sleeps between them.
 *
 * Real: all of thread.c, with its locks, and exit.c, on the machine's futex and mutexes.
 * Modelled: `worker` attaches, touches an object of its own, polls a safepoint, blocks, and runs until it has been asked to stop, if
 * anybody still will; `stopper` attaches, stops the world and touches everybody's objects; `comer` attaches, stops the world too and
 * does so, detaches, and attaches again, perhaps with the record of somebody who has gone.
 * Abstracted: counting is that of atomic_locked, which needs no grace periods (grace.c); what the collector, the log of pauses and
 * the index of strings keep for a thread; looks before a sleep: one.
 *
 * Why the orders suffice: told in thread.h.
 *
 * Checked: nobody touches an object while another has stopped the world, and the touches do not race: so each order of (T1) to (T6)
 * does what thread.h says; nobody waits for ever; records are used again, and nothing is left.
 *
 * runtime atomic_locked
 * source runtimes/exit.c alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c
 * source alloc/parcel.c alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c alloc/failure.c
 * source alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 * abstract runtimes/thread.c: SPINS = 1000 -> SPINS = 1
 *
 * fault run_ignores_stop: a thread at rest begins to run though the world is stopped
 *   runtimes/thread.c: !cas_acquire(&T->state, &rest, THREAD_RUNNING) -> (fetch_or_acquire(&T->state, THREAD_RUNNING), false)
 * fault attach_unmarked: a record that is claimed while the world is stopped does not say so
 *   runtimes/thread.c: world.stopped ? THREAD_STOPPED : 0 -> 0
 * fault rest_unreported: a thread that rests during a stop does not tell the stopper
 *   runtimes/thread.c: if ((state & THREAD_STOPPED) != 0 && fetch_sub_release -> if (false && fetch_sub_release
 * fault count_before_mark: the stopper looks whether a thread runs, then marks it, in two steps
 *   runtimes/thread.c: uint32_t state = fetch_or_acquire(&other->state, THREAD_STOPPED); -> uint32_t state = load_acquire(&other->state); fetch_or_acquire(&other->state, THREAD_STOPPED);
 * fault sleep_unchecked: who waits for the start does not look at the word again before it sleeps
 *   runtimes/thread.c: &T->state, state | THREAD_ASLEEP) -> &T->state, load_relaxed(&T->state))
 * fault start_wakes_nobody: the start does not look whether somebody sleeps
 *   runtimes/thread.c: if ((state & THREAD_ASLEEP) != 0) -> if (false)
 * fault unasked: a running thread is marked and awaited, but not asked
 *   runtimes/thread.c: fetch_or_release(&other->request, THREAD_STOP); -> ;
 * fault waits_while_running: who waits for another stopper's start goes on running
 *   runtimes/thread.c: thread_block(T); -> ;
 *   runtimes/thread.c: thread_unblock(T); -> ;
 * fault rest_is_not_the_last_step: the stopper is told before the thread rests
 *   runtimes/thread.c: uint32_t state = fetch_and_release(&T->state, ~(uint32_t)THREAD_RUNNING); -> uint32_t state = load_relaxed(&T->state); fetch_and_release(&T->state, ~(uint32_t)THREAD_RUNNING);
 * fault run_is_relaxed: (T1) does not acquire
 *   runtimes/thread.c: cas_acquire(&T->state, &rest -> cas_weak_relaxed(&T->state, &rest
 * fault start_is_relaxed: (T2) does not release
 *   runtimes/thread.c: fetch_and_release(&other->state -> fetch_and_relaxed(&other->state
 * fault rest_is_relaxed: (T3) of the state does not release
 *   runtimes/thread.c: fetch_and_release(&T->state -> fetch_and_relaxed(&T->state
 * fault report_is_relaxed: (T3) of the awaited counter does not release
 *   runtimes/thread.c: fetch_sub_release(&world.awaited -> fetch_sub_relaxed(&world.awaited
 * fault stop_is_relaxed: (T4) of the state does not acquire
 *   runtimes/thread.c: fetch_or_acquire(&other->state -> fetch_or_relaxed(&other->state
 * fault awaiting_is_relaxed: (T4) of the awaited counter does not acquire
 *   runtimes/thread.c: load_acquire(&world.awaited) -> load_relaxed(&world.awaited)
 * fault asking_is_relaxed: the asked thread looks at its state before it knows that it is to stop
 *   runtimes/thread.c: fetch_or_release(&other->request -> fetch_or_relaxed(&other->request
 * fault request_is_taken_relaxed: the same, on its own side
 *   runtimes/thread.c: xchg_acquire(&T->request -> xchg_relaxed(&T->request
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "runtimes/thread.c"
#include "tests/model/runtime/patience.h"

enum { THREADS = 3, WORKER = 0, STOPPER = 1, COMER = 2, NOBODY = 3 };

static unsigned objects[THREADS]; /* each its thread's, or whose world it is */
static unsigned stops;
static unsigned owner = NOBODY; /* of the world */

/* --- what a thread has besides ------------------------------------------------------------------------------------- */

void gc_attach(struct gc_thread *gc) { (void)gc; }
void gc_detach(struct gc_thread *gc) { (void)gc; }
void pause_record(struct pause_log *log, struct pause pause) { (void)log, (void)pause; }
void pause_fini(struct pause_log *log) { (void)log; }
void index_attach(void) {}
void index_detach(void) {}

/* --- what threads do ------------------------------------------------------------------------------------------------- */

static void touch(unsigned self)
{
    EXPECT(owner == NOBODY);
    objects[self]++;
}

static struct thread *come(unsigned self)
{
    struct thread *T = thread_attach();
    EXPECT(T != NULL);
    touch(self);
    return T;
}

static void stop_and_start(struct thread *T, unsigned self)
{
    world_stop(T);
    EXPECT(owner == NOBODY);
    owner = self;
    for (unsigned i = 0; i < THREADS; i++)
        objects[i]++;
    stops++;
    owner = NOBODY;
    world_start(T);
}

static bool is_asked(const void *request)
{
    return load_relaxed((const _Atomic uint32_t *)request) != 0;
}

/* Looks without a step. */
static unsigned stops_now(void)
{
    unsigned self = explore_look();
    unsigned now = stops;
    explore_look_away(self);
    return now;
}

static void work(void)
{
    struct thread *T = come(WORKER);
    thread_safepoint(T);
    touch(WORKER);
    thread_block(T);
    thread_unblock(T);
    while (stops_now() == 0) {
        explore_await(&T->request, is_asked);
        thread_safepoint(T);
        touch(WORKER);
    }
    thread_detach(T);
}

static void stop(void)
{
    struct thread *T = come(STOPPER);
    stop_and_start(T, STOPPER);
    touch(STOPPER);
    thread_detach(T);
}

static void come_twice(void)
{
    struct thread *T = come(COMER);
    stop_and_start(T, COMER);
    thread_detach(T);
    T = come(COMER);
    thread_detach(T);
}

static void finish(void)
{
    EXPECT(stops == 2);
    EXPECT(load_relaxed(&world.awaited) == 0);
    world_fini();
    EXPECT(machine_mapped_bytes() == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "world",
                                       .threads = {"worker", "stopper", "comer"},
                                       .run = {work, stop, come_twice},
                                       .setup = exit_start,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
