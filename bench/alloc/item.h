/*
 * Items: blocks of the allocator under test with something in them.
 *
 * Whoever makes an item writes a mark into it, and whoever drops it reads the mark: an object that is made is initialised,
 * and one that dies is looked at.  Between the two the compiler knows nothing of it.  The first word stays as the
 * allocator gave it (bench/alloc/allocator.h).
 *
 * Loops are written once, over a maker and a dropper that are constant arguments, and always inlined: so sizes that are
 * constant stay so, and the same loop can run without an allocator (bench/alloc/cursor.h).
 */
#ifndef BENCH_ALLOC_ITEM_H
#define BENCH_ALLOC_ITEM_H

#include "alloc/base/check.h"
#include "bench/alloc/allocator.h"
#include "bench/micro.h"

struct item {
    uint64_t header;
    uint64_t mark;
};

typedef struct item *item_maker(struct alloc_thread *thread, size_t size, uint64_t mark);
typedef uint64_t item_dropper(struct alloc_thread *thread, struct item *item, size_t size);

__attribute__((always_inline)) static inline struct item *item_make(struct alloc_thread *thread,
                                                                    size_t size, uint64_t mark)
{
    struct item *item = alloc_get(thread, size);
    CHECK(item != NULL, "no memory for a block of %zu bytes", size);
    item->mark = mark;
    return (struct item *)hide((uintptr_t)item);
}

/* Returns the mark. */
__attribute__((always_inline)) static inline uint64_t item_drop(struct alloc_thread *thread,
                                                                struct item *item, size_t size)
{
    uint64_t mark = item->mark;
    alloc_put(thread, item, size);
    return mark;
}

#endif
