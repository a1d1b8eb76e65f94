/* Running the tests of the collector with either way to find garbage. */
#ifndef TESTS_GC_FAKE_BOTH_H
#define TESTS_GC_FAKE_BOTH_H

#include <stdbool.h>

/* Whether full collections use the words in the containers, instead of numbers. */
extern bool fake_in_words;
__attribute__((weak)) bool fake_in_words;

/* Runs a group of tests both ways, the second if the first did not fail; returns whether one did. */
#define FAKE_RUN_BOTH(name, tests)                                                                 \
    ((fake_in_words = false, cmocka_run_group_tests_name(name " by number", tests, NULL, NULL)) || \
     (fake_in_words = true, cmocka_run_group_tests_name(name " in words", tests, NULL, NULL)))

/* How often debug builds look at what a full collection has found. */
static inline unsigned fake_debug_walks(void)
{
    return fake_in_words ? REFBENCH_DEBUG : 2 * REFBENCH_DEBUG;
}

#endif
