/*
 * The part of the collector's client that is about numbers: those of alloc/number.h, which follow
 * from where an object lies.
 */
#ifndef RUNTIMES_GC_NUMBERS_H
#define RUNTIMES_GC_NUMBERS_H

#include "alloc/base/os.h"
#include "alloc/number.h"
#include "gc/stretch.h"
#include "runtimes/object/object.h"

#define NUMBERS_INLINE static inline __attribute__((always_inline))

struct gc_numbers {
    struct numbering blocks;
};

static inline size_t gc_client_places(void) { return number_count(); }

static inline bool gc_client_number(struct gc_numbers *numbers)
{
    return number_init(&numbers->blocks);
}

static inline void gc_client_unnumber(struct gc_numbers *numbers) { number_fini(&numbers->blocks); }

static inline uint32_t gc_client_last(const struct gc_numbers *numbers)
{
    return numbers->blocks.last;
}

struct numbers_visit {
    bool (*visit)(const struct gc_stretch *stretch, void *context);
    void *context;
};

NUMBERS_INLINE bool numbers_visit_stretch(const struct number_stretch *stretch, void *context)
{
    const struct numbers_visit *v = context;
    struct container *first = (struct container *)(void *)stretch->block;
    struct gc_stretch words = {&first->gc, stretch->bytes, stretch->number, stretch->length};
    return v->visit(&words, v->context);
}

NUMBERS_INLINE void gc_client_each_stretch(const struct gc_numbers *numbers,
                                           bool (*visit)(const struct gc_stretch *, void *),
                                           void *context)
{
    struct numbers_visit v = {visit, context};
    number_each(&numbers->blocks, numbers_visit_stretch, &v);
}

/* Of an object that is in no arena.  Containers outside of every heap are not alive to the collector.  That does not change
 * during a search, as TRACKED does. */
static inline uint32_t numbers_of_large(struct rc_header *object)
{
    if (!obj_is_container(obj_of(object)))
        return 0;
    struct container *c = (struct container *)obj_of(object);
    return gc_head_has(&c->gc, GC_ALIVE) ? number_of_large(c) : 0;
}

NUMBERS_INLINE uint32_t gc_client_number_of(const struct gc_numbers *numbers, struct gc_head *head)
{
    struct rc_header *object = &container_of_gc(head)->obj.rc;
    struct number_place place = number_place(&numbers->blocks, object);
    return likely(number_is_known(place)) ? number_in(place, object) : numbers_of_large(object);
}

static inline size_t numbers_pages(size_t bytes)
{
    const size_t page = bytes < OS_LARGE_PAGE ? os_page_bytes() : OS_LARGE_PAGE;
    return (bytes + page - 1) & ~(page - 1);
}

static inline void *gc_client_map(size_t bytes)
{
    const size_t size = numbers_pages(bytes);
    if (bytes < OS_LARGE_PAGE)
        return os_map(size, os_page_bytes());
    void *memory = os_map(size, OS_LARGE_PAGE);
    if (memory != NULL)
        os_expect_use(memory, size);
    return memory;
}

static inline void gc_client_unmap(void *memory, size_t bytes)
{
    os_unmap(memory, numbers_pages(bytes));
}

#endif
