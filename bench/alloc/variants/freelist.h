/*
 * A free list for each size and thread, and nothing else: what any allocator of this kind must do at least.
 *
 * A block goes to the list of whoever frees it, so nothing is looked up, no thread ever waits for another, and nothing is
 * ever given back.  An empty list is filled with blocks cut from fresh memory, a chunk at a time.
 */
#ifndef BENCH_ALLOC_VARIANTS_FREELIST_H
#define BENCH_ALLOC_VARIANTS_FREELIST_H

#include "alloc/base/atomics.h"
#include "alloc/base/os.h"

#define ALLOC_NAME "freelist"

enum { ALLOC_THREADS = 2, ALLOC_TAKES_BACK = false };

enum {
    FREELIST_UNIT = 16,
    FREELIST_LISTS = ALLOC_SIZE_MAX / FREELIST_UNIT + 1,
    FREELIST_CHUNK = 64 * 1024,
};

struct freelist_block {
    struct freelist_block *next;
};

struct freelist {
    struct freelist_block *lists[FREELIST_LISTS];
};

static inline size_t freelist_index(size_t size)
{
    return (size + FREELIST_UNIT - 1) / FREELIST_UNIT;
}

/* The blocks of a fresh chunk, in the order of their addresses; NULL if there is no memory. */
static inline struct freelist_block *freelist_cut(size_t bytes)
{
    char *chunk = os_map(FREELIST_CHUNK, os_page_bytes());
    struct freelist_block *first = NULL;
    for (size_t left = chunk != NULL ? FREELIST_CHUNK / bytes : 0; left > 0; left--) {
        struct freelist_block *block =
            (struct freelist_block *)(void *)(chunk + (left - 1) * bytes);
        block->next = first;
        first = block;
    }
    return first;
}

static __attribute__((noinline, unused)) void *freelist_refill(struct freelist *freelist,
                                                               size_t size)
{
    size_t index = freelist_index(size);
    struct freelist_block *block = freelist_cut(index * FREELIST_UNIT);
    if (block != NULL)
        freelist->lists[index] = block->next;
    return block;
}

static inline bool alloc_start(void) { return true; }

static inline void alloc_stop(void) {}

static inline struct alloc_thread *alloc_begin(void)
{
    static _Thread_local struct freelist own;
    return (struct alloc_thread *)&own;
}

static inline void alloc_end(struct alloc_thread *thread) { (void)thread; }

static inline void *alloc_get(struct alloc_thread *thread, size_t size)
{
    struct freelist *freelist = (struct freelist *)thread;
    struct freelist_block **list = &freelist->lists[freelist_index(size)];
    struct freelist_block *block = *list;
    if (unlikely(block == NULL))
        return freelist_refill(freelist, size);
    *list = block->next;
    return block;
}

static inline void alloc_put(struct alloc_thread *thread, void *block, size_t size)
{
    struct freelist_block **list = &((struct freelist *)thread)->lists[freelist_index(size)];
    ((struct freelist_block *)block)->next = *list;
    *list = block;
}

static inline const char *alloc_trim(struct alloc_thread *thread)
{
    (void)thread;
    return "none";
}

static inline const char *alloc_library(void) { return NULL; }

static inline const struct family *alloc_own_family(void) { return NULL; }

#endif
