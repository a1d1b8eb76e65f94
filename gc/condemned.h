/*
 * Inside of gc/: the garbage that a search of the heap ends with, linked in the order in which it is
 * found, whichever search that was.
 */
#ifndef GC_CONDEMNED_H
#define GC_CONDEMNED_H

#include "alloc/base/fault.h"
#include "gc/client.h"

enum { GC_MARKS = GC_CANDIDATE | GC_REACHABLE | GC_PASSED };

struct condemned {
    struct gc_head *first;
    struct gc_head *last;
    size_t count;
    bool observed; /* some of them are */
};

/* The last one's payload is 0. */
__attribute__((always_inline)) static inline void condemned_link(struct gc_head *last,
                                                                 const struct gc_head *next)
{
    uint64_t link = (uint64_t)(uintptr_t)next << GC_PAYLOAD_SHIFT;
    store_relaxed(&last->word, load_relaxed(&last->word) | link);
}

__attribute__((always_inline)) static inline void condemned_append(struct condemned *condemned,
                                                                   struct gc_head *head)
{
    if (condemned->last == NULL)
        condemned->first = head;
    else
        condemned_link(condemned->last, head);
    condemned->last = head;
    condemned->count++;
}

/* The container, whose payload means nothing any more, is garbage. */
__attribute__((always_inline)) static inline void
condemned_add(struct condemned *condemned, struct thread *T, struct gc_head *head)
{
    condemned->observed |= gc_client_is_observed(head);
    uint64_t kept = load_relaxed(&head->word) & GC_FLAGS & ~(uint64_t)(GC_MARKS | GC_TRACKED);
    store_relaxed(&head->word, kept | GC_GARBAGE);
    if (!FAULT(unheld_garbage))
        gc_client_hold(T, head);
    condemned_append(condemned, head);
}

#endif
