/*
 * The strategy refcache whole, for models, with what it needs from above: threads that come to safepoints, as thread.c has it.
 *
 * Abstracted: a cache of two ways; lists of a few objects.
 */
#ifndef TESTS_MODEL_COUNTING_REFCACHE_H
#define TESTS_MODEL_COUNTING_REFCACHE_H

#define RC_STRATEGY_HEADER "runtimes/rc/refcache.h"

#include "alloc/base/grace.h"
#include "runtimes/rc/rc.h"

enum { REQUEST_STRATEGY = 1, REQUEST_GRACE = 2 };

struct thread {
    struct rc_thread rc;
    _Atomic uint32_t request;
    struct grace_reader reader;
};

/* Plainly: nobody else may write it. */
static inline bool header_is_zero(const struct rc_header *header)
{
    return *(const uint64_t *)(const void *)&header->word == 0;
}

#include "tests/model/counting/object.h"

/* (N5), read by (N6). */
void rc_ask(struct rc_thread *other)
{
    fetch_or_release(&((struct thread *)other)->request, REQUEST_STRATEGY);
}

#include "runtimes/rc/refcache.c"

static inline void attach(struct thread *T)
{
    rc_attach(T);
    T->reader.request = &T->request;
    T->reader.request_bit = REQUEST_GRACE;
    grace_online(&T->reader);
}

static inline void stop_at_safepoint(struct thread *T)
{
    const uint32_t requests = xchg_acquire(&T->request, 0); /* (N6) */
    rc_before_pause(T);
    if ((requests & REQUEST_GRACE) != 0)
        grace_quiescent(&T->reader);
    if ((requests & REQUEST_STRATEGY) != 0)
        (void)rc_on_safepoint(T);
}

static inline void poll(struct thread *T)
{
    if (load_relaxed(&T->request) != 0)
        stop_at_safepoint(T);
}

/* Comes to a safepoint when it is asked for one. */
static inline void await_request(struct thread *T)
{
    explore_await(&T->request, is_set);
    stop_at_safepoint(T);
}

/* The thread is done: as in thread_detach. */
static inline void leave(struct thread *T)
{
    rc_before_pause(T);
    rc_detach(T);
    grace_offline(&T->reader);
}

/* Ends what is left, alone. */
static inline void settle_all(struct thread *T)
{
    attach(T);
    for (unsigned i = 0; i < 6; i++) {
        rc_flush(T);
        poll(T);
    }
    leave(T);
}

#endif
