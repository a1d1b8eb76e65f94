/*
 * The strategy biased whole, for models, with what it needs from above.
 *
 * Abstracted: the memory of a queue's items is a table of its thread's record, and used once; a thread that is asked for
 * a safepoint comes to one when the model lets it.
 */
#ifndef TESTS_MODEL_COUNTING_BIASED_H
#define TESTS_MODEL_COUNTING_BIASED_H

#define RC_STRATEGY_HEADER "runtimes/rc/biased.h"

#include "runtimes/rc/rc.h"

enum { TABLES = 3, ITEMS = 4 };

struct thread {
    struct rc_thread rc;
    unsigned tables; /* in use, or used */
    struct rc_header *items[TABLES][ITEMS];
};

/* Plainly: nobody else may write it. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint64_t *)(const void *)&header->owned == 0 &&
           *(const uint32_t *)(const void *)&header->shared == 0;
}

#include "tests/model/counting/object.h"

/* Under the queue's lock: memory for a queue that has none. */
static void *model_items(struct biased_queue *queue)
{
    struct thread *T =
        (struct thread *)(void *)((char *)queue - offsetof(struct biased_thread, queue));
    unsigned table = T->tables++;
    EXPECT(queue->items == NULL && table < TABLES);
    return T->items[table];
}

void rc_ask(struct rc_thread *other) { (void)other; }

#include "runtimes/rc/biased.c"
#include "runtimes/rc/biased_count.c"

#endif
