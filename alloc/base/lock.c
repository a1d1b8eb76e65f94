/* The sleeping half of lock.h. */
#include "alloc/base/lock.h"

#include "alloc/base/futex.h"

enum {
    SPINS = 40
}; /* as CPython's one-byte lock and WebKit's: longer spins only help with idle cores */

void lock_acquire_slow(struct lock *lock)
{
    for (int i = 0; i < spins(SPINS); i++) {
        uint32_t free = 0;
        if (load_relaxed(&lock->word) == 0 && cas_acquire(&lock->word, &free, 1)) /* (L1) */
            return;
        cpu_relax();
    }
    while (xchg_acquire(&lock->word, 2) != 0) /* (L1) */
        futex_wait(&lock->word, 2);
}

void lock_wake(struct lock *lock) { futex_wake(&lock->word, 1); }
