/*
 * The runtime as a whole: start, stop, and what is left over.
 */
#ifndef RUNTIMES_RUNTIME_H
#define RUNTIMES_RUNTIME_H

#include "runtimes/thread.h"

/* What is still alive; all zeros after a clean runtime_stop. */
struct runtime_census {
    size_t objects; /* live OBJECT and CONTAINER blocks, immortals outside heaps not counted */
    size_t blocks;  /* live blocks of every kind, large ones included */
    size_t pools;
    size_t arenas;
    size_t threads;
};

/* Starts the runtime and attaches the calling thread.  NULL if there is no memory. */
struct thread *runtime_start(void);

/* Applies everything deferred by any thread, until nothing is.  All other threads must be blocked or gone. */
void runtime_settle(struct thread *T);

struct runtime_census runtime_census(void);

/* fork(2), as a runtime wants it: with the world stopped and no collection but T's own running, so that T may go on in the child, whatever
 * the other attached threads were doing: it makes and ends objects, collects, and stops the runtime.  What their frames held in
 * the parent stays alive in the child; if there were any, the child attaches and starts no threads (alloc/base/index.h).  T
 * holds no lock.  It may be called by a collection, as finalizers and callbacks are: that goes on in both. */
pid_t runtime_fork(struct thread *T);

/* Collects garbage, detaches the calling thread (the last one) and returns what is left. */
struct runtime_census runtime_stop(struct thread *T);

#endif
