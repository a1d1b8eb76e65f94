/*
 * The machine that a model runs on: atomics, plain accesses, the futex, pages and the exit of threads.
 *
 * It stands for the thread sanitizer's runtime, whose names the compiler calls under -fsanitize=thread, for
 * alloc/base/{os,futex,check}.c, alloc/node.c on a machine of one node, and for what the C library does at a thread's exit.
 *
 * Pages: each os_map takes addresses that have not been used before in this schedule, and what is not mapped is not to be
 * touched, so that every late touch of unmapped memory is found; and to unmap or to
 * discard pages races with a touch of them that does not happen before.  Calls of the system are no steps, except for the futex, which
 * wakes sleepers in the order of their numbers.
 */
#ifndef TESTS_MODEL_EXPLORE_MACHINE_H
#define TESTS_MODEL_EXPLORE_MACHINE_H

#include <stddef.h>

/* Once per program; and at the beginning of each schedule. */
void machine_init(void);
void machine_begin(void);

/* The running thread ends: runs its destructors. */
void machine_exit_thread(void);

/* How many bytes are mapped. */
size_t machine_mapped_bytes(void);

#endif
