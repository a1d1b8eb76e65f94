/* Inside of gc/: containers that wait for their children's words to come into the cache. */
#ifndef GC_QUEUE_H
#define GC_QUEUE_H

#include "gc/head.h"

enum { QUEUE_LENGTH = 16 };

/* First in, first out.  Invariant: length <= QUEUE_LENGTH. */
struct queue {
    struct gc_head *heads[QUEUE_LENGTH];
    unsigned first;
    unsigned length;
};

__attribute__((always_inline)) static inline void queue_put(struct queue *queue,
                                                            struct gc_head *head)
{
    queue->heads[(queue->first + queue->length++) % QUEUE_LENGTH] = head;
}

__attribute__((always_inline)) static inline struct gc_head *queue_take(struct queue *queue)
{
    queue->length--;
    return queue->heads[queue->first++ % QUEUE_LENGTH];
}

#endif
