/*
 * The strategy deferred whole, with its batches and grace periods, for models.
 *
 * Abstracted: a batch is short; what a thread's safepoint does is here, since runtimes/thread.c is not.
 */
#ifndef TESTS_MODEL_COUNTING_DEFERRED_H
#define TESTS_MODEL_COUNTING_DEFERRED_H

#define RC_STRATEGY_HEADER "runtimes/rc/deferred.h"

#include "alloc/base/grace.c"
#include "runtimes/rc/deferral.c"
#include "runtimes/rc/rc.h"

struct thread {
    struct rc_thread rc;
    _Atomic uint32_t request;
    struct grace_reader reader;
};

/* Plainly: nobody else may write it. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint32_t *)(const void *)&header->count == 0;
}

#include "tests/model/counting/object.h"

enum { GRACE = 1, ASKED = 2 };

void rc_ask(struct rc_thread *other)
{
    fetch_or_release(&((struct thread *)other)->request, ASKED);
}

void rc_ask_after(struct rc_thread *other, uint64_t ticket)
{
    grace_tell(&((struct thread *)other)->reader, ticket);
}

/* Nobody takes memory here. */
void rc_await_period(struct thread *T, uint64_t ticket)
{
    (void)T, (void)ticket;
    EXPECT(false);
}

#include "runtimes/rc/deferred.c"

static inline rc_ref make_leaf(struct thread *T, struct object *object)
{
    store_relaxed(&object->is_free, 0);
    rc_ref ref = rc_init_leaf(T, &object->header);
    object->contents = ALIVE;
    return ref;
}

static inline void attach(struct thread *T)
{
    rc_attach(T);
    T->reader.request = &T->request;
    T->reader.request_bit = GRACE;
    T->reader.told_bit = ASKED;
    grace_online(&T->reader);
}

static inline void safepoint(struct thread *T)
{
    if (load_relaxed(&T->request) == 0)
        return;
    uint32_t requests = xchg_acquire(&T->request, 0);
    rc_before_pause(T);
    if ((requests & GRACE) != 0) {
        grace_quiescent(&T->reader);
        requests |= fetch_and_acquire(&T->request, ~(uint32_t)ASKED);
    }
    if ((requests & ASKED) != 0)
        (void)rc_on_safepoint(T);
}

/* The thread ends no more, and delays nobody. */
static inline void rest(struct thread *T)
{
    rc_before_pause(T);
    grace_offline(&T->reader);
}

/* In finish: what it has deferred goes to the others, or ends. */
static inline void detach(struct thread *T) { rc_detach(T); }

static uint64_t awaited; /* by one thread of a model */

static inline bool may_be_ripe(const void *completed)
{
    return load_relaxed((const _Atomic uint64_t *)completed) >= awaited;
}

/* Ends all that the thread has deferred, when the others have come by. */
static inline void end_all(struct thread *T)
{
    rc_flush(T);
    while (T->rc.deferral.sealed.first != NULL) {
        safepoint(T);
        awaited = T->rc.deferral.sealed.last->ticket;
        while (!grace_is_over(awaited))
            explore_await(&grace.completed, may_be_ripe);
        rc_flush(T);
    }
}

#endif
