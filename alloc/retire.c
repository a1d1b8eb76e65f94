/* The two lists of a heap: open and sealed. */
#include "alloc/retire.h"

#include "alloc/base/grace.h"
#include "alloc/heap.h"

enum { SIZE_SHIFT = 48 };

static struct retired *retired_next(const struct retired *block)
{
    return (struct retired *)(uintptr_t)(block->word & ((UINT64_C(1) << SIZE_SHIFT) - 1));
}

static size_t retired_size(struct retired *block)
{
    const size_t size = (size_t)(block->word >> SIZE_SHIFT) * BLOCK_ALIGN;
    return size != 0 ? zone_unpad(size) : large_of(block)->size;
}

static void free_all(struct heap *heap, struct retired *block)
{
    while (block != NULL) {
        struct retired *next = retired_next(block);
        heap_free(heap, BLOCK_DATA, 0, retired_size(block), block);
        block = next;
    }
}

static void seal(struct retire_list *list)
{
    list->sealed = list->open;
    list->open = NULL;
    list->bytes = 0;
    list->ticket = grace_ticket();
    grace_request(list->ticket);
}

void retire_reclaim(struct heap *heap)
{
    struct retire_list *list = &heap->retired;
    if (list->sealed != NULL && grace_is_over(list->ticket)) {
        free_all(heap, list->sealed);
        list->sealed = NULL;
    }
    if (list->sealed == NULL && list->open != NULL)
        seal(list);
}

void retire(struct heap *heap, struct retired *block, size_t size)
{
    struct retire_list *list = &heap->retired;
    const uint64_t units = size <= BLOCK_MAX ? block_round(zone_pad(size)) / BLOCK_ALIGN : 0;
    block->word = (uintptr_t)list->open | units << SIZE_SHIFT;
    list->open = block;
    list->bytes += size;
    if (list->bytes > RETIRE_BUDGET)
        retire_reclaim(heap);
}
