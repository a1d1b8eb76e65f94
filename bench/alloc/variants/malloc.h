/* malloc and free, of the C library or of whatever is preloaded in its place. */
#ifndef BENCH_ALLOC_VARIANTS_MALLOC_H
#define BENCH_ALLOC_VARIANTS_MALLOC_H

#include "bench/alloc/library.h"

#include <stdlib.h>

#define ALLOC_NAME "malloc"

enum { ALLOC_THREADS = 2, ALLOC_TAKES_BACK = true };

static inline bool alloc_start(void) { return true; }

static inline void alloc_stop(void) {}

/* Nothing is known of a thread, but that it is there. */
static inline struct alloc_thread *alloc_begin(void)
{
    static char every_thread;
    return (struct alloc_thread *)(void *)&every_thread;
}

static inline void alloc_end(struct alloc_thread *thread) { (void)thread; }

static inline void *alloc_get(struct alloc_thread *thread, size_t size)
{
    (void)thread;
    return malloc(size);
}

static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size)
{
    (void)thread;
    (void)size;
    free(block);
}

static inline const char *alloc_trim(struct alloc_thread *thread)
{
    (void)thread;
    return library_trim();
}

static inline const char *alloc_library(void) { return library_of("malloc"); }

static inline const struct family *alloc_own_family(void) { return NULL; }

#endif
