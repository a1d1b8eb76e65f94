/*
 * The index of alloc/base/index.h without liburcu, whose code is not instrumented: one list, for programs that are explored.
 *
 * A node's link has bit 0 set when the node is removed; then it is unlinked, by its remover or by who passes it (Harris, DISC
 * 2001).  Those who add and remove take turns by a lock: a remover must find the newest links, or what it retires stays
 * linked.  What waits for readers waits until no section is open.  Each operation is as strong as liburcu's: adding and removing are full
 * barriers, looking is an acquire.
 *
 * (X1) acquire of a link with (X2) release of whatever wrote it: the node is there.  (X3) acquire of the number of sections
 * with (X4) release of their ends: what was read in them came before.
 */
#include "alloc/base/index.h"

#include "alloc/base/check.h"
#include "alloc/base/lock.h"
#include "tests/model/explore/explore.h"

#include <stdlib.h>

#define GONE ((uintptr_t)1)

struct cds_lfht {
    struct lock lock; /* of those who add and remove */
    _Atomic uintptr_t first;
    _Atomic uint32_t sections;
};

/* What index_node.chain is here. */
struct link {
    _Atomic uintptr_t next;
    uint64_t hash;
};

static _Thread_local unsigned depth; /* of the thread's sections */

static struct link *link_of(uintptr_t address) { return (struct link *)(address & ~GONE); }

static struct index_node *node_of(struct link *link) { return (struct index_node *)link; }

void index_attach(void) {}
void index_detach(void) {}

bool index_init(struct index *index)
{
    *index = (struct index){.table = calloc(1, sizeof *index->table)};
    return index->table != NULL;
}

void index_fini(struct index *index)
{
    EXPECT(load_relaxed(&index->table->first) == 0);
    free(index->table);
}

/* --- sections ----------------------------------------------------------------------------------------------------- */

static void section_begin(struct index *index)
{
    depth++;
    fetch_add_acq_rel(&index->table->sections, 1);
}

static void section_end(struct index *index)
{
    fetch_sub_release(&index->table->sections, 1); /* (X4) */
    depth--;
}

static bool is_zero(const void *word) { return load_relaxed((const _Atomic uint32_t *)word) == 0; }

static void wait_for_sections(struct index *index)
{
    while (load_acquire(&index->table->sections) != 0) /* (X3) */
        explore_await(&index->table->sections, is_zero);
}

/* --- the list ----------------------------------------------------------------------------------------------------- */

/* The first link that is not removed behind `from`; unlinks those that are. */
static uintptr_t pass_removed(_Atomic uintptr_t *from)
{
    uintptr_t found = load_acquire(from); /* (X1) */
    while (link_of(found) != NULL) {
        uintptr_t next = load_acquire(&link_of(found)->next); /* (X1) */
        if ((next & GONE) == 0)
            break;
        uintptr_t expected = found & ~GONE;
        if ((found & GONE) == 0)
            cas_acq_rel(from, &expected, next & ~GONE); /* (X2) */
        found = (found & GONE) | (next & ~GONE);
    }
    return found & ~GONE;
}

struct query {
    uint64_t hash;
    index_match match;
    void *context;
};

/* The node that is accepted; else NULL, and *last is where the list ended. */
static struct index_node *search(struct index *index, const struct query *query,
                                 _Atomic uintptr_t **last)
{
    *last = &index->table->first;
    uintptr_t next;
    while ((next = pass_removed(*last)) != 0) {
        struct link *link = link_of(next);
        if (link->hash == query->hash && query->match(node_of(link), query->context))
            return node_of(link);
        *last = &link->next;
    }
    return NULL;
}

bool index_find(struct index *index, uint64_t hash, index_match match, void *context)
{
    const struct query query = {hash, match, context};
    _Atomic uintptr_t *last;
    section_begin(index);
    bool found = search(index, &query, &last) != NULL;
    section_end(index);
    return found;
}

/* The list ends in 0, which a removed last node's link is not. */
bool index_add(struct index *index, struct index_node *node, uint64_t hash, index_match match,
               void *context)
{
    const struct query query = {hash, match, context};
    struct link *link = (struct link *)node;
    _Atomic uintptr_t *last;
    bool added = false, found = false;
    link->hash = hash;
    store_relaxed(&link->next, 0);
    section_begin(index);
    lock_acquire(&index->table->lock);
    while (!added && !found) {
        uintptr_t end = 0;
        found = search(index, &query, &last) != NULL;
        added = !found && cas_acq_rel(last, &end, (uintptr_t)link); /* (X2) */
    }
    lock_release(&index->table->lock);
    section_end(index);
    if (added)
        fetch_add_relaxed(&index->length, 1);
    return added;
}

static bool names(const struct index_node *node, void *item) { return index_item(node) == item; }

static void retire_node(struct index *index, struct index_node *node)
{
    node->next = load_relaxed(&index->retired);
    while (!cas_weak_release(&index->retired, &node->next, node))
        ;
    fetch_add_relaxed(&index->retired_length, 1);
}

void index_remove(struct index *index, uint64_t hash, const void *item)
{
    const struct query query = {hash, names, (void *)(uintptr_t)item};
    _Atomic uintptr_t *last;
    section_begin(index);
    lock_acquire(&index->table->lock);
    struct index_node *node = search(index, &query, &last);
    CHECK(node != NULL, "an item to be removed is not in the index");
    store_relaxed(&node->item, (uintptr_t)item | INDEX_REMOVED);
    fetch_or_release(&((struct link *)node)->next, GONE); /* (X2) */
    (void)search(index, &query, &last);                   /* passes it, and so unlinks it */
    lock_release(&index->table->lock);
    fetch_sub_relaxed(&index->length, 1);
    retire_node(index, node);
    section_end(index);
}

void index_each(struct index *index, void (*visit)(void *item))
{
    uintptr_t next;
    for (_Atomic uintptr_t *from = &index->table->first; (next = pass_removed(from)) != 0;
         from = &link_of(next)->next) {
        void *item = index_item(node_of(link_of(next)));
        if (item != NULL)
            visit(item);
    }
}

struct index_node *index_reclaim(struct index *index, size_t least)
{
    if (load_relaxed(&index->retired_length) < least || depth != 0)
        return NULL;
    struct index_node *nodes = xchg_acquire(&index->retired, NULL);
    if (nodes == NULL)
        return NULL;
    for (const struct index_node *node = nodes; node != NULL; node = node->next)
        fetch_sub_relaxed(&index->retired_length, 1);
    wait_for_sections(index);
    return nodes;
}

void index_fit(struct index *index) { (void)index; }
