/*
 * The general-purpose interface: malloc's shape, for whoever knows neither a heap nor, when giving a block back, its size.
 *
 * Idea: every thread has a heap of its own, found through a thread-local word.  A block's size follows from its pool, and
 * whether it has a pool from the arena map (alloc/arena_map.h); a large block says so itself.  All blocks are of kind DATA.
 *
 * Life of a heap: made, or adopted from a thread that has gone, when a thread first asks for a block; when the thread
 * exits, it is flushed and left, whole, for the next one.  Blocks that the dead thread made stay where they are: others
 * may use and free them at any time.  What they send to an *orphan*, a heap that nobody has, comes back when a thread that
 * adopted it needs blocks, or when anybody flushes.  So there are never more heaps than there were threads at once.
 *
 * A destructor of thread-local data that asks for a block after the thread's heap was left gets one again, which is left in the
 * next round of destructors.  But the system runs only so many rounds (PTHREAD_DESTRUCTOR_ITERATIONS; 4 with glibc): a heap
 * that a thread gets in the last one, after it was to be left, is lost.  Its blocks may be used and freed like any others, but
 * nobody adopts or flushes it, so what comes back to it stays there.
 *
 * Lock: the registry's guards the list of orphans and the key of threads' exit.  A flush of the orphans holds it, so those of
 * the arenas, parcels, large blocks and grace periods nest inside.
 * Thread-safety: everything here may be called by any thread at any time, also in destructors of thread-local data.
 */
#ifndef ALLOC_GENERAL_H
#define ALLOC_GENERAL_H

#include "alloc/heap.h"

#include <stddef.h>

/* A block of at least `size` bytes (0 counts as 1), aligned to 16; NULL if there is no memory. */
void *general_alloc(size_t size);

/* Gives back a block of general_alloc, by whatever thread; NULL is nothing. */
void general_free(void *block);

/* How many bytes of it may be used: what was asked for, rounded up. */
size_t general_usable(const void *block);

/* The calling thread's heap, for heap_alloc and heap_free; NULL if there is no memory for one. */
struct heap *general_heap(void);

/* Gives back what the calling thread's heap and those that nobody has have no use for (heap_flush). */
void general_flush(void);

/* Around a fork (alloc/fork.h): keeps the registry as it is. */
void general_hold(void);
void general_resume(void);

#endif
