/* The futex system call. */
#include "alloc/base/futex.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long futex(_Atomic uint32_t *word, int operation, uint32_t value,
                  const struct timespec *timeout)
{
    return syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, timeout, NULL, 0);
}

static bool wait_until(_Atomic uint32_t *word, uint32_t expected, const struct timespec *timeout)
{
    if (futex(word, FUTEX_WAIT, expected, timeout) == 0)
        return true;
    CHECK(errno == EAGAIN || errno == EINTR || errno == ETIMEDOUT, "futex wait: %s",
          strerror(errno));
    return errno != ETIMEDOUT;
}

void futex_wait(_Atomic uint32_t *word, uint32_t expected) { wait_until(word, expected, NULL); }

bool futex_wait_for(_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns)
{
    struct timespec timeout = {.tv_sec = (time_t)(timeout_ns / 1000000000U),
                               .tv_nsec = (long)(timeout_ns % 1000000000U)};
    return wait_until(word, expected, &timeout);
}

void futex_wake(_Atomic uint32_t *word, int count)
{
    long woken = futex(word, FUTEX_WAKE, (uint32_t)count, NULL);
    CHECK(woken >= 0, "futex wake: %s", strerror(errno));
}
