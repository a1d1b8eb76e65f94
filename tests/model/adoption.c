/*
 * Thread exit and adoption (alloc/general.h): a heap that its thread leaves, while others free its blocks and a new thread comes.
 *
 * Real: all of general.c, with everything below it; the machine runs the key's destructor when a thread ends.
 * Modelled: `goer` makes two blocks, hands one over, frees the other and ends; `other`, which never has a heap, frees what it
 * was handed, before, during or after that exit; `comer` begins at any time, adopts what has been left by then, or makes a heap of
 * its own, uses two blocks and ends.
 * Abstracted: a taker of a lock spins once before it sleeps.
 *
 * Why the orders suffice: what the goer did to its heap and pools it did before it released the registry, and whoever finds
 * the heap there has acquired it later; so plain accesses pass from owner to owner.  Who frees a block of a heap does not care
 * whether the heap has a thread: the owner word stays as it is, and (M1) and (M2) order it with the adopter as they would
 * with the goer.
 *
 * Checked: blocks in use are distinct and keep their contents; nothing races or touches what is unmapped; a heap has one
 * thread at most; when all have ended, nobody's heap keeps a pool except for what came back after its last flush, and after
 * another flush no arena is left, and no more heaps than there were threads with one.
 *
 * source alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c alloc/parcel.c
 * source alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/grace.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault exit_without_flush: a thread leaves its heap as it is
 *   alloc/general.c: heap_flush(&heap->heap); -> ;
 * fault left_before_it_is_flushed: the heap can be adopted while the exit still works on it
 *   alloc/general.c: orphans = heap; -> { orphans = heap; lock_release(&registry); heap_flush(&heap->heap); lock_acquire(&registry); }
 * fault registry_is_unlocked: who leaves and who adopts take no lock
 *   alloc/general.c: lock_acquire(&registry); -> lock_acquire(&(struct lock)LOCK_INIT);
 *   alloc/general.c: lock_release(&registry); -> lock_release(&(struct lock)LOCK_INIT);
 * fault adopted_heap_stays_orphan: the adopter does not take the heap out of the registry
 *   alloc/general.c: orphans = heap->next; -> heap->next = NULL;
 * fault registry_release_is_relaxed: the adopter does not learn what the goer did
 *   alloc/base/lock.h: memory_order_release) == 2 -> memory_order_relaxed) == 2
 * fault exit_drains_without_acquire: the exit takes the inbox without what their givers did
 *   alloc/heap.c: xchg_acquire(&heap->inbox -> xchg_relaxed(&heap->inbox
 * fault exit_does_not_drain: what lies in the inbox at the flush stays there
 *   alloc/heap.c: if (load_relaxed(&heap->inbox) == NULL) -> if (load_relaxed(&heap->inbox) != NULL)
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/general.c"

enum { BYTES = 512, MOST_HEAPS = 2 };

static _Atomic(uint64_t *) message;

static uint64_t *make(uint64_t mark)
{
    uint64_t *block = general_alloc(BYTES);
    EXPECT(block != NULL);
    block[BYTES / sizeof *block - 1] = mark;
    return block;
}

static void check_and_free(uint64_t *block, uint64_t mark)
{
    EXPECT(block[BYTES / sizeof *block - 1] == mark);
    general_free(block);
}

static void go(void)
{
    uint64_t *mine = make(1);
    store_release(&message, make(2)); /* read by other */
    check_and_free(mine, 1);
}

static bool has_come(const void *word)
{
    return load_relaxed((const _Atomic(uint64_t *) *)word) != NULL;
}

static void free_message(void)
{
    uint64_t *block;
    while ((block = load_acquire(&message)) == NULL) /* written by go */
        explore_await(&message, has_come);
    check_and_free(block, 2);
}

static void come(void)
{
    uint64_t *first = make(3);
    uint64_t *second = make(4);
    check_and_free(first, 3);
    check_and_free(second, 4);
}

static size_t pools_of(const struct heap *heap)
{
    size_t pools = 0;
    for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++)
        pools += heap->bins[BLOCK_DATA][size_class].pools;
    return pools;
}

static void finish(void)
{
    size_t heaps = 0;
    for (struct thread_heap *heap = orphans; heap != NULL; heap = heap->next, heaps++) {
        EXPECT(heaps < MOST_HEAPS);
        EXPECT(heap_is_valid(&heap->heap));
        EXPECT(load_relaxed(&heap->heap.inbox) != NULL || pools_of(&heap->heap) == 0);
        heap_flush(&heap->heap);
        EXPECT(pools_of(&heap->heap) == 0);
    }
    EXPECT(arenas.first == NULL);
    EXPECT(machine_mapped_bytes() == heaps * mapped_bytes());
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "adoption",
                                       .threads = {"goer", "other", "comer"},
                                       .run = {go, free_message, come},
                                       .finish = finish,
                                       .bounds = {{1, 1}, {2, 0}}};
    return explore(argc, argv, &model);
}
