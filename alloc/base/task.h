/*
 * A thread as the kernel sees it: for a line that says why it does not come.
 *
 * Everything is read from /proc and from the thread's stack while it runs or sleeps, so it may be out of date, and what the
 * system does not tell is left out.
 */
#ifndef ALLOC_BASE_TASK_H
#define ALLOC_BASE_TASK_H

#include <stddef.h>
#include <sys/types.h>

/* The calling thread's number. */
pid_t task_self(void);

/* Writes what is known of a thread of this process into `text`, one line without its end, shortened if need be: name, state,
 * system call, where the kernel has it wait, and the first addresses of the program on its stack. */
void task_describe(pid_t task, size_t size, char *text);

#endif
