/*
 * The explorer: runs a small concurrent program, a *model*, in every schedule, and under the memory model of C11.
 *
 * Idea: the model's threads are coroutines (coroutine.h) that run real code.  That code is compiled with the instrumentation
 * of the thread sanitizer, but linked with a machine of our own (machine.c): every atomic operation comes to us with its
 * address, its values and its memory order, and every plain access with its address, so no line of the code under test is
 * changed for it.  Before each atomic operation, and where a futex sleeps or wakes, the explorer decides who goes on: these are
 * the *steps*.  A search depth first goes through all decisions, by running the model again from its beginning for each.
 *
 * Searches, one after the other, so that the first failing schedule has few switches and can be read:
 *   bounded     at most so many *preemptions*, switches away from a thread that could go on (Musuvathi and Qadeer, PLDI 2007)
 *   complete    without that bound; schedules that only exchange steps which commute are seen once (sleep sets, Godefroid,
 *               1996), which is sound as plain accesses do not race
 * In each, a bounded number of loads returns an older value where C11 allows it (visible.h); with none, the search sees
 * sequential consistency.
 *
 * Beside these, random schedules (pct.h), for programs that are too large to see all of.
 *
 * A schedule fails when it breaks an expectation or a CHECK, races (races.h), touches memory that is not mapped, comes to a
 * point where nobody can go on, or does not end.  A loop that waits for another thread must say so: explore_await.
 *
 * Why an engine of our own.  Relacy (Debian's relacy-dev) models C++11 memory, but its atomics are C++ classes: the code under
 * test would be written anew, and could not be the C that is measured.  Spin knows sequential consistency only, and a
 * model in Promela is a second text that can be right where the code is wrong.  GenMC reads LLVM code and has C11's whole memory
 * model, more than is seen here (visible.h), but bounds every loop, runs no system calls or inline assembler, and is not made for a
 * runtime with a collector; it checks the small models besides, where it is installed (tests/model/run).  CHESS and Coyote, loom and
 * shuttle are this idea for .NET and Rust.  What is borrowed: the compiler's own instrumentation, so that whatever gcc compiles can
 * be explored as it is.
 *
 * Rule: setup, finish and conditions run alone: what they do is no step.
 */
#ifndef TESTS_MODEL_EXPLORE_H
#define TESTS_MODEL_EXPLORE_H

#include "tests/model/explore/coroutine.h"
#include "tests/model/explore/op.h"
#include "tests/model/explore/report.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { EXPLORE_ALL = 255, EXPLORE_BOUNDS = 4 };

/* How far a search goes. */
struct bound {
    unsigned preemptions; /* EXPLORE_ALL: it is complete */
    unsigned old_reads;   /* in one schedule */
};

struct model {
    const char *name;
    const char *threads[COROUTINES];     /* their names; as many as there are */
    void (*run[COROUTINES])(void);       /* what each does */
    void (*setup)(void);                 /* before they begin; may be NULL */
    void (*finish)(void);                /* when they have ended: what must hold then */
    struct bound bounds[EXPLORE_BOUNDS]; /* of the searches, after one with {0, 0} */
};

/* The model's main function (command.c).
 *   --replay=SCHEDULE   only that one; prints its steps
 *   --bound=P,R         only the search with that bound (P may be "all")
 * Prints how many schedules there were, and of which bounds. */
int explore(int argc, char **argv, const struct model *model);

/* One search of a model.  Returns how many schedules there were; the program's variables are as they were. */
uint64_t explore_search(const struct model *model, struct bound bound);

/* --- for programs with searches of their own ---------------------------------------------------------------------- */

/* The searches that follow are of this model, and begin with the program's variables as they are now. */
void explore_prepare(const struct model *model);

/* What all searches so far have seen. */
struct explored {
    uint64_t schedules, steps;
};
struct explored explore_so_far(void);

/* All schedules within the bound, unless `enough` says between two of them that it is; NULL never does.  Whether these were
 * all. */
bool explore_within(struct bound bound, bool (*enough)(void));

/* One random schedule (pct.h). */
void explore_at_random(uint64_t seed);

/* The schedule that a report has told. */
void explore_again(const char *schedule);

/* P,R or all,R. */
bool explore_read_bound(const char *text, struct bound *bound);

/* The time, which is not the machine's. */
double explore_seconds(void);

/* --- for models --------------------------------------------------------------------------------------------------- */

/* Goes on when `ready` says so of an atomic object; what it reads is the newest value, and orders nothing. */
void explore_await(void *object, bool (*ready)(const void *object));

/* What must hold in every schedule.  Looking is no step, and no race. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        unsigned self_ = explore_look();                                                           \
        bool holds_ = (condition);                                                                 \
        explore_look_away(self_);                                                                  \
        if (!holds_)                                                                               \
            report_failure("%s:%d: expected %s", strrchr(__FILE__, '/') + 1, __LINE__,             \
                           #condition);                                                            \
    } while (0)

/* From here on nothing that the running thread does counts; until it counts again. */
unsigned explore_look(void);
void explore_look_away(unsigned thread);

/* --- for the machine ---------------------------------------------------------------------------------------------- */

/* Whether the threads run; and which one. */
bool explore_is_running(void);
unsigned explore_thread(void);

/* One step.  Returns what the operation has read. */
uint64_t explore_step(const struct op *op);

/* Whether the step that the thread has just taken was a sleep that nobody ended. */
bool explore_timed_out(void);

/* Goes on when another thread has taken a step, or none can. */
void explore_yield(const void *place);

/* The machine's clock: one step takes a millisecond, and while nobody can go on it advances to the next deadline. */
uint64_t explore_clock_ns(void);

#endif
