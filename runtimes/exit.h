/*
 * Exit: a thread must not end while it is attached.
 *
 * Its record would stay running for ever: the next stop of the world would wait for it, and under a global lock everybody.
 * What its frames held is lost by then, so it cannot be detached for it either.  So an attached thread has a value under a key
 * of its own, which its end finds: then the program says what to do, and aborts.
 *
 * The end of the process is no such end: main may return attached, and exit may be called.
 */
#ifndef RUNTIMES_EXIT_H
#define RUNTIMES_EXIT_H

struct thread;

/* Once per program, before the first thread attaches and after the last has detached. */
void exit_start(void);
void exit_stop(void);

/* The calling thread is attached from now on, or no more. */
void exit_attached(struct thread *T);
void exit_detached(void);

#endif
