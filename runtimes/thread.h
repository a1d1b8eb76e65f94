/*
 * Threads: attach, detach, block, safepoint, and stopping the world.
 *
 * A thread that touches objects is *attached* and has a record `T`, passed to every function as its first argument.
 * Records outlive their threads: a new thread takes over a gone one's record whole, with its heap.
 *
 *   running    touches objects; polls thread_safepoint at every loop back-edge, function entry and container allocation
 *   at rest    does not: not yet entered, blocked in a system call, parked at a safepoint, waiting for the global lock
 *
 * One word holds both that (THREAD_RUNNING) and whether the world is stopped (THREAD_STOPPED), so the stopper's and the
 * thread's steps fall in one order and none is missed:
 *
 *   stop    sets STOPPED in every other record; those that were RUNNING are asked by their request word and awaited
 *   rest    clears RUNNING; if STOPPED was set, the stopper awaits one thread less
 *   run     sets RUNNING only where neither is set; else sleeps until the world starts
 *   start   clears STOPPED, wakes
 *
 * To park is to rest and to run again: one mechanism for stops, blocking calls and the hand-over of a global lock.  Under
 * a global lock every other thread is at rest (it waits for the lock before it runs), so a stop costs nothing there.
 *
 * Ordering: (T1) acquire of `run` with (T2) release of `start`: what the stopper did is visible.
 *           (T3) release of `rest` with (T4) acquire of `stop` or of the awaited counter: what the thread did is visible.
 *           (T5) release of a request to stop, or of the strategy's, with (T6) acquire of the safepoint that takes it: why it
 *           was asked is visible, or a thread might take the request, find its state as it was and run on while it is
 *           awaited.  A grace period's request is relaxed (alloc/base/grace.h); being a read-modify-write it carries (T5) on.
 * Locks: `stopping` (who may stop the world, held until it starts) > `registry` (records; short) > locks of lower floors.
 * Source: stop-the-world of free-threaded CPython (PEP 703).
 */
#ifndef RUNTIMES_THREAD_H
#define RUNTIMES_THREAD_H

#include "alloc/base/atomics.h"
#include "alloc/base/grace.h"
#include "alloc/heap.h"
#include "gc/gc.h"
#include "runtimes/rc/rc.h"

#include <sys/types.h>

/* Why a thread should leave its fast path at its next safepoint. */
enum thread_request {
    THREAD_STOP = 1U << 0,     /* the world is to be stopped */
    THREAD_STRATEGY = 1U << 1, /* rc_ask, rc_ask_after */
    THREAD_GRACE = 1U << 2,    /* a grace period has begun, or memory was taken */
};

enum thread_state {
    THREAD_RUNNING = 1U << 0,
    THREAD_STOPPED = 1U << 1,
    THREAD_ASLEEP = 1U << 2, /* someone sleeps on the word */
};

struct gc_head;
struct weakref_obj;

struct thread {
    struct rc_thread rc; /* first: rc_self */
    _Atomic uint32_t request;
    _Atomic uint32_t state;
    struct gc_thread gc;
    struct gc_head
        *dying; /* containers whose last reference is gone, linked through their collector's word */
    struct weakref_obj *callbacks; /* weak references that are due to be called back */
    struct grace_reader reader;
    struct thread *next;  /* all records ever made; guarded by `registry` */
    _Atomic pid_t task;   /* the thread's number for the system; written inside `registry` */
    bool making_room;     /* it settles or collects for an allocation further up the stack */
    bool destroying;      /* the dying are being worked off further up the stack */
    bool gone;            /* its thread has exited; free to be taken over; guarded by `registry` */
    struct heap own_heap; /* used through thread_heap */
};

/* Used by every thread where one runs at a time. */
extern struct heap thread_serial_heap;

static inline struct heap *thread_heap(struct thread *T)
{
    return RC_SERIAL ? &thread_serial_heap : &T->own_heap;
}

/* The calling thread begins to run object code; returns its record, NULL if there is no memory or there are already
 * RC_MAX_THREADS.  Waits while the world is stopped. */
struct thread *thread_attach(void);

/* The calling thread ends: everything it deferred is applied, everything it owes is handed on.  A thread that exits without
 * this aborts the program (exit.h). */
void thread_detach(struct thread *T);

/* Around anything that may wait: between the two the thread touches no object and delays no stop. */
void thread_block(struct thread *T);
void thread_unblock(struct thread *T);

void thread_safepoint_slow(struct thread *T);

/* The poll. */
static inline void thread_safepoint(struct thread *T)
{
    if (unlikely(load_relaxed(&T->request) != 0))
        thread_safepoint_slow(T);
}

/* Stops all other threads at their safepoints; while somebody else stops the world it waits, at rest, for its turn.  T is
 * attached and holds no lock.  Not to be nested. */
void world_stop(struct thread *T);

/* Lets them run again, after completing a grace period: a stopped world has no readers. */
void world_start(struct thread *T);

/* Calls `visit` for every record whose thread is attached (running or at rest).  The world must be stopped. */
void world_each_thread(void (*visit)(struct thread *thread, void *context), void *context);

/* How many threads are attached now. */
unsigned world_threads(void);

/* Takes in what was freed into heaps of gone threads, so that their memory returns.  The world must be stopped. */
void world_flush_gone_heaps(void);

/* fork(2) with the world stopped, so that the child can stop its own: T is its only thread.  runtime_fork says what that
 * means; no collection of another thread runs. */
pid_t world_fork(struct thread *T);

/* Once per program: before the first attach; and after the last detach, when the records are freed. */
void world_init(void);
void world_fini(void);

#endif
