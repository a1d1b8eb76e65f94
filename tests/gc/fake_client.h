/*
 * A client for the collector that has no objects, heap or threads: nodes in one array, each with a
 * count and a list of edges, as plain as can be, so that a test can build any graph and any wrong
 * count.
 *
 * A node is alive as long as its count is above 0.  It dies as objects do: it goes on a list of the
 * dying, linked through its collector's word, which the outermost release works off.  A node with
 * `target` is a weak reference to that one; dying nodes run no finalizers, only garbage does.
 */
#ifndef TESTS_GC_FAKE_CLIENT_H
#define TESTS_GC_FAKE_CLIENT_H

#include "alloc/base/check.h"
#include "gc/gc.h"
#include "gc/stretch.h"
#include "tests/gc/fake_both.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { FAKE_BYTES = 64, FAKE_SAVED = 16 };

struct fake_node {
    size_t count;
    struct gc_head head;
    struct fake_node **edges;
    uint32_t edge_count;
    uint32_t edge_room;
    size_t bytes; /* what a byte policy is told that it takes */
    void (*finalize)(struct thread *T, struct fake_node *self);
    struct fake_node *target;
    void (*callback)(struct thread *T, struct fake_node *weakref);
    bool called_back;
};

struct thread {
    struct gc_thread gc;
};

/* One for the whole program, whichever of its files include this. */
struct fake_heap {
    struct thread *T;
    struct fake_node *nodes;
    size_t length;
    size_t room;
    size_t live;
    struct gc_head *dying;
    bool destroying;
    bool stopped;
    unsigned stops;
    unsigned walks;
    unsigned promoted[GC_GENERATIONS];  /* calls of gc_client_promoted */
    unsigned collected[GC_GENERATIONS]; /* calls of gc_client_collected */
    struct fake_node **borrowed;        /* uncounted roots */
    size_t borrowed_count;
    void (*on_clear)(struct thread *T);  /* user code that runs while garbage is cleared */
    void (*on_stop)(struct thread *T);   /* before the world has stopped, and */
    void (*on_settle)(struct thread *T); /* while it is */
    size_t weighed;                      /* calls of gc_client_bytes */
    size_t condemned;                    /* calls of gc_client_condemn */
    size_t finalized;                    /* finalizers that ran */
    size_t allocated;                    /* what gc_client_allocate has out */
    bool no_memory;                      /* for gc_client_allocate */
    struct fake_node *saved[FAKE_SAVED]; /* each held */
    size_t saved_count;
    unsigned maps_left; /* gc_client_map gives so many more */
    size_t mapped;      /* bytes that it has out */
    unsigned numbered;  /* numberings that have not ended */
};
extern struct fake_heap fake_heap;
__attribute__((weak)) struct fake_heap fake_heap;

static inline struct fake_node *fake_node_of(const struct gc_head *head)
{
    return (struct fake_node *)((uintptr_t)head - offsetof(struct fake_node, head));
}

static inline struct fake_node *fake_node(size_t index) { return &fake_heap.nodes[index]; }
static inline bool fake_is_alive(const struct fake_node *node)
{
    return load_relaxed(&node->head.word) != 0;
}

/* --- building graphs -------------------------------------------------------------------------- */

/* Room for `room` nodes, one thread, a fresh collector that is disabled. */
static inline void fake_start(size_t room)
{
    memset(&fake_heap, 0, sizeof fake_heap);
    fake_heap.nodes = calloc(room, sizeof *fake_heap.nodes);
    fake_heap.T = calloc(1, sizeof *fake_heap.T);
    if (fake_heap.nodes == NULL || fake_heap.T == NULL)
        abort();
    fake_heap.room = room;
    fake_heap.maps_left = 2;
    gc_number_from(fake_in_words ? SIZE_MAX : 0);
    gc_start();
    gc_attach(&fake_heap.T->gc);
    gc_enable(false);
}

static inline void fake_stop(void)
{
    if (fake_heap.mapped != 0 || fake_heap.numbered != 0)
        abort();
    gc_detach(&fake_heap.T->gc);
    pause_fini(&fake_heap.T->gc.pauses);
    for (size_t i = 0; i < fake_heap.length; i++)
        free(fake_heap.nodes[i].edges);
    free(fake_heap.nodes);
    free(fake_heap.T);
}

/* A node in the next place, or in a dead one's, with one reference: the caller's.  The policy does
 * not hear of it. */
static inline struct fake_node *fake_new_at(size_t index)
{
    struct fake_node *node = fake_node(index);
    if (index >= fake_heap.room || fake_is_alive(node))
        abort();
    if (index >= fake_heap.length)
        fake_heap.length = index + 1;
    node->count = 1;
    node->bytes = FAKE_BYTES;
    node->finalize = NULL;
    node->target = NULL;
    node->callback = NULL;
    node->called_back = false;
    gc_head_init(&node->head);
    fake_heap.live++;
    return node;
}

static inline struct fake_node *fake_new(void) { return fake_new_at(fake_heap.length); }

static inline void fake_reserve(struct fake_node *from, uint32_t edges)
{
    if (edges <= from->edge_room)
        return;
    from->edge_room = edges;
    from->edges = realloc(from->edges, edges * sizeof *from->edges);
    if (from->edges == NULL)
        abort();
}

static inline void fake_link(struct fake_node *from, struct fake_node *to)
{
    if (from->edge_count == from->edge_room)
        fake_reserve(from, 2 * from->edge_room + 2);
    from->edges[from->edge_count++] = to;
    to->count++;
}

/* A new weak reference, the caller's. */
static inline struct fake_node *fake_weakref(struct fake_node *target,
                                             void (*callback)(struct thread *T,
                                                              struct fake_node *weakref))
{
    struct fake_node *weakref = fake_new();
    weakref->target = target;
    weakref->callback = callback;
    gc_head_set_weak(&target->head);
    return weakref;
}

/* --- counting --------------------------------------------------------------------------------- */

static inline void fake_release(struct fake_node *node);

static inline void fake_empty(struct fake_node *node)
{
    while (node->edge_count > 0)
        fake_release(node->edges[--node->edge_count]);
}

/* Weak references to the node become null; those that are not garbage are to be called back, if
 * asked for, and live until then. */
static inline void fake_null_weakrefs(struct fake_node *node, bool call_back)
{
    for (size_t i = 0; gc_head_is_weak(&node->head) && i < fake_heap.length; i++) {
        struct fake_node *weakref = fake_node(i);
        if (!fake_is_alive(weakref) || weakref->target != node)
            continue;
        weakref->target = NULL;
        if (!call_back || weakref->callback == NULL || gc_head_is_garbage(&weakref->head))
            continue;
        weakref->count++;
        weakref->called_back = true;
    }
    gc_head_unset_weak(&node->head);
}

static inline void fake_destroy_dying(void)
{
    if (fake_heap.destroying)
        return;
    fake_heap.destroying = true;
    while (fake_heap.dying != NULL) {
        struct fake_node *node = fake_node_of(fake_heap.dying);
        fake_heap.dying = gc_head_link(&node->head);
        fake_empty(node);
        fake_null_weakrefs(node, false);
        gc_head_fini(&node->head);
        gc_did_free(&fake_heap.T->gc, node->bytes);
        fake_heap.live--;
    }
    fake_heap.destroying = false;
}

static inline void fake_release(struct fake_node *node)
{
    if (node->count == 0 || !fake_is_alive(node))
        abort();
    if (--node->count != 0)
        return;
    gc_head_set_dying(&node->head, fake_heap.dying);
    fake_heap.dying = &node->head;
    fake_destroy_dying();
}

/* --- the client ------------------------------------------------------------------------------- */

#define FAKE_INLINE static inline __attribute__((always_inline))

static inline void gc_client_stop(struct thread *T)
{
    if (fake_heap.stopped)
        abort();
    if (fake_heap.on_stop != NULL)
        fake_heap.on_stop(T);
    fake_heap.stopped = true;
    fake_heap.stops++;
}

static inline void gc_client_start(struct thread *T)
{
    (void)T;
    if (!fake_heap.stopped)
        abort();
    fake_heap.stopped = false;
}

static inline void gc_client_settle(struct thread *T)
{
    if (fake_heap.on_settle != NULL)
        fake_heap.on_settle(T);
}

static inline bool gc_client_frees(void) { return true; }

static inline size_t gc_client_count(const struct gc_head *head)
{
    return fake_node_of(head)->count;
}

_Noreturn static inline void gc_client_count_too_small(const struct gc_head *head)
{
    check_failed(__FILE__, __LINE__, "gc_client_count",
                 "container %p: its count, %zu, is less than the references to it",
                 (const void *)head, gc_client_count(head));
}

static inline void gc_client_each_uncounted_root(struct thread *T,
                                                 void (*visit)(struct gc_head *, void *),
                                                 void *context)
{
    (void)T;
    for (size_t i = 0; i < fake_heap.borrowed_count; i++)
        visit(&fake_heap.borrowed[i]->head, context);
}

FAKE_INLINE void gc_client_walk(unsigned oldest, void (*visit)(struct gc_head *, void *),
                                void *context)
{
    (void)oldest;
    fake_heap.walks++;
    for (struct fake_node *node = fake_heap.nodes; node < fake_heap.nodes + fake_heap.length;
         node++) {
        if (fake_is_alive(node))
            visit(&node->head, context);
    }
}

#include "tests/gc/fake_numbers.h"

FAKE_INLINE void gc_client_traverse(const struct gc_numbers *numbers, struct gc_head *head,
                                    void (*visit)(struct gc_head *, uint32_t, void *),
                                    void *context)
{
    const struct fake_node *node = fake_node_of(head);
    for (uint32_t i = 0; i < node->edge_count; i++) {
        struct gc_head *child = &node->edges[i]->head;
        visit(child, numbers != NULL ? gc_client_number_of(numbers, child) : 0, context);
    }
}

FAKE_INLINE void gc_client_prefetch_children(struct gc_head *head)
{
    const struct fake_node *node = fake_node_of(head);
    for (uint32_t i = 0; i < node->edge_count; i++)
        __builtin_prefetch(&node->edges[i]->head, 1);
}

static inline void gc_client_promoted(unsigned oldest) { fake_heap.promoted[oldest]++; }
static inline void gc_client_collected(struct thread *T, unsigned oldest)
{
    (void)T;
    fake_heap.collected[oldest]++;
}

static inline size_t gc_client_bytes(const struct gc_head *head)
{
    fake_heap.weighed++;
    return fake_node_of(head)->bytes;
}

static inline void *gc_client_allocate(size_t bytes)
{
    void *memory = fake_heap.stopped || fake_heap.no_memory ? NULL : malloc(bytes);
    fake_heap.allocated += memory != NULL;
    return memory;
}

static inline void gc_client_free(void *memory)
{
    fake_heap.allocated -= memory != NULL;
    free(memory);
}

static inline bool fake_will_finalize(const struct gc_head *head)
{
    return fake_node_of(head)->finalize != NULL && !gc_head_is_finalized(head);
}

static inline bool gc_client_is_observed(const struct gc_head *head)
{
    return gc_head_is_weak(head) || fake_will_finalize(head);
}

static inline bool gc_client_condemn(struct thread *T, struct gc_head *head)
{
    (void)T;
    if (!fake_heap.stopped || !gc_head_is_garbage(head))
        abort();
    fake_heap.condemned++;
    fake_null_weakrefs(fake_node_of(head), true);
    return fake_will_finalize(head);
}

static inline void gc_client_call_back(struct thread *T)
{
    if (fake_heap.stopped)
        abort();
    for (size_t i = 0; i < fake_heap.length; i++) {
        struct fake_node *weakref = fake_node(i);
        if (!fake_is_alive(weakref) || !weakref->called_back)
            continue;
        weakref->called_back = false;
        weakref->callback(T, weakref);
        fake_release(weakref);
    }
}

static inline void gc_client_finalize(struct thread *T, struct gc_head *head)
{
    if (fake_heap.stopped || !gc_head_is_garbage(head))
        abort();
    bool will = fake_will_finalize(head);
    gc_head_set_finalized(head);
    if (!will)
        return;
    fake_heap.finalized++;
    fake_node_of(head)->finalize(T, fake_node_of(head));
}

static inline void gc_client_hold(struct thread *T, struct gc_head *head)
{
    (void)T;
    if (!fake_heap.stopped)
        abort();
    fake_node_of(head)->count++;
}

static inline void gc_client_clear(struct thread *T, struct gc_head *head)
{
    if (fake_heap.stopped)
        abort();
    if (fake_heap.on_clear != NULL)
        fake_heap.on_clear(T);
    fake_empty(fake_node_of(head));
}

static inline void gc_client_drop(struct thread *T, struct gc_head *head)
{
    (void)T;
    fake_release(fake_node_of(head));
}

static inline struct gc_thread *gc_client_thread(struct thread *T) { return &T->gc; }

#include "tests/gc/fake_look.h"

#endif
