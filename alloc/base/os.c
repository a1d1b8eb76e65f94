/* Pages and the time on Linux. */
#include "alloc/base/os.h"

#include "alloc/base/check.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

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

uint64_t os_clock_ns(void)
{
    struct timespec now;
    CHECK(clock_gettime(CLOCK_MONOTONIC, &now) == 0, "clock_gettime: %s", strerror(errno));
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}
