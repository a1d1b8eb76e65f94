/*
 * The strategy hazard whole, for models, with what it needs from above.
 *
 * Abstracted: the memory of lists is the machine's; a thread that is asked for a safepoint comes to one when the model lets it.
 */
#ifndef TESTS_MODEL_COUNTING_HAZARD_H
#define TESTS_MODEL_COUNTING_HAZARD_H

#define RC_STRATEGY_HEADER "runtimes/rc/hazard.h"

#include "runtimes/rc/rc.h"

struct thread {
    struct rc_thread rc;
};

/* Plainly: nobody else may write it. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint32_t *)(const void *)&header->word == 0;
}

#include "tests/model/counting/object.h"

void rc_died_together(struct thread *T, struct rc_header *const *objects, size_t count)
{
    for (size_t i = 0; i < count; i++)
        rc_died(T, objects[i]);
}

void rc_ask(struct rc_thread *other) { (void)other; }

#include "runtimes/rc/hazard.c"

#endif
