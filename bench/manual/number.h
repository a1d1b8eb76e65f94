/*
 * Numbers in boxes, as int objects are: those from -5 to 256 are shared and nobody's, every other one is a block of its own.
 *
 * A box has one owner: the field that it is in.  A shared one may be in many.
 */
#ifndef MANUAL_NUMBER_H
#define MANUAL_NUMBER_H

#include "bench/manual/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number {
    int64_t value;
};

enum { NUMBER_SHARED_MIN = -5, NUMBER_SHARED_MAX = 256 };

extern struct number number_shared[NUMBER_SHARED_MAX - NUMBER_SHARED_MIN + 1];

/* Makes the shared ones, before any other. */
void number_start(void);

static inline bool number_is_shared(int64_t value)
{
    return value >= NUMBER_SHARED_MIN && value <= NUMBER_SHARED_MAX;
}

/* NULL if there is no memory, which there is for a shared one. */
static inline struct number *number_new(int64_t value)
{
    if (number_is_shared(value))
        return &number_shared[value - NUMBER_SHARED_MIN];
    struct number *number = memory_alloc(sizeof(*number));
    if (number != NULL)
        number->value = value;
    return number;
}

static inline void number_free(struct number *number)
{
    if (number != NULL && !number_is_shared(number->value))
        memory_free(number);
}

/* Puts another box into a field, as numbers are immutable.  False, and the field as it was, if there is no memory. */
static inline bool number_set(struct number **field, int64_t value)
{
    struct number *number = number_new(value);
    if (number == NULL)
        return false;
    number_free(*field);
    *field = number;
    return true;
}

#endif
