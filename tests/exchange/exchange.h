/*
 * The world of the exchange: what threads share, and the places at which they work.
 *
 *   slots    words that all threads exchange items with; nobody but a late reader loads one
 *   seat     one of the places at which threads work: a thread lives for a random number of operations, then exits, and
 *            another one takes the seat and, with it, the pocket
 *   pocket   the items that a seat keeps for itself; they outlive their maker
 *
 * Ordering: (E1) every exchange of a slot is release and acquire: who takes an item out sees what its maker wrote, and so
 * does (E2) a late reader, which loads with acquire.
 *
 * Every MEET_EVERY operations of its seat a thread waits for the others: so they keep pace on few cores too, and what one made
 * another takes.  Every INVENTORY_EVERY operations it is checked, with all of them standing still, that the allocator knows
 * exactly what is in slots and pockets (tests/exchange/inventory.h).
 */
#ifndef TESTS_EXCHANGE_EXCHANGE_H
#define TESTS_EXCHANGE_EXCHANGE_H

#include "tests/exchange/item.h"

#include <pthread.h>

enum {
    SEATS = 10, /* more heaps than a heap has parcels (alloc/parcel.h) */
    SLOTS = 1024,
    POCKET = 1024,
    LONGEST_LIFE_LOG = 16, /* half of all threads do less than 256 operations */
    MEET_EVERY = 500,
    INVENTORY_EVERY = 20 * MEET_EVERY,
    PHASE = 8192, /* operations of a seat after which it prefers another size */
};

/* How often in so many operations. */
enum { SEND_EVERY = 1024, FLUSH_EVERY = 4096, EMPTY_EVERY = 8192, TRIM_EVERY = 16384 };

struct tally {
    uint64_t operations;
    uint64_t made;    /* items */
    uint64_t threads; /* that had the seat */
    uint64_t looked;  /* at items that may be gone */
};

struct exchange;

struct seat {
    struct exchange *exchange;
    uint64_t random;
    uint64_t left; /* operations to do */
    uint64_t pocket[POCKET];
    struct tally tally;
};

struct exchange {
    _Atomic uint64_t slots[SLOTS];
    _Atomic(struct heap *) heaps[SEATS]; /* that threads were seen to have */
    uint64_t seed;
    uint64_t operations;
    bool late_readers;
    uint64_t inventories;
    pthread_barrier_t all; /* threads at a seat */
    struct seat seats[SEATS];
};

/* xorshift64* (S. Vigna, 2014). */
static inline uint32_t pick(struct seat *seat, uint32_t below)
{
    seat->random ^= seat->random >> 12;
    seat->random ^= seat->random << 25;
    seat->random ^= seat->random >> 27;
    return mix_below(seat->random * UINT64_C(0x2545f4914f6cdd1d), below);
}

/* Mostly of few sizes, so that many blocks of a pool are in use, and of other ones later, so that pools become empty. */
static inline size_t pick_size(struct seat *seat)
{
    uint64_t phase = seat->left / PHASE;
    switch (pick(seat, 16)) {
    case 0:
        return 1 + pick(seat, LARGEST);
    case 1:
    case 2:
    case 3:
        return 1 + pick(seat, BLOCK_MAX);
    default:
        return 1 + (phase * 88 + pick(seat, 24)) % (BLOCK_MAX + 64);
    }
}

static inline uint64_t make_item(struct seat *seat)
{
    enum item_way way = pick(seat, seat->exchange->late_readers ? WAYS : WAY_TABLE);
    size_t size = pick_size(seat);
    seat->tally.made++;
    return item_make(way, size, seat->exchange->seed);
}

static inline void end_item(struct seat *seat, uint64_t item)
{
    item_end(item, seat->exchange->seed);
}

/* Puts the item, or none, into any slot; returns what was there. */
static inline uint64_t put_into_slot(struct seat *seat, uint64_t item)
{
    return xchg_acq_rel(&seat->exchange->slots[pick(seat, SLOTS)], item); /* (E1) */
}

static inline uint64_t *any_pocket(struct seat *seat) { return &seat->pocket[pick(seat, POCKET)]; }

#endif
