/*
 * Pools that come and go (alloc/arena.h): two heaps take the first pool of an arena and give back its last at the same time.
 *
 * Real: the arena table, its lock, the map of arenas, unmapping, and the heaps above it.
 * Modelled: each thread takes a block, and with it a pool; writes to it, frees it and flushes its heap, which gives the pool back.
 * So arenas are made by both at once, one of them becomes a spare, and the last pool to go takes all arenas with it.
 * Abstracted: a taker of the lock spins once before it sleeps.
 *
 * Why the orders suffice: slots, lists and spares change hands under the arenas' lock only, so (L1) and (L2) order them.
 * What is relaxed outside of it, the map of arenas and the two totals, says nothing of memory: who asks the map has a block, and
 * got it from who set the bit.
 *
 * Checked: an arena with a pool in use is in the map, valid, and not unmapped; slots are one pool's at a time; in the end
 * there is no arena in use, no spare, no byte and no bit of theirs in the map, and as many arenas were returned as were made.
 *
 * source alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c alloc/parcel.c
 * source alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault second_spare_is_lost: who makes an arena does not look whether somebody else has
 *   alloc/arena.c: struct arena *second = shelf->spare; -> struct arena *second = NULL;
 * fault spare_outlives_the_last: the last arena goes alone
 *   alloc/arena.c: arena->next = take_spares_locked(); -> arena->next = NULL;
 * fault unmapped_with_a_pool: an arena is taken for unused when one of its pools goes
 *   alloc/arena.c: if (arena->free != all_slots) { -> if (false) {
 * fault spare_is_put_unlocked: an arena becomes the spare after the lock is released
 *   alloc/arena.c: shelf->spare = arena; -> { lock_release(&arenas.lock); shelf->spare = arena; lock_acquire(&arenas.lock); }
 * fault slot_is_put_unlocked: a pool becomes a free slot before the lock is taken
 *   alloc/arena.c: bool over_budget = false; -> bool over_budget = false; arena_of(pool)->free |= slot_bit(pool);
 * fault bit_stays: an arena is unmapped and remains in the map
 *   alloc/arena.c: arena_map_clear(arena); -> ;
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/heap.h"

enum { BYTES = 512, THREADS = 2 };

static struct heap heaps[THREADS];
static unsigned *blocks[THREADS];

static void setup(void)
{
    for (unsigned i = 0; i < THREADS; i++)
        heap_init(&heaps[i]);
}

static void take_and_release(unsigned thread)
{
    struct heap *heap = &heaps[thread];
    unsigned *block = blocks[thread] = heap_alloc(heap, BLOCK_DATA, 0, BYTES);
    EXPECT(block != NULL && arena_is_mapped(block));
    EXPECT(pool_owner(arena_pool(block)) == heap && pool_is_valid(arena_pool(block)));
    block[1] = thread;
    EXPECT(block[1] == thread);
    heap_free(heap, BLOCK_DATA, 0, BYTES, block);
    heap_flush(heap);
}

static void first(void) { take_and_release(0); }
static void second(void) { take_and_release(1); }

static void finish(void)
{
    EXPECT(arenas.first == NULL && arenas.shelves[0].spare == NULL);
    EXPECT(arenas.shelves[0].some_free == 0);
    EXPECT(load_relaxed(&arenas.made) == load_relaxed(&arenas.returned));
    EXPECT(machine_mapped_bytes() == 0);
    for (unsigned i = 0; i < THREADS; i++)
        EXPECT(!arena_is_mapped(blocks[i]));
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "release",
                                       .threads = {"first", "second"},
                                       .run = {first, second},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{1, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
