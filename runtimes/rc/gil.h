/*
 * gil: one global lock, plain counts.  What CPython's default build does.
 *
 * Idea: only the thread that holds the global lock touches objects, so a count is a plain word.  A thread that wants the
 * lock waits 5 ms, then asks the holder to let go; the holder does so at its next safepoint and waits until somebody else
 * has had the lock (forced hand-over), else it would take it right back.
 *
 * Ordering: all of it from the global lock's mutex.  Counts: plain_count.h.
 * Source: D. Beazley, "Understanding the Python GIL", 2010; CPython's ceval_gil.c as of 3.2 (A. Pitrou).
 */
#ifndef RUNTIMES_RC_GIL_H
#define RUNTIMES_RC_GIL_H

#include "runtimes/rc/types.h"

#define RC_NAME "gil"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 1,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 0,
    RC_MAX_THREADS = 256,
};

struct rc_thread {
    bool switch_requested;
};

#include "runtimes/rc/plain_count.h"

void strategy_start(void);
void strategy_stop(void);
void strategy_enter(struct thread *T);
void strategy_leave(struct thread *T);
bool strategy_on_safepoint(struct thread *T);

void strategy_before_fork(struct thread *T);
void strategy_after_fork(struct thread *T);
void strategy_after_fork_in_child(struct thread *T);

/* For tests: from now on the interval of a waiter is over when gil_clock_turn says so; or by the clock again. */
void gil_clock_by_hand(bool by_hand);
void gil_clock_turn(void);

/* Threads that wait for the lock, and how many intervals threads have waited for it, in all. */
struct gil_waiting {
    unsigned threads;
    uint64_t intervals;
};
struct gil_waiting gil_waiting(void);

#endif
