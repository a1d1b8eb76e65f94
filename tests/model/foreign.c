/*
 * Foreign frees (alloc/heap.h, alloc/parcel.h) and the release of the pools that they empty: two other threads free blocks of an owner
 * that is freeing its own.
 *
 * Real: heap_free, parcels, the senders' lock, the owner's inbox, drain and heap_flush, the arena table and unmapping.
 * Modelled: the owner has two pools of different kinds in one arena; each of the others frees a block of either and flushes, the owner
 * frees one of its own, and takes in what has come until it has no pool left.  With its last pool the arena is unmapped.
 * Abstracted: a taker of a lock spins once before it sleeps.  No late readers (waiting.c): a pool that is released may go at once.
 *
 * Why the orders suffice: a block counts as used until its owner has taken it from the inbox by (M2), which knows all that its
 * sender did before (M1); so the release of its pool, and the unmapping, happen after the sender's last touch of block and
 * descriptor, and nothing a sender does after (M1) concerns them.  The owner word is read relaxed, for the block came from the owner
 * by way of something that orders, and keeps its value, but for the mark, while a block is used.
 *
 * Checked: nobody touches what is unmapped; nothing races; the invariants of heap and pools hold after each flush; in the end
 * no pool, no arena and no byte is left.
 *
 * source alloc/heap.c alloc/pool.c alloc/parcel.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c
 * source alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault pool_is_read_late: the sender asks a pool for something when its block has been sent
 *   alloc/parcel.c: parcel->bytes = 0; -> parcel->bytes = arena_pool(parcel->blocks[0])->bytes;
 * fault block_is_chained_late: the first block's link is written when the chain has been sent
 *   alloc/parcel.c: parcel->owner = NULL; -> parcel->owner = NULL; block_set_next(parcel->blocks[0], 0, NULL);
 * fault sent_is_not_used: blocks count as free when they are collected, so a pool is released whose blocks are on their way
 *   alloc/parcel.c: parcel->bytes += pool->bytes; -> { parcel->bytes += pool->bytes; arena_pool(block)->used--; }
 * fault released_too_early: a pool is taken for empty while one block is used
 *   alloc/heap.c: if (pool->used == 0) -> if (pool->used <= 1)
 * fault flush_does_not_send: what a heap holds of others' blocks stays there
 *   alloc/heap.c: parcel_close(&heap->box); -> ;
 * fault one_block_of_a_chain: the owner takes the inbox and frees its first block only
 *   alloc/heap.c: while (block != NULL) { -> if (block != NULL) {
 * fault send_is_relaxed: (M1) does not release
 *   alloc/parcel.c: cas_weak_release(&owner->inbox -> cas_weak_relaxed(&owner->inbox
 * fault drain_is_relaxed: (M2) does not acquire
 *   alloc/heap.c: xchg_acquire(&heap->inbox -> xchg_relaxed(&heap->inbox
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/heap.h"

enum { BYTES = 512, POOLS = 2, OTHERS = 2 };

static struct heap owner, others[OTHERS];
static void *blocks[OTHERS + 1][POOLS]; /* the last row is the owner's */

static void *take_block(unsigned pool)
{
    return heap_alloc(&owner, pool == 0 ? BLOCK_DATA : BLOCK_OBJECT, 0, BYTES);
}

static void free_block(struct heap *heap, unsigned row, unsigned pool)
{
    heap_free(heap, pool == 0 ? BLOCK_DATA : BLOCK_OBJECT, 0, BYTES, blocks[row][pool]);
}

static void setup(void)
{
    static const char *const names[POOLS] = {"pool A", "pool B"};
    heap_init(&owner);
    for (unsigned i = 0; i < OTHERS; i++)
        heap_init(&others[i]);
    for (unsigned pool = 0; pool < POOLS; pool++) {
        for (unsigned row = 0; row <= OTHERS; row++)
            blocks[row][pool] = take_block(pool);
        struct pool *its = arena_pool(blocks[0][pool]);
        report_name(its, sizeof *its, names[pool]);
    }
    heap_flush(&owner);
}

static bool has_blocks(const void *inbox)
{
    return load_relaxed((const _Atomic(void *) *)inbox) != NULL;
}

static size_t pools_owned(void)
{
    size_t pools = 0;
    for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
        pools += owner.bins[kind][block_class(BYTES)].pools;
    return pools;
}

static void own(void)
{
    free_block(&owner, OTHERS, 0);
    free_block(&owner, OTHERS, 1);
    while (pools_owned() != 0) {
        explore_await(&owner.inbox, has_blocks);
        heap_flush(&owner);
        EXPECT(heap_is_valid(&owner));
    }
}

static void free_both(unsigned row)
{
    free_block(&others[row], row, 0);
    free_block(&others[row], row, 1);
    heap_flush(&others[row]);
}

static void free_first(void) { free_both(0); }
static void free_second(void) { free_both(1); }

static void finish(void)
{
    EXPECT(load_relaxed(&owner.inbox) == NULL);
    EXPECT(arenas.first == NULL);
    EXPECT(machine_mapped_bytes() == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "foreign",
                                       .threads = {"owner", "first", "second"},
                                       .run = {own, free_first, free_second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}}};
    return explore(argc, argv, &model);
}
