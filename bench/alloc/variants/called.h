/* Our heap through its general-purpose interface: a function call each, which knows no size when freeing. */
#ifndef BENCH_ALLOC_VARIANTS_CALLED_H
#define BENCH_ALLOC_VARIANTS_CALLED_H

#include "alloc/general.h"

#define ALLOC_NAME "called"

enum { ALLOC_THREADS = 2, ALLOC_TAKES_BACK = true };

static inline bool alloc_start(void) { return true; }

static inline void alloc_stop(void) {}

static inline struct alloc_thread *alloc_begin(void)
{
    return (struct alloc_thread *)general_heap();
}

static inline void alloc_end(struct alloc_thread *thread)
{
    (void)thread;
    general_flush();
}

static inline void *alloc_get(struct alloc_thread *thread, size_t size)
{
    (void)thread;
    return general_alloc(size);
}

static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size)
{
    (void)thread;
    (void)size;
    general_free(block);
}

static inline const char *alloc_trim(struct alloc_thread *thread)
{
    heap_trim((struct heap *)thread);
    return "heap_trim";
}

static inline const char *alloc_library(void) { return NULL; }

static inline const struct family *alloc_own_family(void) { return NULL; }

#endif
