/* Lists of objects of one thread (hazard.h): they grow, and an item that was taken out is NULL. */
#ifndef RUNTIMES_RC_HAZARD_LIST_H
#define RUNTIMES_RC_HAZARD_LIST_H

#include "alloc/base/check.h"
#include "runtimes/rc/types.h"

#include <stdlib.h>

struct hazard_list {
    struct rc_header **items;
    size_t length;
    size_t capacity;
};

enum { HAZARD_LIST_CAPACITY = 64 }; /* of a new one */

static inline void hazard_list_push(struct hazard_list *list, struct rc_header *o)
{
    if (list->length == list->capacity) {
        size_t capacity = list->capacity == 0 ? HAZARD_LIST_CAPACITY : list->capacity * 2;
        struct rc_header **items = realloc(list->items, capacity * sizeof *items);
        CHECK(items != NULL, "no memory for %zu retired objects", capacity);
        list->items = items;
        list->capacity = capacity;
    }
    list->items[list->length++] = o;
}

static inline void hazard_list_move(struct hazard_list *from, struct hazard_list *to)
{
    for (size_t i = 0; i < from->length; i++)
        if (from->items[i] != NULL)
            hazard_list_push(to, from->items[i]);
    from->length = 0;
}

static inline int hazard_list_compare(const void *a, const void *b)
{
    uintptr_t x = *(const uintptr_t *)a;
    uintptr_t y = *(const uintptr_t *)b;
    return (x > y) - (x < y);
}

static inline void hazard_list_sort(struct hazard_list *list)
{
    if (list->length > 1)
        qsort(list->items, list->length, sizeof *list->items, hazard_list_compare);
}

/* Of a list that is sorted. */
static inline bool hazard_list_has(const struct hazard_list *list, const struct rc_header *o)
{
    size_t low = 0;
    size_t high = list->length;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if ((uintptr_t)list->items[middle] < (uintptr_t)o)
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->length && list->items[low] == o;
}

static inline void hazard_list_fini(struct hazard_list *list)
{
    free(list->items);
    *list = (struct hazard_list){0};
}

#endif
