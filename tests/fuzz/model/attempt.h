/* Playing scripts in a child process; what is left of it is in `problem`. */
#ifndef TESTS_FUZZ_MODEL_ATTEMPT_H
#define TESTS_FUZZ_MODEL_ATTEMPT_H

#include "tests/fuzz/model/problem.h"

struct attempt_range {
    uint64_t seed; /* of the first script; the next has the next */
    uint64_t steps;
    uint64_t steps_of_script;
    uint64_t seconds; /* then no other script begins; 0: no limit */
};

/* Before the others. */
void attempt_start(void);

/* True if something is wrong: `problem` says what, and with which script. */
bool attempt_given(const struct script *script);
bool attempt_files(
    const char *path); /* one file, or all of a folder; `problem` names the one that failed */
bool attempt_random(const struct attempt_range *range);

/* Makes the script that failed shorter, as long as it fails. */
void attempt_minimize(void);

#endif
