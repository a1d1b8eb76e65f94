/*
 * The record of a thread in this program: its state in CPython, while it does not hold the global lock.
 *
 * Bodies of micro benchmarks (bench/micro.h) are called with the lock held and give it back so.  Failures of CPython leave
 * an exception set; who returns false or NULL leaves it so, and the lane prints it.
 */
#ifndef PEERS_CPYTHON_THREAD_H
#define PEERS_CPYTHON_THREAD_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>

struct thread {
    PyThreadState *state;
};

/* Gives up the global lock and takes it back. */
static inline void thread_block(struct thread *T) { T->state = PyEval_SaveThread(); }
static inline void thread_unblock(struct thread *T) { PyEval_RestoreThread(T->state); }

#endif
