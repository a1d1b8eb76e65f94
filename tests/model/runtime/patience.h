/* In place of runtimes/watchdog.c: who waits sleeps until it is woken, and nobody is named.  What sleeps for ever is a
 * deadlock, which the explorer finds. */
#ifndef TESTS_MODEL_RUNTIME_PATIENCE_H
#define TESTS_MODEL_RUNTIME_PATIENCE_H

#include "alloc/base/futex.h"
#include "runtimes/watchdog.h"

bool watchdog_sleep(struct watchdog *watchdog, _Atomic uint32_t *word, uint32_t expected)
{
    (void)watchdog;
    futex_wait(word, expected);
    return false;
}

void watchdog_name(pid_t late, const char *what) { (void)late, (void)what; }

#endif
