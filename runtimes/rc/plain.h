/*
 * plain: plain counts and no safety: one thread, no lock.  The floor of every strategy that counts.
 *
 * Idea: what counting itself costs when nothing has to be safe.  What another strategy takes beyond this, it takes for threads.
 *
 * Ordering: there is one thread.  Counts: plain_count.h.
 */
#ifndef RUNTIMES_RC_PLAIN_H
#define RUNTIMES_RC_PLAIN_H

#include "runtimes/rc/types.h"

#define RC_NAME "plain"
enum {
    RC_CONTRACT = 1,
    RC_SERIAL = 1,
    RC_BORROWS = 0,
    RC_FREES = 1,
    RC_PROMPT_DEATH = 1,
    RC_OPTIMISTIC_READERS = 0,
    RC_MAX_THREADS = 1,
};

struct rc_thread {
    char none; /* nothing is kept per thread */
};

#include "runtimes/rc/plain_count.h"

static inline void strategy_start(void) {}
static inline void strategy_stop(void) {}
static inline void strategy_enter(struct thread *T) { (void)T; }
static inline void strategy_leave(struct thread *T) { (void)T; }

static inline bool strategy_on_safepoint(struct thread *T)
{
    (void)T;
    return false;
}

static inline void strategy_before_fork(struct thread *T) { (void)T; }
static inline void strategy_after_fork(struct thread *T) { (void)T; }
static inline void strategy_after_fork_in_child(struct thread *T) { (void)T; }

#endif
