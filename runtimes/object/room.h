/*
 * Room: what is done about an allocation that found the heap's limit reached (alloc/limit.h).
 *
 * An attempt settles what is dead and waiting, of all threads; if that gives back little, it makes a full collection and
 * settles again, unless the collector is disabled.  Then the allocation is tried once more.  It may fail again although there was
 * something: another thread had it.  So a thread goes on for as long as anybody gives anything back, and gives up when
 * ROOM_ATTEMPTS attempts in a row saw none of: a pool or a large block that became free, a container that was collected, a
 * finalizer that ran.
 *
 * Why that is the end.  Each attempt stops the world, at least twice, so between two of them every thread has come by a safepoint,
 * and what it had dropped by then was settled.  If three in a row saw nothing, then no thread dropped a pool's worth in
 * between, and what is left is live, or lies in holes that this allocation cannot use.  It may be that another thread
 * would have dropped something later: then both together need more than the limit.
 *
 * Nobody waits for a lock of somebody who waits for room: an attempt polls safepoints and may run whatever a collection runs, so
 * it is made where a safepoint would be, never inside rc_lock or a lock of the index.  Who grows a table lets go of its lock,
 * makes room, and begins anew.  While another thread collects, an attempt waits for that, at rest, and counts as one that saw
 * something.  Within a death or a collection of the same thread, where finalizers run, an attempt does not settle, or not
 * collect: what goes on further up the stack is in the middle of that.
 *
 * With a limit, any function that may allocate polls a safepoint when memory is short; without one, nothing here is ever done.
 *
 * Invariant: `making_room` of a thread is set only while it settles or collects for room.
 */
#ifndef RUNTIMES_OBJECT_ROOM_H
#define RUNTIMES_OBJECT_ROOM_H

#include "alloc/block.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

enum { ROOM_ATTEMPTS = 3 };

/* Of one allocation, zero at first. */
struct room {
    unsigned in_vain; /* attempts in a row that saw nothing given back */
};

/* An allocation has just failed.  True: something was tried, try again; false: give up.  `T` holds no lock. */
bool room_make(struct thread *T, struct room *room) __attribute__((cold));

/* The block that heap_alloc had no memory for, after making room; NULL if there is none even so. */
void *room_alloc(struct thread *T, enum block_kind kind, size_t link, size_t size)
    __attribute__((cold));

/* Since the program began. */
struct room_statistics {
    uint64_t attempts;
    uint64_t collections; /* full ones, for room */
    uint64_t given_up;    /* allocations that failed after all */
};
struct room_statistics room_statistics(void);

#endif
