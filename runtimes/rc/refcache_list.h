/*
 * Lists of objects, for refcache.h: in chunks, first in, first out.
 *
 * Invariant: length = the sum of end - begin of the chunks;  no chunk is empty.
 */
#ifndef RUNTIMES_RC_REFCACHE_LIST_H
#define RUNTIMES_RC_REFCACHE_LIST_H

#include "alloc/base/check.h"
#include "runtimes/rc/types.h"

#include <stdlib.h>

enum { REFCACHE_CHUNK = 254, REFCACHE_AHEAD = 8 }; /* a chunk takes 2 KiB */

struct refcache_chunk {
    struct refcache_chunk *next;
    uint32_t begin, end;
    struct rc_header *objects[REFCACHE_CHUNK];
};

struct refcache_list {
    struct refcache_chunk *first;
    struct refcache_chunk *last; /* if there is a first */
    size_t length;
};

static inline void refcache_list_open(struct refcache_list *list)
{
    struct refcache_chunk *chunk = malloc(sizeof *chunk);
    CHECK(chunk != NULL, "no memory for %zu objects under review", list->length + 1);
    chunk->next = NULL;
    chunk->begin = chunk->end = 0;
    if (list->first == NULL)
        list->first = chunk;
    else
        list->last->next = chunk;
    list->last = chunk;
}

static inline void refcache_push(struct refcache_list *list, struct rc_header *o)
{
    if (list->first == NULL || list->last->end == REFCACHE_CHUNK)
        refcache_list_open(list);
    list->last->objects[list->last->end++] = o;
    list->length++;
}

/* The oldest. */
static inline struct rc_header *refcache_pop(struct refcache_list *list)
{
    struct refcache_chunk *chunk = list->first;
    struct rc_header *o = chunk->objects[chunk->begin++];
    if (chunk->begin + REFCACHE_AHEAD < chunk->end)
        __builtin_prefetch(chunk->objects[chunk->begin + REFCACHE_AHEAD], 1);
    list->length--;
    if (chunk->begin == chunk->end) {
        list->first = chunk->next;
        free(chunk);
    }
    return o;
}

/* All of `from` behind what is in `list`. */
static inline void refcache_move(struct refcache_list *list, struct refcache_list *from)
{
    if (from->length == 0)
        return;
    if (list->first == NULL)
        list->first = from->first;
    else
        list->last->next = from->first;
    list->last = from->last;
    list->length += from->length;
    *from = (struct refcache_list){0};
}

#endif
