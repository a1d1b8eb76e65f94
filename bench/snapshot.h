/*
 * Snapshots of the allocator while workloads run: what lies in every pool at one moment, a line of JSON each.
 *
 * A thread of its own takes one every so often while a trial lasts, and whenever the process gets SIGUSR1; whoever runs the
 * trial takes one at the end of the timed part, when its objects are still there.  Each stops the world, counts
 * (alloc/census.h), and starts the world; the line is written afterwards by a thread at rest, which delays nobody.
 *
 * What it does to what it looks at: the thread is attached, so a team may have one thread less than RC_MAX_THREADS; each stop
 * is a pause; and a stop ends a grace period, so less memory waits than without.  Without snapshots there is no thread, no
 * lock and no test but that for NULL at the end of a trial.
 *
 * The line, refbench.alloc_snapshot/1
 *   runtime, pid, number          of which program; the how manieth of the process, from 1
 *   reason                        time, end (of a timed part) or signal
 *   trial, trial_number           its name and the how manieth it is, from 1; "" and 0 if none runs
 *   at_ns, stopped_ns             since the program began to take any; how long the world stood still
 *   threads                       attached, without the one that takes snapshots
 *   arena_bytes, pool_bytes, header_bytes     sizes; an arena begins with its header
 *   live_bytes, committed_bytes, resident_bytes, waiting_bytes, fragmentation     as in alloc/census.h
 *   rss_bytes                     of the whole process, what is no part of the allocator too
 *   collections                   of each generation so far, the youngest first
 *   arenas                        {mapped, spare, made, returned}: the last two ever
 *   large                         {data, object, container: blocks in use; bytes; waiting, waiting_bytes}
 *   classes                       [{kind, bytes, live, free, remote, absent, uncarved, full, partial, empty, waiting}]
 *   pools                         [[arena, slot, bytes, kind, state, live, free, remote, absent, uncarved, heap]] in address order:
 *                                 kind and state as numbers in the order above, heap from 1, 0 while the pool waits
 *
 * Lock: `writing` guards the file and what is told of writing; who takes it is at rest.
 */
#ifndef BENCH_SNAPSHOT_H
#define BENCH_SNAPSHOT_H

#include "runtimes/thread.h"

#include <stdbool.h>

struct snapshots;

/* Whether the file can be written to. */
bool snapshot_check(const char *path);

/* From now on SIGUSR1 asks for a snapshot; and one is taken every `every_ms` of a trial, unless that is 0.  T is the caller's
 * record; no other thread may have been started.  NULL if there is no memory or the file cannot be written to. */
struct snapshots *snapshot_create(struct thread *T, const char *path, unsigned every_ms);

/* The trial of that name begins; and ends, whether or not snapshot_take_last was called. */
void snapshot_trial_begin(struct snapshots *snapshots, const char *name);
void snapshot_trial_end(struct snapshots *snapshots);

/* Takes the last one of the trial. */
void snapshot_take_last(struct thread *T, struct snapshots *snapshots);

/* Ends the thread and closes the file; SIGUSR1 does nothing from now on.  False if a snapshot could not be kept. */
bool snapshot_destroy(struct thread *T, struct snapshots *snapshots);

#endif
