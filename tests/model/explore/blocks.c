/*
 * The C library's malloc, while a schedule runs: pages of the machine, so that what a schedule leaves is gone with it.
 *
 * Each block has pages of its own, which are never used again in the schedule: a late touch of it is one of what is not
 * mapped.
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/image.h"
#include "tests/model/explore/machine.h"
#include "tests/model/explore/memory.h"

#include "alloc/base/os.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE = 4096, BLOCKS = 512 };

/* Sizes of the blocks that are not free, by the number of their page. */
static struct {
    struct block {
        const void *start;
        size_t size;
    } last[BLOCKS];
} * blocks;

/* The C library's own, by the names that it keeps for those who take its place. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);
void __libc_free(void *block);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

void blocks_init(void) { blocks = image_keep(sizeof *blocks); }

static struct block *block_of(const void *start)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks->last[i].start == start)
            return &blocks->last[i];
    report_failure("there are more than %d blocks of malloc, or this is none: %p", BLOCKS, start);
}

static size_t whole_pages(size_t size) { return (size + PAGE) / PAGE * PAGE; }

static void *take(size_t size)
{
    void *start = os_map(whole_pages(size), PAGE);
    *block_of(NULL) = (struct block){start, size};
    return start;
}

static void give_back(void *start)
{
    EXPECT(memory_is_mapped(start));
    struct block *block = block_of(start);
    os_unmap(start, whole_pages(block->size));
    block->start = NULL;
}

/* --- the names ---------------------------------------------------------------------------------------------------- */

void *malloc(size_t size) { return machine_is_on() ? take(size) : __libc_malloc(size); }

void *calloc(size_t nmemb, size_t size)
{
    return machine_is_on() ? take(nmemb * size) : __libc_calloc(nmemb, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    return machine_is_on() && alignment <= PAGE ? take(size) : __libc_memalign(alignment, size);
}

void free(void *ptr)
{
    if (machine_has(ptr))
        give_back(ptr);
    else
        __libc_free(ptr);
}

void *realloc(void *ptr, size_t size)
{
    if (!machine_is_on() || (ptr != NULL && !machine_has(ptr)))
        return __libc_realloc(ptr, size);
    void *larger = take(size);
    if (ptr == NULL)
        return larger;
    size_t had = block_of(ptr)->size;
    memcpy(larger, ptr, had < size ? had : size);
    give_back(ptr);
    return larger;
}
