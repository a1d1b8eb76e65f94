/*
 * Our heap, inlined: what object.h does for an object of any type.
 *
 * The heap is the calling thread's general one, so that a thread's end is dealt with; the object layer has it in its thread
 * record.
 */
#ifndef BENCH_ALLOC_VARIANTS_INLINED_H
#define BENCH_ALLOC_VARIANTS_INLINED_H

#include "alloc/general.h"
#include "alloc/heap.h"
#include "bench/alloc/enumerate.h"

#define ALLOC_NAME "inlined"

enum { ALLOC_THREADS = 2, ALLOC_TAKES_BACK = true };

enum { HEADER = sizeof(uint64_t) };

static inline struct heap *heap_of(struct alloc_thread *thread) { return (struct heap *)thread; }

static inline bool alloc_start(void)
{
    heap_set_late_readers(false);
    return true;
}

static inline void alloc_stop(void) {}

static inline struct alloc_thread *alloc_begin(void)
{
    return (struct alloc_thread *)general_heap();
}

static inline void alloc_end(struct alloc_thread *thread) { heap_flush(heap_of(thread)); }

static inline void *alloc_get(struct alloc_thread *thread, size_t size)
{
    return heap_alloc(heap_of(thread), BLOCK_OBJECT, HEADER, size);
}

static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size)
{
    heap_free(heap_of(thread), BLOCK_OBJECT, HEADER, size, block);
}

static inline const char *alloc_trim(struct alloc_thread *thread)
{
    heap_trim(heap_of(thread));
    return "heap_trim";
}

static inline const char *alloc_library(void) { return NULL; }

static inline const struct family *alloc_own_family(void) { return &family_enumerate; }

#endif
