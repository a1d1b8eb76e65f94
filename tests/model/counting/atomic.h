/* Headers of the strategies atomic and atomic_locked, for object.h.  The model says which in RC_STRATEGY_HEADER. */
#ifndef TESTS_MODEL_COUNTING_ATOMIC_H
#define TESTS_MODEL_COUNTING_ATOMIC_H

#include "runtimes/rc/rc.h"

struct thread {
    struct rc_thread rc;
};

/* Plainly: nobody else may write it. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint32_t *)(const void *)&header->count == 0;
}

#include "tests/model/counting/object.h"

#endif
