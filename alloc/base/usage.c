/* The clock of the thread, since its times in rusage are only brought up to date at every tick. */
#define _GNU_SOURCE /* RUSAGE_THREAD; NOLINT(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
#include "alloc/base/usage.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

struct usage usage_of_thread(void)
{
    struct timespec cpu;
    struct rusage usage;
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu) == 0, "clock_gettime: %s", strerror(errno));
    CHECK(getrusage(RUSAGE_THREAD, &usage) == 0, "getrusage: %s", strerror(errno));
    return (struct usage){
        .cpu_ns = (uint64_t)cpu.tv_sec * 1000000000 + (uint64_t)cpu.tv_nsec,
        .switches = (uint64_t)usage.ru_nivcsw,
    };
}
