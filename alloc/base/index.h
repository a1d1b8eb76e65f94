/*
 * An index: items by hash, found, added and removed by many threads without a lock.
 *
 * This is liburcu's lock-free hash table (urcu/rculfhash.h), which no other file knows of.  An item has a *node* in it,
 * apart from its own memory: readers may look at a node that was just removed, so nodes wait for a grace period of liburcu;
 * the item's own memory may be reused at once, if looking at that is harmless.
 *
 * Flavour: "memb".  A reader is in a section only for one find, add or remove, and outside of any for nearly all its
 * life.  QSBR would have to go online and offline around each, two full barriers; here entering is a store to a word of
 * the thread's own, and who waits for a grace period pays with membarrier(2).  Sections have nothing to do with safepoints
 * or with the grace periods of alloc/base/grace.h: waiting for them never waits for a thread at rest, needs no safepoint and
 * lasts no longer than the longest section.
 *
 * The table never resizes by a thread of its own: index_fit does, on the thread that calls it.  (liburcu shares a doubling
 * beyond 8192 buckets out to helpers that end before it returns.)  Buckets are liburcu's to allocate, with calloc, and without
 * memory for them it ends the program.  So whether there is any is asked first, and without it the chains grow longer; only if
 * another thread takes the memory between question and calloc does the program end.
 *
 * Fork: this flavour has no handlers for it, and needs none where the forking thread is the only one attached.  What liburcu
 * offers for a fork is for call_rcu and for tables that resize themselves, and neither is used here.  Where other threads are
 * attached, they stay registered: the child must not use an index unless all of them were outside of any section, or its grace
 * periods may wait for ever; and it must start no threads, whose stacks might take the place of what liburcu knows of them.
 *
 * Ordering
 *   (I1) index_name releases the item, (I2) index_item acquires it: who finds an item sees what it was when it was named.
 *   (I3) index_remove marks the node before cds_lfht_del, a full barrier in which removal takes effect.  So the item's memory
 *        becomes something else only after the mark, and (I4) who has seen, by an acquire, what it became and then looks
 *        at the node again finds the mark.
 *   (I5) a retired node is pushed with release, (I6) the list is taken with acquire.  What readers did in their sections
 *        comes before the end of the grace period that follows.
 * Invariant: length = nodes added and not removed;  a node is retired once, by who removed its item.
 * Source: O. Shalev, N. Shavit, "Split-Ordered Lists", JACM 2006; M. Desnoyers et al., "User-Level Implementations of
 * Read-Copy Update", TPDS 2012.
 */
#ifndef ALLOC_BASE_INDEX_H
#define ALLOC_BASE_INDEX_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cds_lfht;

/* The memory is the caller's. */
struct index_node {
    uint64_t chain[2];       /* liburcu's struct cds_lfht_node */
    _Atomic uintptr_t item;  /* its address; bit 0: removed */
    struct index_node *next; /* of the retired ones */
};

#define INDEX_REMOVED ((uintptr_t)1)

struct index {
    struct cds_lfht *table;
    struct { /* away from what every reader reads */
        _Alignas(64) _Atomic size_t length;
        _Atomic size_t buckets;
        _Atomic(struct index_node *) retired;
        _Atomic size_t retired_length; /* about; decides when to look */
        _Atomic bool resizing;
    };
};

/* Whether this is the node that is looked for; called inside a section, possibly several times.  It may remove other items. */
typedef bool (*index_match)(const struct index_node *node, void *context);

/* Around a thread's use of any index. */
void index_attach(void);
void index_detach(void);

/* An empty index; false if there is no memory. */
bool index_init(struct index *index);

/* The index is empty, nothing of it is retired, and nobody uses it. */
void index_fini(struct index *index);

/* Before index_add.  The address is even. */
static inline void index_name(struct index_node *node, void *item)
{
    store_release(&node->item, (uintptr_t)item); /* (I1) */
}

/* The item of a node, NULL if it is removed. */
static inline void *index_item(const struct index_node *node)
{
    uintptr_t item = load_acquire(&node->item); /* (I2), (I4) */
    return (item & INDEX_REMOVED) == 0 ? (void *)item : NULL;
}

/* The item that a retired node had. */
static inline void *index_former_item(const struct index_node *node)
{
    return (void *)(load_relaxed(&node->item) & ~INDEX_REMOVED);
}

/* Whether `match` accepted a node of that hash. */
bool index_find(struct index *index, uint64_t hash, index_match match, void *context);

/* Adds the node unless `match` accepts one of that hash: then false, and the node may be reused at once. */
bool index_add(struct index *index, struct index_node *node, uint64_t hash, index_match match,
               void *context);

/* Removes an item that is in the index, and retires its node. */
void index_remove(struct index *index, uint64_t hash, const void *item);

/* Calls back for each item of an index that nobody else uses; the item may be removed meanwhile. */
void index_each(struct index *index, void (*visit)(void *item));

/* If `least` nodes or more are retired: waits until nobody can look at them any more and returns them all, linked by `next`.
 * NULL if there are fewer, or if the caller is in a section, called by a match. */
struct index_node *index_reclaim(struct index *index, size_t least);

/* Doubles or halves the buckets if there are too few or too many; not in a section, and not while another thread does. */
void index_fit(struct index *index);

#endif
