/* One script from the start of a runtime to its end. */
#ifndef TESTS_FUZZ_MODEL_RUN_H
#define TESTS_FUZZ_MODEL_RUN_H

/* Plays the script of `problem`; does not return if something is wrong. */
void run_script(void);

#endif
