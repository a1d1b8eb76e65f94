/* Sleeps that are counted, and the line that names a thread. */
#include "runtimes/watchdog.h"

#include "alloc/base/check.h"
#include "alloc/base/futex.h"
#include "alloc/base/task.h"
#include "runtimes/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    SLEEP_NS = 500 * 1000 * 1000,
    A_SECOND = 2, /* sleeps */
    TOO_LONG = 3,
};

/* How many sleeps end the program; 0: none do. */
static uint64_t limit(void)
{
    const char *asked = getenv("REFBENCH_WAIT_LIMIT");
    uint64_t seconds = asked != NULL ? strtoull(asked, NULL, 10) : 0;
    return seconds * A_SECOND;
}

/* Whether this many sleeps in vain are just too many. */
static bool is_too_long(uint32_t sleeps)
{
    CHECK(sleeps <= TOO_LONG || limit() == 0 || sleeps < limit(),
          "a thread kept others waiting for %u s, the limit that REFBENCH_WAIT_LIMIT sets",
          sleeps / A_SECOND);
    return sleeps == TOO_LONG;
}

bool watchdog_sleep(struct watchdog *watchdog, _Atomic uint32_t *word, uint32_t expected)
{
    return !futex_wait_for(word, expected, SLEEP_NS) && is_too_long(++watchdog->sleeps);
}

/* In one piece, and past the locks of stdio, which a thread at rest may hold. */
void watchdog_name(pid_t late, const char *what)
{
    char description[512];
    char line[640];
    task_describe(late, sizeof description, description);
    int n = snprintf(line, sizeof line, "watchdog: %s is waited for: %s\n", what, description);
    ssize_t written = write(STDERR_FILENO, line, (size_t)n < sizeof line ? (size_t)n : sizeof line);
    (void)written; /* there is nobody else to tell */
}

void rc_kept_waiting(const struct thread *holder, uint32_t half_seconds)
{
    if (is_too_long(half_seconds))
        watchdog_name(load_relaxed(&holder->task), "the global lock");
}
