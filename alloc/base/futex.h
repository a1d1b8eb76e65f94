/*
 * Sleep until a word changes (Linux futex, private to the process).
 *
 * futex_wait returns at once if the word is not `expected`, else when woken, when `timeout_ns` has passed, or without
 * a reason: callers look at the word again.  Neither call orders memory.
 */
#ifndef ALLOC_BASE_FUTEX_H
#define ALLOC_BASE_FUTEX_H

#include <stdbool.h>
#include <stdint.h>

void futex_wait(_Atomic uint32_t *word, uint32_t expected);

/* As futex_wait, at most `timeout_ns` nanoseconds.  False if the time ran out. */
bool futex_wait_for(_Atomic uint32_t *word, uint32_t expected, uint64_t timeout_ns);

/* Wakes at most `count` sleepers. */
void futex_wake(_Atomic uint32_t *word, int count);

#endif
