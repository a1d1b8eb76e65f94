/*
 * What alloc/base/index.c asks of liburcu, in place of it, as code that can be explored: its table as one chain, its flavour
 * "memb" as one word for each thread.
 *
 * The chain: nodes of any hash, linked through their first word, whose bit 0 says that the node is removed (T. Harris, "A Pragmatic
 * Implementation of Non-Blocking Linked-Lists", DISC 2001).  New nodes come last, in the step in which nothing is left to look at; so
 * of nodes that match only one is added.  Who walks takes out what is removed, and a removal walks, so when it returns
 * nobody comes to the node any more who was not there.
 *
 * A section is odd or even in its thread's word.  Who waits for sections changes every word by a read-modify-write, as each
 * beginning and end of a section does: so a section began before, and is waited for, or begins after and knows all that the
 * waiter knew.  That is what membarrier(2) is for, and it orders no section with another one.
 */
#ifndef TESTS_MODEL_RUNTIME_URCU_H
#define TESTS_MODEL_RUNTIME_URCU_H

#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/base/atomics.h"

#include <stddef.h>

/* --- sections -------------------------------------------------------------------------------------------------------- */

static _Atomic uint32_t urcu_sections[COROUTINES + 1]; /* odd: inside */

static inline void urcu_memb_register_thread(void) {}
static inline void urcu_memb_unregister_thread(void) {}

static inline void urcu_memb_read_lock(void)
{
    fetch_add_acq_rel(&urcu_sections[machine_self()], 1);
}

static inline void urcu_memb_read_unlock(void)
{
    fetch_add_acq_rel(&urcu_sections[machine_self()], 1);
}

static inline int urcu_memb_read_ongoing(void)
{
    return (int)(load_relaxed(&urcu_sections[machine_self()]) & 1);
}

static bool urcu_is_outside(const void *section)
{
    return (load_relaxed((const _Atomic uint32_t *)section) & 1) == 0;
}

/* A section that begins meanwhile is waited for, too, as liburcu does in the first of its two phases. */
static inline void urcu_memb_synchronize_rcu(void)
{
    for (unsigned i = 0; i < COROUTINES; i++)
        while ((fetch_add_acq_rel(&urcu_sections[i], 0) & 1) != 0)
            explore_await(&urcu_sections[i], urcu_is_outside);
}

/* --- the table ------------------------------------------------------------------------------------------------------- */

struct cds_lfht_node {
    _Atomic uintptr_t next; /* bit 0: removed */
    unsigned long hash;
};

struct cds_lfht {
    struct cds_lfht_node head;
};

struct cds_lfht_iter {
    struct cds_lfht_node *node;
};

struct rcu_flavor_struct {
    char none;
};

typedef int (*cds_lfht_match_fct)(struct cds_lfht_node *node, const void *key);

static const struct rcu_flavor_struct urcu_memb_flavor;
static struct cds_lfht urcu_table;

#define URCU_REMOVED ((uintptr_t)1)

static inline struct cds_lfht_node *urcu_node(uintptr_t link)
{
    return (struct cds_lfht_node *)(link & ~URCU_REMOVED);
}

static inline struct cds_lfht *cds_lfht_new_flavor(unsigned long size, unsigned long least,
                                                   unsigned long most, int flags,
                                                   const struct rcu_flavor_struct *flavor,
                                                   const void *attributes)
{
    (void)size, (void)least, (void)most, (void)flags, (void)flavor, (void)attributes;
    return &urcu_table;
}

static inline int cds_lfht_destroy(struct cds_lfht *table, void **attributes)
{
    (void)attributes;
    return load_relaxed(&table->head.next) != 0;
}

static inline void cds_lfht_resize(struct cds_lfht *table, unsigned long size)
{
    (void)table, (void)size;
}

static inline struct cds_lfht_node *cds_lfht_iter_get_node(const struct cds_lfht_iter *iter)
{
    return iter->node;
}

/* The node behind `at` that is not removed; *link is what `at` says then. */
static inline struct cds_lfht_node *urcu_next(struct cds_lfht_node *at, uintptr_t *link)
{
    *link = load_acquire(&at->next);
    struct cds_lfht_node *node;
    while ((node = urcu_node(*link)) != NULL) {
        uintptr_t behind = load_acquire(&node->next);
        if ((behind & URCU_REMOVED) == 0)
            return node;
        uintptr_t without = (behind & ~URCU_REMOVED) | (*link & URCU_REMOVED);
        if (cas_acq_rel(&at->next, link, without))
            *link = without;
    }
    return NULL;
}

/* The first node behind `at` that matches, or NULL: then *last is the last node and *link what it says. */
static inline struct cds_lfht_node *urcu_find(struct cds_lfht_node *at, unsigned long hash,
                                              cds_lfht_match_fct match, const void *key,
                                              struct cds_lfht_node **last, uintptr_t *link)
{
    struct cds_lfht_node *node;
    while ((node = urcu_next(at, link)) != NULL) {
        if (node->hash == hash && match(node, key))
            return node;
        at = node;
    }
    *last = at;
    return NULL;
}

static inline void cds_lfht_lookup(struct cds_lfht *table, unsigned long hash,
                                   cds_lfht_match_fct match, const void *key,
                                   struct cds_lfht_iter *iter)
{
    struct cds_lfht_node *last;
    uintptr_t link;
    iter->node = urcu_find(&table->head, hash, match, key, &last, &link);
}

static inline struct cds_lfht_node *cds_lfht_add_unique(struct cds_lfht *table, unsigned long hash,
                                                        cds_lfht_match_fct match, const void *key,
                                                        struct cds_lfht_node *node)
{
    struct cds_lfht_node *last;
    uintptr_t link;
    node->hash = hash;
    store_relaxed(&node->next, 0);
    do {
        struct cds_lfht_node *found = urcu_find(&table->head, hash, match, key, &last, &link);
        if (found != NULL)
            return found;
    } while (link != 0 || !cas_acq_rel(&last->next, &link, (uintptr_t)node));
    return node;
}

static inline int cds_lfht_del(struct cds_lfht *table, struct cds_lfht_node *node)
{
    struct cds_lfht_node *at = &table->head;
    uintptr_t link;
    if ((atomic_fetch_or_explicit(&node->next, URCU_REMOVED, memory_order_acq_rel) &
         URCU_REMOVED) != 0)
        return -1;
    while ((at = urcu_next(at, &link)) != NULL)
        ;
    return 0;
}

static inline void cds_lfht_first(struct cds_lfht *table, struct cds_lfht_iter *iter)
{
    uintptr_t link;
    iter->node = urcu_next(&table->head, &link);
}

static inline void cds_lfht_next(struct cds_lfht *table, struct cds_lfht_iter *iter)
{
    (void)table;
    uintptr_t link;
    iter->node = urcu_next(iter->node, &link);
}

#endif
