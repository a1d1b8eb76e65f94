/*
 * The inbox of a heap (alloc/parcel.h), the one word that threads share to give blocks back: two others send chains while the
 * owner takes what has come.
 *
 * Real: parcels, chains, the owner's drain, its pools and their validators.
 * Modelled: one of the others sends a parcel of two blocks and then a single block, the other a parcel of two; each block has its
 * number written into it.  The owner takes the inbox whenever there is something in it, until it has had all.  One more block of the
 * pool stays in use, so that the pool does (of pools that go: foreign.c).  The others' boxes count as senders from the beginning, so
 * that the senders' lock plays no part.
 *
 * Why the orders suffice: (M1) releases, so what the sender wrote into the blocks, links above all, happens before (M2), which
 * acquires; all pushes after the first are read-modify-writes of the same word and so part of the first one's release
 * sequence, hence (M2) knows what each of them released.  The link from a chain's last block to the head before is a value that the
 * compare-and-swap confirms; nobody but the owner follows it.  In the other direction nothing passes: a sender never reads
 * what the owner has written since the block was handed out.
 *
 * Checked: every block comes back once and with its contents; the invariant of the pool holds after each taking; nothing races.
 *
 * source alloc/heap.c alloc/pool.c alloc/parcel.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c
 * source alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 *
 * fault take_in_two_steps: the owner reads the word, then clears it
 *   alloc/heap.c: xchg_acquire(&heap->inbox, NULL) -> load_acquire(&heap->inbox); store_relaxed(&heap->inbox, NULL)
 * fault send_is_relaxed: a chain is published before its links are
 *   alloc/parcel.c: cas_weak_release(&owner->inbox -> cas_weak_relaxed(&owner->inbox
 * fault take_is_relaxed: the owner reads links that it does not know yet
 *   alloc/heap.c: xchg_acquire(&heap->inbox -> xchg_relaxed(&heap->inbox
 * fault link_is_not_renewed: the last block's link is written once, though another chain may come between
 *   alloc/parcel.c: block_set_next(last, link, head); -> ;
 *   alloc/parcel.c: (&owner->inbox); -> (&owner->inbox); block_set_next(last, link, head);
 * fault next_is_read_late: the owner frees a block before it reads where the next one is
 *   alloc/heap.c: void *next = block_next(block, pool->link); -> void *next;
 *   alloc/heap.c: count++; -> count++; next = block_next(block, pool->link);
 * fault head_is_sent_again: a chain is pushed whatever the word is by then
 *   alloc/parcel.c: while (!cas_weak_release(&owner->inbox, &head, first)); -> while (xchg_acq_rel(&owner->inbox, first) == first);
 */
#include "tests/model/explore/explore.h"

#include "alloc/heap.h"

enum { BLOCKS = 5, BYTES = 512, OTHERS = 2 };

static struct heap owner;
static struct parcel_box boxes[OTHERS];
static struct pool *pool;
static void *blocks[BLOCKS];

static uint64_t *number_in(void *block) { return (uint64_t *)(void *)((char *)block + BYTES - 8); }

static void setup(void)
{
    static const char *const names[BLOCKS] = {"block 0", "block 1", "block 2", "block 3",
                                              "block 4"};
    heap_init(&owner);
    for (unsigned i = 0; i < OTHERS; i++)
        boxes[i].is_sender = true;
    for (unsigned i = 0; i < BLOCKS; i++) {
        blocks[i] = heap_alloc(&owner, BLOCK_DATA, 0, BYTES);
        report_name(blocks[i], BYTES, names[i]);
    }
    pool = arena_pool(heap_alloc(&owner, BLOCK_DATA, 0, BYTES));
    report_name(pool, sizeof *pool, "pool");
    heap_flush(&owner);
}

static void collect(unsigned other, unsigned i)
{
    *number_in(blocks[i]) = i;
    parcel_add(&boxes[other], pool, blocks[i]);
}

static void send_parcel_and_block(void)
{
    collect(0, 0);
    collect(0, 1);
    parcel_send_all(&boxes[0]);
    *number_in(blocks[2]) = 2;
    parcel_send_one(pool, blocks[2]);
}

static void send_parcel(void)
{
    collect(1, 3);
    collect(1, 4);
    parcel_send_all(&boxes[1]);
}

static bool has_blocks(const void *inbox)
{
    return load_relaxed((const _Atomic(void *) *)inbox) != NULL;
}

static void take(void)
{
    const unsigned in_use = pool->used;
    while (pool->used > in_use - BLOCKS) {
        explore_await(&owner.inbox, has_blocks);
        heap_flush(&owner);
        EXPECT(heap_is_valid(&owner));
    }
}

static void finish(void)
{
    unsigned found = 0;
    for (void *block = pool->free; block != NULL; block = block_next(block, 0))
        for (unsigned i = 0; i < BLOCKS; i++)
            found |= block == blocks[i] && *number_in(block) == i ? 1U << i : 0;
    EXPECT(found == (1U << BLOCKS) - 1);
    EXPECT(load_relaxed(&owner.inbox) == NULL);
    EXPECT(load_relaxed(&heap_foreign_frees) == BLOCKS);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "inbox",
                                       .threads = {"owner", "first", "second"},
                                       .run = {take, send_parcel_and_block, send_parcel},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {EXPLORE_ALL, 1}}};
    return explore(argc, argv, &model);
}
