/*
 * Atomics with their order in the name.
 *
 * The only way to touch a shared word in this tree.  The order is part of the verb, so that every order stronger than
 * relaxed can be read, numbered and paired with its partner where it is used: `(B1)` with `(B2)`.  There is no fence
 * here on purpose: thread sanitizers misjudge fences, and an acquire load says which word it pairs with.
 *
 * After mimalloc's `atomic.h`, whose verbs these are.
 */
#ifndef ALLOC_BASE_ATOMICS_H
#define ALLOC_BASE_ATOMICS_H

#include <stdatomic.h>

#define load_relaxed(p) atomic_load_explicit((p), memory_order_relaxed)
#define load_acquire(p) atomic_load_explicit((p), memory_order_acquire)
#define store_relaxed(p, v) atomic_store_explicit((p), (v), memory_order_relaxed)
#define store_release(p, v) atomic_store_explicit((p), (v), memory_order_release)
#define xchg_relaxed(p, v) atomic_exchange_explicit((p), (v), memory_order_relaxed)
#define xchg_acquire(p, v) atomic_exchange_explicit((p), (v), memory_order_acquire)
#define xchg_release(p, v) atomic_exchange_explicit((p), (v), memory_order_release)
#define xchg_acq_rel(p, v) atomic_exchange_explicit((p), (v), memory_order_acq_rel)
#define fetch_add_relaxed(p, v) atomic_fetch_add_explicit((p), (v), memory_order_relaxed)
#define fetch_add_release(p, v) atomic_fetch_add_explicit((p), (v), memory_order_release)
#define fetch_add_acq_rel(p, v) atomic_fetch_add_explicit((p), (v), memory_order_acq_rel)
#define fetch_sub_relaxed(p, v) atomic_fetch_sub_explicit((p), (v), memory_order_relaxed)
#define fetch_sub_release(p, v) atomic_fetch_sub_explicit((p), (v), memory_order_release)
#define fetch_sub_acq_rel(p, v) atomic_fetch_sub_explicit((p), (v), memory_order_acq_rel)
#define fetch_or_relaxed(p, v) atomic_fetch_or_explicit((p), (v), memory_order_relaxed)
#define fetch_or_release(p, v) atomic_fetch_or_explicit((p), (v), memory_order_release)
#define fetch_and_relaxed(p, v) atomic_fetch_and_explicit((p), (v), memory_order_relaxed)
#define fetch_and_acquire(p, v) atomic_fetch_and_explicit((p), (v), memory_order_acquire)
#define fetch_and_release(p, v) atomic_fetch_and_explicit((p), (v), memory_order_release)
#define fetch_or_acquire(p, v) atomic_fetch_or_explicit((p), (v), memory_order_acquire)

/* Weak compare-and-swap for retry loops: on failure `*expected` holds what was found, read relaxed unless named. */
#define cas_weak_relaxed(p, expected, v)                                                           \
    atomic_compare_exchange_weak_explicit((p), (expected), (v), memory_order_relaxed,              \
                                          memory_order_relaxed)
#define cas_weak_acquire(p, expected, v)                                                           \
    atomic_compare_exchange_weak_explicit((p), (expected), (v), memory_order_acquire,              \
                                          memory_order_relaxed)
#define cas_weak_release(p, expected, v)                                                           \
    atomic_compare_exchange_weak_explicit((p), (expected), (v), memory_order_release,              \
                                          memory_order_relaxed)
#define cas_weak_acq_rel(p, expected, v)                                                           \
    atomic_compare_exchange_weak_explicit((p), (expected), (v), memory_order_acq_rel,              \
                                          memory_order_acquire)

/* Strong compare-and-swap, for a single try. */
#define cas_acquire(p, expected, v)                                                                \
    atomic_compare_exchange_strong_explicit((p), (expected), (v), memory_order_acquire,            \
                                            memory_order_relaxed)
#define cas_acq_rel(p, expected, v)                                                                \
    atomic_compare_exchange_strong_explicit((p), (expected), (v), memory_order_acq_rel,            \
                                            memory_order_acquire)

/* Tells the core that this is a spin loop. */
static inline void cpu_relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* How often a loop looks before it sleeps: n times, but where schedules are explored, and each look is a step of them. */
#ifdef REFBENCH_SPINS
#define spins(n) ((n) < REFBENCH_SPINS ? (n) : REFBENCH_SPINS)
#else
#define spins(n) (n)
#endif

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)

#endif
