/*
 * Pools that wait for a grace period (alloc/arena.h, alloc/base/grace.h): an empty pool of objects, and a reader that looks at
 * one without a lock.
 *
 * Real: heap, arena table, grace periods with their lock, and unmapping.
 * Modelled: `reader` finds an object through a word and reads its header without anybody knowing; it does so three times, and in
 * between passes a quiescent state, and goes offline and online again.  `writer` unlinks the object and frees it, which empties
 * its pool, takes a pool of data at once, and asks for a grace period; once that is over it reclaims, and takes another pool of data,
 * which gets the slot.  One more pool keeps the arena mapped until the end.
 * Abstracted: a taker of a lock spins once before it sleeps; the reader's safepoint is its quiescent state; the writer
 * looks whether the period is over when it may be.
 *
 * Why the orders suffice: the reader's accesses come before it takes the grace lock to pay its debt, the last debt completes the period,
 * (G1) releases that, and (G2), which finds it completed, acquires it before the pool becomes a free slot.  A reader that
 * comes online later finds the word empty, for it took the grace lock after the writer had, with the ticket; of one that
 * was online before, the period waits.
 *
 * Checked: the header that the reader reads is the object's or zero, never what the slot holds later; its reading does not race with
 * what is done to the slot; the writer does get the slot; in the end no pool waits and no byte is left.
 *
 * source alloc/heap.c alloc/pool.c alloc/arena.c alloc/recent.c alloc/arena_map.c alloc/trim.c alloc/block.c alloc/parcel.c
 * source alloc/retire.c alloc/quarantine.c alloc/guard.c alloc/waiting.c alloc/limit.c alloc/large.c
 * source alloc/failure.c alloc/base/lock.c
 * abstract alloc/base/lock.c: SPINS = 40 -> SPINS = 1
 *
 * fault nothing_waits: an empty pool of objects is a free slot at once
 *   alloc/waiting.h: return waiting_readers && kind != BLOCK_DATA; -> return false;
 * fault ticket_of_the_running_period: the pool waits for a period that may have begun before
 *   alloc/base/grace.c: begun_locked() + 1; -> begun_locked();
 * fault completed_is_relaxed: who finds the period over does not know what readers have read
 *   alloc/base/grace.c: load_acquire(&grace.completed) -> load_relaxed(&grace.completed)
 * fault debt_is_forgotten: the beginning period asks nobody
 *   alloc/base/grace.c: reader->owes = true; -> reader->owes = false;
 */
#include "tests/model/explore/explore.h"
#include "tests/model/explore/machine.h"

#include "alloc/base/grace.c"
#include "alloc/heap.h"
#include "alloc/waiting.h"

enum { BYTES = 512, LINK = 8, ALIVE = 1, DATA = 2 };

static struct heap heap;
static struct grace_reader reader;
static _Atomic uint32_t request;
static void *object, *anchor;
static _Atomic(void *) found_at; /* where readers find the object */

static _Atomic uint64_t *header_of(void *block) { return block; }

static void setup(void)
{
    heap_set_late_readers(true);
    heap_init(&heap);
    object = heap_alloc(&heap, BLOCK_OBJECT, LINK, BYTES);
    anchor = heap_alloc(&heap, BLOCK_DATA, 0, BYTES / 2);
    heap_flush(&heap);
    store_relaxed(header_of(object), ALIVE);
    store_relaxed(&found_at, object);
    reader.request = &request;
    reader.request_bit = 1;
    grace_online(&reader);
    report_name(object, BYTES, "object");
}

static void look(void)
{
    void *block = load_acquire(&found_at);
    if (block == NULL)
        return;
    uint64_t header = load_relaxed(header_of(block));
    EXPECT(header == ALIVE || header == 0);
}

static void read_thrice(void)
{
    look();
    grace_quiescent(&reader);
    look();
    grace_offline(&reader);
    grace_online(&reader);
    look();
    grace_offline(&reader);
}

static uint64_t ticket;

static bool may_be_over(const void *completed)
{
    return load_relaxed((const _Atomic uint64_t *)completed) >= ticket;
}

static void *take_data(size_t size)
{
    uint64_t *block = heap_alloc(&heap, BLOCK_DATA, 0, size);
    EXPECT(block != NULL);
    *block = DATA;
    return block;
}

static void replace(void)
{
    store_relaxed(&found_at, NULL);
    store_relaxed(header_of(object), 0);
    heap_free(&heap, BLOCK_OBJECT, LINK, BYTES, object);
    void *early = take_data(BYTES);
    ticket = grace_ticket();
    grace_request(ticket);
    while (!grace_is_over(ticket))
        explore_await(&grace.completed, may_be_over);
    heap_reclaim();
    void *late = take_data(BYTES / 4);
    EXPECT(arena_pool(late) == arena_pool(object));
    heap_free(&heap, BLOCK_DATA, 0, BYTES, early);
    heap_free(&heap, BLOCK_DATA, 0, BYTES / 4, late);
}

static void finish(void)
{
    EXPECT(waiting_is_empty());
    EXPECT(grace_is_valid());
    heap_free(&heap, BLOCK_DATA, 0, BYTES / 2, anchor);
    heap_flush(&heap);
    EXPECT(machine_mapped_bytes() == 0);
}

int main(int argc, char **argv)
{
    static const struct model model = {.name = "waiting",
                                       .threads = {"reader", "writer"},
                                       .run = {read_thrice, replace},
                                       .setup = setup,
                                       .finish = finish,
                                       .bounds = {{2, 1}, {3, 0}}};
    return explore(argc, argv, &model);
}
