/*
 * What is asked of the operating system: pages, and the time.
 *
 * The system may refuse to take pages back: unmapping the middle of a mapping makes two of it, and a process may have so
 * many (vm.max_map_count) and no more.  Such pages are *kept*: discarded, so that they cost addresses and one page, given
 * out by the next os_map of their size, and unmapped when the system takes them.  So giving back never fails.
 *
 * Invariant: pages of os_map are given out, kept or unmapped;  os_kept_bytes() = the sum of those kept
 */
#ifndef ALLOC_BASE_OS_H
#define ALLOC_BASE_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maps `size` bytes of zeroed memory aligned to `alignment` (a power of two, at least a page).
 * NULL if there is no memory.  Give back with os_unmap.  Thread-safe. */
void *os_map(size_t size, size_t alignment);

/* Unmaps, or keeps, what os_map gave, or some whole pages of it.  Thread-safe. */
void os_unmap(void *pages, size_t size);

/* Unmaps what is kept, as far as the system takes it now.  Thread-safe. */
void os_trim(void);

/* How many bytes are kept. */
size_t os_kept_bytes(void);

/* The size of a page. */
size_t os_page_bytes(void);

/* Gives back the memory of whole pages, which read as zeros from now on.  False if the system refuses: then they are as
 * they were.  Thread-safe. */
bool os_discard(void *pages, size_t size);

/* All of it will be used: the system may back it with pages as large as it has.  Whether it does is all the same. */
void os_expect_use(void *pages, size_t size);

/* What alignment such pages have, at least where it matters. */
enum { OS_LARGE_PAGE = 2 << 20 };

/* How many bytes of whole pages have memory behind them at this moment. */
size_t os_resident_bytes(void *pages, size_t size);

/* Monotonic clock, nanoseconds. */
uint64_t os_clock_ns(void);

#endif
