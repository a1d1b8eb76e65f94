/*
 * The machine that a model runs on: atomics, plain accesses, the futex, pages and the exit of threads.
 *
 * It stands for the thread sanitizer's runtime, whose names the compiler calls under -fsanitize=thread (memory.c), for
 * alloc/base/{os,barrier,futex,check}.c and alloc/node.c on a machine of one node (machine.c), for the C library's malloc (blocks.c), and for
 * its mutexes, conditions, clock, yielding and thread-specific values with their end at a thread's exit (pthreads.c).
 *
 * What the C library does inside of itself is not concerned; nor is what a program does while no schedule runs.
 *
 * Pages: each os_map takes addresses that have not been used before in this schedule, and what is not mapped is not to be
 * touched, so that every late touch of unmapped memory is found; and to unmap or to
 * discard pages races with a touch of them that does not happen before.  Calls of the system are no steps, except for the futex, which
 * wakes sleepers in the order of their numbers.
 */
#ifndef TESTS_MODEL_EXPLORE_MACHINE_H
#define TESTS_MODEL_EXPLORE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* Once per program; and at the beginning of each schedule. */
void machine_init(void);
void machine_begin(void);

/* The schedule has ended: until the next one begins, the C library's own names do what they always do. */
void machine_end(void);

/* Whether a schedule runs, its setup and finish included. */
bool machine_is_on(void);

/* Who runs: a thread or COROUTINE_MAIN. */
unsigned machine_self(void);

/* The running thread ends: runs its destructors. */
void machine_exit_thread(void);

/* pthreads.c: at the beginning of each schedule. */
void pthreads_init(void);
void pthreads_begin(void);

/* blocks.c: the same. */
void blocks_init(void);

/* Whether the machine maps that page, or has mapped it. */
bool machine_has(const void *address);

/* How many bytes are mapped. */
size_t machine_mapped_bytes(void);

#endif
