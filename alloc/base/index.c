/* The index of index.h, on liburcu's table. */
#include "alloc/base/index.h"

#include "alloc/base/check.h"
#include "alloc/base/happens_before.h"
#include "alloc/base/refusal.h"

#include <stdlib.h>

#include <urcu/urcu-memb.h>

#include <urcu/rculfhash.h>

enum { BUCKETS_LEAST = 256 };

_Static_assert(sizeof(struct cds_lfht_node) <= sizeof(((struct index_node *)NULL)->chain) &&
                   offsetof(struct index_node, chain) == 0,
               "a node begins with liburcu's");

/* What a section says to whoever waits for its end, in words that the thread sanitizer understands. */
static char sections_ended;

void index_attach(void) { urcu_memb_register_thread(); }
void index_detach(void) { urcu_memb_unregister_thread(); }

static void section_begin(void) { urcu_memb_read_lock(); }

static void section_end(void)
{
    happens_before(&sections_ended);
    urcu_memb_read_unlock();
}

static bool is_in_section(void) { return urcu_memb_read_ongoing() != 0; }

static void wait_for_sections(void)
{
    urcu_memb_synchronize_rcu();
    happens_after(&sections_ended);
}

/* Whether there is memory for so many more buckets, which liburcu takes by one calloc. */
static bool is_memory(size_t buckets)
{
    void *volatile probe = refusal_is_due() ? NULL : malloc(buckets * sizeof(struct cds_lfht_node));
    free(probe);
    return probe != NULL;
}

bool index_init(struct index *index)
{
    *index = (struct index){.buckets = BUCKETS_LEAST};
    if (is_memory(BUCKETS_LEAST))
        index->table =
            cds_lfht_new_flavor(BUCKETS_LEAST, BUCKETS_LEAST, 0, 0, &urcu_memb_flavor, NULL);
    return index->table != NULL;
}

void index_fini(struct index *index)
{
    ASSERT(load_relaxed(&index->length) == 0 && load_relaxed(&index->retired) == NULL);
    int error = cds_lfht_destroy(index->table, NULL);
    CHECK(error == 0, "cds_lfht_destroy: %d", error);
}

/* --- finding and adding ------------------------------------------------------------------------------------------- */

struct query {
    index_match match;
    void *context;
};

static int query_accepts(struct cds_lfht_node *node, const void *key)
{
    const struct query *query = key;
    return query->match((const struct index_node *)node, query->context);
}

bool index_find(struct index *index, uint64_t hash, index_match match, void *context)
{
    const struct query query = {match, context};
    struct cds_lfht_iter iter;
    section_begin();
    cds_lfht_lookup(index->table, hash, query_accepts, &query, &iter);
    section_end();
    return cds_lfht_iter_get_node(&iter) != NULL;
}

bool index_add(struct index *index, struct index_node *node, uint64_t hash, index_match match,
               void *context)
{
    const struct query query = {match, context};
    struct cds_lfht_node *chain = (struct cds_lfht_node *)node;
    section_begin();
    bool added = cds_lfht_add_unique(index->table, hash, query_accepts, &query, chain) == chain;
    section_end();
    if (added)
        fetch_add_relaxed(&index->length, 1);
    return added;
}

/* --- removing ----------------------------------------------------------------------------------------------------- */

static int node_names(struct cds_lfht_node *node, const void *item)
{
    return index_item((const struct index_node *)node) == item;
}

static void retire_node(struct index *index, struct index_node *node)
{
    node->next = load_relaxed(&index->retired);
    while (!cas_weak_release(&index->retired, &node->next, node)) /* (I5) */
        ;
    fetch_add_relaxed(&index->retired_length, 1);
}

void index_remove(struct index *index, uint64_t hash, const void *item)
{
    struct cds_lfht_iter iter;
    section_begin();
    cds_lfht_lookup(index->table, hash, node_names, item, &iter);
    struct index_node *node = (struct index_node *)cds_lfht_iter_get_node(&iter);
    CHECK(node != NULL, "an item to be removed is not in the index");
    store_relaxed(&node->item, (uintptr_t)item | INDEX_REMOVED); /* (I3) */
    int error = cds_lfht_del(index->table, (struct cds_lfht_node *)node);
    CHECK(error == 0, "cds_lfht_del: %d", error);
    fetch_sub_relaxed(&index->length, 1);
    retire_node(index, node);
    section_end();
}

void index_each(struct index *index, void (*visit)(void *item))
{
    struct cds_lfht_iter iter;
    section_begin();
    for (cds_lfht_first(index->table, &iter); cds_lfht_iter_get_node(&iter) != NULL;
         cds_lfht_next(index->table, &iter))
        visit(index_item((struct index_node *)cds_lfht_iter_get_node(&iter)));
    section_end();
}

static size_t list_length(const struct index_node *node)
{
    size_t length = 0;
    for (; node != NULL; node = node->next)
        length++;
    return length;
}

/* The length may be behind the list for a moment, and then passes below zero. */
struct index_node *index_reclaim(struct index *index, size_t least)
{
    if (likely(load_relaxed(&index->retired_length) < least) || is_in_section())
        return NULL;
    struct index_node *nodes = xchg_acquire(&index->retired, NULL); /* (I6) */
    if (nodes == NULL)
        return NULL;
    fetch_sub_relaxed(&index->retired_length, list_length(nodes));
    wait_for_sections();
    return nodes;
}

/* --- resizing ----------------------------------------------------------------------------------------------------- */

/* One to four buckets for each item, beyond the least. */
static size_t fitting_buckets(const struct index *index)
{
    const size_t length = load_relaxed(&index->length);
    const size_t buckets = load_relaxed(&index->buckets);
    if (length > buckets)
        return buckets * 2;
    return length < buckets / 4 && buckets > BUCKETS_LEAST ? buckets / 2 : buckets;
}

/* The flag is a lock that nobody waits for: (I7) taken with acquire, (I8) given back with release. */
void index_fit(struct index *index)
{
    if (likely(fitting_buckets(index) == load_relaxed(&index->buckets)) || is_in_section() ||
        xchg_acquire(&index->resizing, true)) /* (I7) */
        return;
    const size_t buckets = fitting_buckets(index);
    const size_t before = load_relaxed(&index->buckets);
    if (buckets < before || (buckets > before && is_memory(buckets - before))) {
        cds_lfht_resize(index->table, buckets);
        store_relaxed(&index->buckets, buckets);
    }
    store_release(&index->resizing, false); /* (I8) */
}
