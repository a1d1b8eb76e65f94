/* The part of the fake client (which includes this) that those need who look at objects, and those who save them. */
#ifndef TESTS_GC_FAKE_LOOK_H
#define TESTS_GC_FAKE_LOOK_H

#include "tests/gc/fake_client.h"

static inline bool gc_client_save(struct thread *T, struct gc_head *head)
{
    (void)T;
    if (fake_heap.stopped || fake_heap.saved_count == FAKE_SAVED)
        abort();
    fake_heap.saved[fake_heap.saved_count++] = fake_node_of(head);
    return true;
}

static inline void *gc_client_object(struct gc_head *head) { return fake_node_of(head); }

static inline void gc_client_each_referent(void *object, void (*visit)(void *, void *),
                                           void *context)
{
    const struct fake_node *node = object;
    if (!fake_heap.stopped)
        abort();
    for (uint32_t i = 0; i < node->edge_count; i++)
        visit(node->edges[i], context);
}

static inline void gc_client_refer(struct thread *T, void *object)
{
    (void)T;
    if (!fake_heap.stopped)
        abort();
    ((struct fake_node *)object)->count++;
}

static inline void gc_client_release(struct thread *T, void *object)
{
    (void)T;
    if (fake_heap.stopped)
        abort();
    fake_release(object);
}

#endif
