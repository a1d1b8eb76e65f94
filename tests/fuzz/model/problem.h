/*
 * What a fuzzed script has found, told to whoever watches: the script and its operations lie in memory that a parent shares,
 * so that nothing is lost however the process ends.
 */
#ifndef TESTS_FUZZ_MODEL_PROBLEM_H
#define TESTS_FUZZ_MODEL_PROBLEM_H

#include "alloc/base/check.h"
#include "tests/fuzz/model/script.h"

#include <stdbool.h>
#include <stdint.h>

enum { PROBLEM_LINE = 200, PROBLEM_TEXT = 400, PROBLEM_FILE = 256 };

/* How much was done, so that one sees it. */
struct problem_tally {
    uint64_t scripts;
    uint64_t steps;
    uint64_t objects;
    uint64_t finalizers;
    uint64_t callbacks;
    uint64_t collections;
    uint64_t unreachable;
    uint64_t resurrected;
    uint64_t threads;
};

struct problem {
    uint64_t seed;           /* of the script, if it is a random one */
    char file[PROBLEM_FILE]; /* where it was read, if it was */
    struct script script;
    size_t step; /* the one that runs, or ran last */
    char lines[SCRIPT_STEPS_MAX + 1]
              [PROBLEM_LINE]; /* what each step did; the last is the end; empty: nothing */
    char text[PROBLEM_TEXT];  /* what is wrong; empty: nothing, or the process was ended */
    struct problem_tally tally;
};

extern struct problem *problem;

/* A problem ends the process by abort, which libFuzzer notices, instead of an exit status. */
extern bool problem_aborts;

/* What the step that runs does. */
void problem_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Notes what was expected, and ends the process at once. */
_Noreturn void problem_found(const char *file, int line, const char *format, ...)
    __attribute__((format(printf, 3, 4), cold));

/* PROBLEM_UNLESS(condition, "what is expected, printf style", ...) */
#define PROBLEM_UNLESS(condition, ...)                                                             \
    (likely(condition) ? (void)0 : problem_found(__FILE__, __LINE__, __VA_ARGS__))

#endif
