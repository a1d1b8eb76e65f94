/*
 * What is asked of the operating system: pages, and the time.
 */
#ifndef ALLOC_BASE_OS_H
#define ALLOC_BASE_OS_H

#include <stddef.h>
#include <stdint.h>

/* Maps `size` bytes of zeroed memory aligned to `alignment` (a power of two, at least a page).
 * NULL if there is no memory.  Give back with os_unmap.  Thread-safe. */
void *os_map(size_t size, size_t alignment);

/* Unmaps what os_map gave, with the same size. */
void os_unmap(void *pages, size_t size);

/* Monotonic clock, nanoseconds. */
uint64_t os_clock_ns(void);

#endif
