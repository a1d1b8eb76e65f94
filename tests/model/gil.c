/*
 * The hand-over of the global lock (runtimes/rc/gil.c).
 *
 * Real: all of gil.c, on the machine's mutexes and conditions, with the clock that tests turn by hand.
 * Modelled: two threads take the lock, change what it guards, look at their safepoint whether they are asked to let others run,
 * and let go; the first does so twice, and the second time, if anybody waits, runs until it has been asked and handed over.  A
 * third does so once, without a safepoint, as one that blocks.  `clock` turns at any moment, so that an interval of those who wait is
 * over then, and twice when the first one runs until it is asked.
 *
 * Why no orders are told: everything is under one mutex.
 *
 * Checked: one thread runs at a time; after a hand-over on request somebody else has run before the asked one runs again; nobody
 * waits for ever; in the end nobody has the lock and nobody waits.
 *
 * runtime gil
 *
 * fault stale_request: a request outlives the tenure it was made to, and whoever lets go does not look whether anybody waits
 *   runtimes/rc/gil.c: if (!FAULT(stale_request)) -> if (false)
 *   runtimes/rc/gil.c: (gil.waiters > 0 || FAULT(stale_request)) -> true
 *   runtimes/rc/gil.c: switch_requested && gil.waiters > 0 -> switch_requested
 * fault unforced: who was asked to let go does not wait for another thread
 *   runtimes/rc/gil.c: while (rc_self(T)->switch_requested && -> while (false &&
 * fault silent_take: who takes the lock does not tell the one who waits for the hand-over
 *   runtimes/rc/gil.c: check(pthread_cond_signal(&gil.taken), "pthread_cond_signal"); -> ;
 * fault silent_release: who lets go does not tell those who wait for the lock
 *   runtimes/rc/gil.c: check(pthread_cond_signal(&gil.released), "pthread_cond_signal"); -> ;
 * fault holder_is_seen_once: a waiter that was woken takes the lock, whoever has it by then
 *   runtimes/rc/gil.c: while (gil.holder != NULL) -> if (gil.holder != NULL)
 * fault nobody_asks: who has waited for an interval does not ask the holder
 *   runtimes/rc/gil.c: gil.intervals++; -> return;
 * fault asked_without_its_flag: the holder is asked to come to its safepoint and finds nothing to do there
 *   runtimes/rc/gil.c: rc_self(gil.holder)->switch_requested = true; -> ;
 * fault released_without_the_mutex: the holder lets go before it has the mutex
 *   runtimes/rc/gil.c: uint64_t switches = gil.switches; -> check(pthread_mutex_unlock(&gil.mutex), ""); uint64_t switches = gil.switches; check(pthread_mutex_lock(&gil.mutex), "");
 */
#include "tests/model/explore/explore.h"

#include "runtimes/rc/types.h"

#include "runtimes/rc/gil.c"

enum { THREADS = 3 };

struct thread {
    struct rc_thread rc; /* first: rc_self */
    _Atomic bool asked;
};

static struct thread threads[THREADS];
static unsigned inside, tenures; /* guarded by the lock */

static bool is_hogging, is_over; /* the first one, its second tenure */

/* What the contract has above a strategy. */
void rc_kept_waiting(const struct thread *holder, uint32_t half_seconds)
{
    (void)holder, (void)half_seconds;
}

void rc_ask(struct rc_thread *other) { store_relaxed(&((struct thread *)other)->asked, true); }

static void setup(void)
{
    strategy_start();
    gil_clock_by_hand(true);
}

/* Looks without a step. */
static bool gil_waits_now(void)
{
    unsigned self = explore_look();
    bool waits = gil.waiters != 0;
    explore_look_away(self);
    return waits;
}

static void run_alone(void)
{
    inside++;
    EXPECT(inside == 1);
    tenures++;
    inside--;
}

static void hand_over(struct thread *T)
{
    unsigned before = tenures;
    strategy_leave(T);
    strategy_enter(T);
    EXPECT(tenures != before);
}

/* Whether it has handed over. */
static bool safepoint(struct thread *T)
{
    if (!load_relaxed(&T->asked))
        return false;
    store_relaxed(&T->asked, false);
    if (!strategy_on_safepoint(T))
        return false;
    hand_over(T);
    return true;
}

static void run_and_poll(struct thread *T)
{
    strategy_enter(T);
    run_alone();
    safepoint(T);
    run_alone();
    strategy_leave(T);
}

static bool is_asked(const void *asked) { return load_relaxed((const _Atomic bool *)asked); }

/* Runs until it has handed over, if anybody waits. */
static void hog(struct thread *T)
{
    strategy_enter(T);
    run_alone();
    is_hogging = gil_waits_now();
    for (bool handed_over = !is_hogging; !handed_over; handed_over = safepoint(T))
        explore_await(&T->asked, is_asked);
    is_over = true;
    run_alone();
    strategy_leave(T);
}

static void first(void)
{
    run_and_poll(&threads[0]);
    hog(&threads[0]);
}

static void second(void) { run_and_poll(&threads[1]); }

static void third(void)
{
    strategy_enter(&threads[2]);
    run_alone();
    strategy_leave(&threads[2]);
}

static bool is_time(const void *object)
{
    (void)object;
    return is_hogging || is_over;
}

static uint64_t intervals_before;

static bool is_next_time(const void *object)
{
    (void)object;
    return gil.intervals != intervals_before || is_over;
}

/* A waiter asks when nobody else has had the lock in its interval: the second one that the first thread hogs. */
static void turn_clock(void)
{
    gil_clock_turn();
    explore_await(&is_hogging, is_time);
    intervals_before = gil_waiting().intervals;
    gil_clock_turn();
    explore_await(&gil.intervals, is_next_time);
    gil_clock_turn();
}

static void finish(void)
{
    EXPECT(gil.holder == NULL && gil.waiters == 0);
    strategy_stop();
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "gil",
                                       .threads = {"first", "second", "third", "clock"},
                                       .run = {first, second, third, turn_clock},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 0}}};
    return explore(argc, argv, &model);
}
