/*
 * Model-based fuzzing, as a part of the command line of refbench-<runtime>-debug.
 *
 * Scripts (script.h) are played on the runtime, with several threads of which one runs at a time, and beside it on a naive
 * model (graph.h); after each step the two are compared (verify.h).  What several threads do at the same moment is not
 * seen here: that is what scenarios and the models of protocols are for.
 *
 * A child process plays, so that whatever ends it, the parent can say which script it was and what its steps did.  A failing
 * script is made shorter on request: steps are left out, halves first, as long as what is left fails.
 * Source: the model is that of property-based testing of stateful programs, J. Hughes, "QuickCheck Testing for Fun and
 * Profit", PADL 2007; leaving out halves: A. Zeller, R. Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
 * TSE 2002.
 */
#ifndef TESTS_FUZZ_MODEL_FUZZ_H
#define TESTS_FUZZ_MODEL_FUZZ_H

#include <stdbool.h>

#define FUZZ_USAGE                                                                                 \
    "  --fuzz=STEPS           play random operations on the runtime and on a model of it\n"        \
    "  --fuzz-file=PATH       play a file of them, four bytes each, or a folder of such files\n"   \
    "  --fuzz-bytes=HEX       play these\n"                                                        \
    "  --fuzz-minimize        leave out of a failing script what it fails without\n"               \
    "  --seed=N --seconds=S   of random operations: where they begin, when they end\n"             \
    "  --json                 tell what came of it in JSON\n"

/* Takes an argument of these; false if it is none.  *status is not 0 if it cannot be served. */
bool fuzz_takes(const char *argument, int *status);

/* Whether an argument has asked for it. */
bool fuzz_is_asked(void);

/* Returns the exit status. */
int fuzz_run(void);

#endif
