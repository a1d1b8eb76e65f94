/* Pages, clocks and resident memory on Linux. */
#include "alloc/base/os.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static void trim(char *start, char *end)
{
    if (start < end)
        os_unmap(start, (size_t)(end - start));
}

void *os_map(size_t size, size_t alignment)
{
    size_t span = size + alignment;
    char *start = mmap(NULL, span, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (start == MAP_FAILED)
        return NULL;
    size_t skip = (size_t)(-(uintptr_t)start) & (alignment - 1);
    trim(start, start + skip);
    trim(start + skip + size, start + span);
    return start + skip;
}

void os_unmap(void *pages, size_t size)
{
    CHECK(munmap(pages, size) == 0, "munmap: %s", strerror(errno));
}

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    CHECK(clock_gettime(clock, &now) == 0, "clock_gettime: %s", strerror(errno));
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

uint64_t os_clock_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

uint64_t os_thread_cpu_ns(void) { return clock_ns(CLOCK_THREAD_CPUTIME_ID); }

/* The second number of /proc/self/statm, in pages. */
size_t os_resident_bytes(void)
{
    char line[128];
    FILE *file = fopen("/proc/self/statm", "re");
    CHECK(file != NULL, "open /proc/self/statm: %s", strerror(errno));
    const char *read = fgets(line, sizeof line, file);
    fclose(file);
    CHECK(read != NULL, "read /proc/self/statm: %s", strerror(errno));
    char *resident = line;
    strtoul(line, &resident, 10);
    return strtoul(resident, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE);
}

size_t os_peak_resident_bytes(void)
{
    struct rusage usage;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0, "getrusage: %s", strerror(errno));
    return (size_t)usage.ru_maxrss * 1024;
}
