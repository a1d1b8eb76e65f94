/*
 * A cursor in place of an allocator: it moves round a fixed run of small items and hands out the next one, whatever is still
 * in use.  A loop over cursor_make and cursor_drop takes as long as the measurement itself.
 */
#ifndef BENCH_ALLOC_CURSOR_H
#define BENCH_ALLOC_CURSOR_H

#include "bench/alloc/item.h"

enum { CURSOR_ITEMS = 4096 };

extern struct item cursor_items[CURSOR_ITEMS];

struct cursor {
    size_t next;
};

/* What makers and droppers are to be called with. */
static inline struct alloc_thread *cursor_thread(struct cursor *cursor)
{
    return (struct alloc_thread *)cursor;
}

__attribute__((always_inline)) static inline struct item *cursor_make(struct alloc_thread *thread,
                                                                      size_t size, uint64_t mark)
{
    (void)size;
    struct cursor *cursor = (struct cursor *)thread;
    struct item *item = &cursor_items[cursor->next++ % CURSOR_ITEMS];
    item->mark = mark;
    return (struct item *)hide((uintptr_t)item);
}

__attribute__((always_inline)) static inline uint64_t cursor_drop(struct alloc_thread *thread,
                                                                  struct item *item, size_t size)
{
    (void)thread;
    (void)size;
    return item->mark;
}

#endif
