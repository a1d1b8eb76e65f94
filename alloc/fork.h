/*
 * Fork: a child has the allocator as it was, and one thread.
 *
 * Idea: fork copies the memory of all threads but only the thread that calls it.  A lock that another thread holds at that
 * moment would be held in the child for ever, and what it guards be half changed.  So the forking thread takes every
 * lock of the allocator first, and both sides release them: the same thread's release of its own lock, so that no lock
 * need be made anew.
 *
 * Promised to the child, whatever other threads were doing:
 *   - its thread allocates and frees at once, with its own heaps, large blocks and the general interface, and may
 *     start threads and fork again;
 *   - every block handed out before the fork is there, with its contents, and may be freed, whichever heap it is of;
 *   - heaps of threads that had exited before are adopted as ever;
 *   - arenas and shards satisfy their invariants, and so do heaps that no other thread was using;
 *   - grace periods end: readers of threads that do not exist count as offline.
 *
 * Not promised.  A heap that another thread was using is copied in the middle of whatever it did, and nobody may use it in
 * the child.  Blocks given back to it come as far as its inbox, which changes by one compare-and-swap, and stay there; what it
 * had free is lost, and so is what such a thread was just taking, giving back, holding in parcels, mapping or unmapping.  All
 * this is memory that the child inherited, and does not grow.  But heap_is_valid, heap_flush, heap_trim, the census and the
 * walk may only be asked in the child about heaps that were at rest, the last two only if all were.
 *
 * Nor is the child of a runtime with several attached threads a runtime: the next stop of the world would wait for them, the
 * locks of the collector, the strategies and the threads' registry are not taken, and alloc/base/index.h says what
 * becomes of an index.  With one attached thread, the one that forks, it is; runtime_fork (runtimes/runtime.h) takes care of the
 * rest, with the world stopped.
 *
 * A fork by clone(2) or _Fork(3) runs no handlers; the three below can be called around it.
 *
 * Locks, in the order in which they are taken: the general registry, the arenas', the parcels' senders, the shards' of
 * large blocks by number, the grace periods', in debug builds the ledger's.  The forking thread holds none of them.
 */
#ifndef ALLOC_FORK_H
#define ALLOC_FORK_H

/* Before a fork; installed by pthread_atfork before main, so that other handlers, which run outside of these, may use
 * the allocator. */
void fork_hold(void);

/* After it, in the parent or if there was no fork. */
void fork_resume_parent(void);

/* After it, in the child. */
void fork_resume_child(void);

#endif
