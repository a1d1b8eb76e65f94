/*
 * Inventory: all threads stand still, and what the allocator knows must be what is in slots and pockets.
 *
 *   walk     every container there is seen exactly once, and no other; those made since the last promotion are seen already
 *            by a walk of the young
 *   guard    nobody wrote to a free block, or beyond the end of one in use (debug builds)
 *   census   as many blocks of each kind in use; of tables that were retired it counts those that are not freed yet
 */
#ifndef TESTS_EXCHANGE_INVENTORY_H
#define TESTS_EXCHANGE_INVENTORY_H

#include "alloc/census.h"
#include "alloc/guard.h"
#include "alloc/walk.h"
#include "tests/exchange/exchange.h"

/* --- what there is ------------------------------------------------------------------------------------------------- */

static inline void for_each_item(struct exchange *x, void (*visit)(struct item p, void *context),
                                 void *context)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (load_relaxed(&x->slots[i]) != 0)
            visit(item_unpack(load_relaxed(&x->slots[i])), context);
    for (unsigned seat = 0; seat < SEATS; seat++)
        for (unsigned i = 0; i < POCKET; i++)
            if (x->seats[seat].pocket[i] != 0)
                visit(item_unpack(x->seats[seat].pocket[i]), context);
}

struct stock {
    size_t live[BLOCK_KINDS];
    size_t young; /* containers made since the last promotion */
};

static inline void count_item(struct item p, void *stock)
{
    struct stock *s = stock;
    s->live[way_kinds[p.way]]++;
    s->young += p.way == WAY_CONTAINER && (*collector_word(p.block) & MARK_OLD) == 0;
}

/* --- what the walk finds -------------------------------------------------------------------------------------------- */

static inline void count_young(void *block, void *found)
{
    *(size_t *)found += (*collector_word(block) & MARK_OLD) == 0;
}

static inline void mark_seen(void *block, void *found)
{
    CHECK((*collector_word(block) & MARK_SEEN) == 0, "the walk sees the container %p twice", block);
    *collector_word(block) |= MARK_SEEN;
    *(size_t *)found += 1;
}

static inline void expect_seen(struct item p, void *context)
{
    (void)context;
    if (p.way != WAY_CONTAINER)
        return;
    CHECK((*collector_word(p.block) & MARK_SEEN) != 0, "the walk does not see the container %p",
          (void *)p.block);
    *collector_word(p.block) ^= MARK_SEEN;
}

static inline void mark_old(struct item p, void *context)
{
    (void)context;
    if (p.way == WAY_CONTAINER)
        *collector_word(p.block) |= MARK_OLD;
}

static inline void check_walk(struct exchange *x, const struct stock *stock)
{
    size_t young = 0;
    size_t all = 0;
    walk_containers(WALK_YOUNG, COLLECTOR, count_young, &young);
    CHECK(young == stock->young, "of %zu young containers the walk finds %zu", stock->young, young);
    walk_containers(WALK_ALL, COLLECTOR, mark_seen, &all);
    CHECK(all == stock->live[BLOCK_CONTAINER], "of %zu containers the walk finds %zu",
          stock->live[BLOCK_CONTAINER], all);
    for_each_item(x, expect_seen, NULL);
}

static inline void promote(struct exchange *x)
{
    for_each_item(x, mark_old, NULL);
    walk_promoted(x->inventories % 4 == 0 ? WALK_MIDDLE : WALK_YOUNG);
}

/* --- what the census counts ----------------------------------------------------------------------------------------- */

static inline void check_census(const struct exchange *x, const struct stock *stock)
{
    struct heap_census census = heap_census();
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++) {
        bool may_be_more = kind == BLOCK_DATA && x->late_readers;
        CHECK(census.live[kind] == stock->live[kind] ||
                  (may_be_more && census.live[kind] > stock->live[kind]),
              "the census counts %zu blocks of kind %u, but %zu are in use", census.live[kind],
              kind, stock->live[kind]);
    }
}

/* All other threads at seats must stand still. */
static inline void take_inventory(struct exchange *x)
{
    struct stock stock = {0};
    for_each_item(x, count_item, &stock);
    check_walk(x, &stock);
    if (REFBENCH_DEBUG)
        guard_check_all();
    check_census(x, &stock);
    x->inventories++;
    if (x->inventories % 2 == 0)
        promote(x);
}

#endif
