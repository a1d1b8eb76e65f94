/*
 * Watchdog: names the thread that keeps others waiting for a stop of the world, for its end, or for a global lock.
 *
 * Idea: who waits for a thread to stop, to start the world or to let go of a global lock sleeps half a second at a time, and
 * after three such sleeps in vain says on whom it waits: one line on stderr, once for each wait.  There is no thread for it,
 * no timer, and nothing where nobody waits.  Sleeps are counted and not the time, so a program that was stopped as a whole, by
 * a debugger or a machine that slept, is not accused.
 *
 * The program aborts after such a wait of REFBENCH_WAIT_LIMIT seconds of the environment, two sleeps each; never, if nothing or 0 is
 * said: whoever waits for a long collection waits for something.
 */
#ifndef RUNTIMES_WATCHDOG_H
#define RUNTIMES_WATCHDOG_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Of one wait; begins as zeros. */
struct watchdog {
    uint32_t sleeps; /* in vain, half a second each */
};

/* Sleeps until the word changes, as futex_wait, or for half a second.  True if it was the sleep after which the wait is too
 * long; aborts after the last. */
bool watchdog_sleep(struct watchdog *watchdog, _Atomic uint32_t *word, uint32_t expected);

/* Says that somebody waits for `what` because of the thread, and what that does.  The caller holds no lock. */
void watchdog_name(pid_t late, const char *what);

#endif
