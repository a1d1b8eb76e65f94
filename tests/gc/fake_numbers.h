/* Of the fake client, included in its middle: its nodes' numbers, and whether they stay tracked. */
#ifndef TESTS_GC_FAKE_NUMBERS_H
#define TESTS_GC_FAKE_NUMBERS_H

#include "tests/gc/fake_client.h"

/* Numbers are places in the array, counting from 1; stretches are short, so that a test of a few
 * nodes has several. */
enum { FAKE_STRETCH = 7 };

struct gc_numbers {
    size_t length;
};

static inline size_t gc_client_places(void) { return fake_heap.length; }

static inline bool gc_client_number(struct gc_numbers *numbers)
{
    if (!fake_heap.stopped)
        abort();
    numbers->length = fake_heap.length;
    fake_heap.numbered++;
    return true;
}

static inline void gc_client_unnumber(struct gc_numbers *numbers)
{
    (void)numbers;
    fake_heap.numbered--;
}

static inline uint32_t gc_client_last(const struct gc_numbers *numbers)
{
    return (uint32_t)numbers->length;
}

static inline uint32_t gc_client_number_of(const struct gc_numbers *numbers,
                                           const struct gc_head *head)
{
    (void)numbers;
    return (uint32_t)(fake_node_of(head) - fake_heap.nodes) + 1;
}

FAKE_INLINE void gc_client_each_stretch(const struct gc_numbers *numbers,
                                        bool (*visit)(const struct gc_stretch *, void *),
                                        void *context)
{
    fake_heap.walks++;
    for (size_t i = 0; i < numbers->length; i += FAKE_STRETCH) {
        size_t left = numbers->length - i;
        struct gc_stretch stretch = {
            .first = &fake_node(i)->head,
            .step = sizeof(struct fake_node),
            .number = (uint32_t)i + 1,
            .length = left < FAKE_STRETCH ? (uint32_t)left : FAKE_STRETCH,
        };
        if (!visit(&stretch, context))
            return;
    }
}

static inline void *gc_client_map(size_t bytes)
{
    if (fake_heap.maps_left == 0)
        return NULL;
    fake_heap.maps_left--;
    fake_heap.mapped += bytes;
    return calloc(1, bytes);
}

static inline void gc_client_unmap(void *memory, size_t bytes)
{
    fake_heap.maps_left++;
    fake_heap.mapped -= bytes;
    free(memory);
}

/* A tentative node refers to no tracked one, or is tracked for good. */
static inline uint64_t gc_client_tracking(const struct gc_head *head)
{
    const struct fake_node *node = fake_node_of(head);
    uint64_t tracking = 0;
    for (uint32_t i = 0; i < node->edge_count; i++)
        if (gc_head_is_tracked(&node->edges[i]->head))
            tracking = GC_TRACKED;
    return tracking;
}

#endif
