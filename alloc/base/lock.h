/*
 * A lock in one 32-bit word, for sections of a few dozen instructions.
 *
 * Idea: 0 free, 1 held, 2 held and somebody sleeps.  A taker spins briefly, then sleeps on the word (futex).
 * Ordering: (L1) taking is an acquire that reads what (L2) the release of the previous holder wrote.
 * Invariant: the word is 0 exactly when nobody holds the lock.
 * Source: U. Drepper, "Futexes Are Tricky", 2011, mutex 2.
 *
 * Rule: a holder never polls a safepoint, blocks, allocates a container, or releases a reference.  So a holder always
 * runs to its release, and waiting for a lock never delays a stop of the world by more than one short section.
 */
#ifndef ALLOC_BASE_LOCK_H
#define ALLOC_BASE_LOCK_H

#include "alloc/base/atomics.h"

#include <stdint.h>

struct lock {
    _Atomic uint32_t word;
};

#define LOCK_INIT                                                                                  \
    {                                                                                              \
        0                                                                                          \
    }

void lock_acquire_slow(struct lock *lock);
void lock_wake(struct lock *lock);

static inline void lock_acquire(struct lock *lock)
{
    uint32_t free = 0;
    if (unlikely(!cas_acquire(&lock->word, &free, 1))) /* (L1) */
        lock_acquire_slow(lock);
}

static inline void lock_release(struct lock *lock)
{
    if (unlikely(atomic_exchange_explicit(&lock->word, 0, memory_order_release) == 2)) /* (L2) */
        lock_wake(lock);
}

#endif
