/*
 * Seats: the threads of a script, real ones, that run one at a time.
 *
 * Seat 0 is the thread that plays the script.  The others attach when it is their turn for the first time, rest while it is
 * somebody else's (thread_block), and detach when the script says so, to attach again as another thread of the runtime, with
 * another record or the same.
 */
#ifndef TESTS_FUZZ_MODEL_SEAT_H
#define TESTS_FUZZ_MODEL_SEAT_H

#include "tests/fuzz/model/verb.h"

/* Before the first step, by the thread of seat 0. */
void seats_start(void);

/* Does the step in its seat. */
void seats_play(struct turn *own, const struct step *step);

/* All seats but 0 are left and their threads gone. */
void seats_stop(struct thread *T);

#endif
