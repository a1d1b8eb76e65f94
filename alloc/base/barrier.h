/*
 * A barrier of two sides, of which one is free: the other pays for both.
 *
 * Idea: two threads each write a word and then read the other's, and at least one of them must see what the other wrote.
 * Both would need a full barrier between the two, on every machine.  Where one side comes by millions of times more often,
 * it has `barrier_light` instead, which only binds the compiler, and the other `barrier_heavy`: as if every thread of the process
 * had done a full barrier at one moment of the call.  So what a thread has written before its moment is visible to what the
 * caller reads afterwards, and what it reads after its moment sees what the caller knew of before.  The system does this by interrupting
 * the processors on which threads of this process run, on ARM as on x86; it costs some microseconds, and
 * where the process has one thread, a system call.
 *
 * Where the system refuses, as some sandboxes and other kernels do, both sides pay: two full barriers, each between a write
 * and a read of its thread, do the same.  This is decided once, before the threads that rely on it are there, so that both sides go by it.
 *
 * Ordering: none that a sanitizer would know of, and none is needed of it: this says which value is read.  What follows from having
 * read it is ordered by the words themselves, with acquire and release.
 * Source: sys_membarrier (M. Desnoyers, Linux 4.14), as liburcu's memb flavour and Folly's asymmetric fences use it.
 */
#ifndef ALLOC_BASE_BARRIER_H
#define ALLOC_BASE_BARRIER_H

#include "alloc/base/atomics.h"

#include <stdbool.h>
#include <stdint.h>

/* Written by barrier_start alone. */
extern bool barrier_refused;

/* While no other thread relies on barriers, before the first of them; again in the child of a fork. */
void barrier_start(void);

/* A processor's full barrier. */
void barrier_full(void);

/* Between a store and a load that is not to come before it. */
static inline void barrier_light(void)
{
    __asm__ volatile("" ::: "memory");
    if (unlikely(barrier_refused))
        barrier_full();
}

void barrier_heavy(void);

/* The heavy ones of this process so far, of all threads.  One in BARRIERS_PER_TIMED is timed, since reading the clock twice takes a
 * tenth of the shortest of them: `ns`, of all, is an estimate. */
enum { BARRIERS_PER_TIMED = 16 };

struct barrier_statistics {
    uint64_t count;
    uint64_t ns;
};

struct barrier_statistics barrier_statistics(void);

#endif
