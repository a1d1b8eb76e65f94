/*
 * The strategy biased_deferred whole, for models, with what it needs from above: threads that come to safepoints, and objects
 * with one slot each.
 *
 * Abstracted: batches lie in a table and are used once; the memory of a queue's items likewise.
 */
#ifndef TESTS_MODEL_COUNTING_BIASED_DEFERRED_H
#define TESTS_MODEL_COUNTING_BIASED_DEFERRED_H

#include "tests/model/explore/explore.h"

#include "alloc/base/grace.h"
#include "runtimes/rc/rc.h"

enum { BATCHES = 12, ITEMS = 4, REQUEST_GRACE = 1, REQUEST_STRATEGY = 2 };
enum { NOT_MADE, ALIVE, DEAD };

struct thread {
    struct rc_thread rc;
    _Atomic uint32_t request;
    struct grace_reader reader;
    unsigned tables; /* of queues; in use, or used */
    struct rc_header *items[BATCHES][ITEMS];
};

struct object {
    struct rc_header header;
    uint32_t contents; /* plain: a use that the death does not come after is a race */
    rc_slot slot;
};

static inline struct object *object_of(struct rc_header *header) { return (struct object *)header; }

/* Headers are read as if nobody else could touch them: whoever ends an object must know all that was written there. */
void rc_died(struct thread *T, struct rc_header *header)
{
    struct object *object = object_of(header);
    bool is_zero = *(const uint64_t *)(const void *)&header->owned == 0 &&
                   *(const uint32_t *)(const void *)&header->shared == 0;
    EXPECT(is_zero);
    uint32_t contents = object->contents;
    EXPECT(contents == ALIVE);
    object->contents = DEAD;
    rc_release(T, rc_take(T, &object->slot));
}

_Noreturn void rc_count_too_small(const struct rc_header *object)
{
    check_failed(__FILE__, __LINE__, "references", "too few of object %p", (const void *)object);
}

void rc_ask(struct rc_thread *other)
{
    fetch_or_release(&((struct thread *)other)->request, REQUEST_STRATEGY);
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

static inline rc_ref make(struct thread *T, struct object *object)
{
    rc_ref ref = rc_init(T, &object->header);
    object->contents = ALIVE;
    return ref;
}

static inline void use(rc_loc loc)
{
    uint32_t contents = object_of(rc_get(loc))->contents;
    EXPECT(contents == ALIVE);
}

/* --- threads, as in runtimes/thread.c ----------------------------------------------------------------------------- */

static inline void come(struct thread *T)
{
    rc_attach(T);
    T->reader.request = &T->request;
    T->reader.request_bit = REQUEST_GRACE;
    T->reader.told_bit = REQUEST_STRATEGY;
    grace_online(&T->reader);
}

static inline void poll(struct thread *T)
{
    if (load_relaxed(&T->request) == 0)
        return;
    uint32_t requests = xchg_acquire(&T->request, 0);
    rc_before_pause(T);
    if ((requests & REQUEST_GRACE) != 0) {
        grace_quiescent(&T->reader);
        requests |= fetch_and_acquire(&T->request, ~(uint32_t)REQUEST_STRATEGY);
    }
    if ((requests & REQUEST_STRATEGY) != 0)
        (void)rc_on_safepoint(T);
}

static inline void go(struct thread *T)
{
    rc_before_pause(T);
    rc_detach(T);
    grace_offline(&T->reader);
}

/* --- flags: one thread has come so far ---------------------------------------------------------------------------- */

static inline bool is_set(const void *flag)
{
    return load_relaxed((const _Atomic uint32_t *)flag) != 0;
}

/* Relaxed: what the threads know of each other they are to know by the strategy. */
static inline void raise_flag(_Atomic uint32_t *flag) { store_relaxed(flag, 1); }

static inline void await_flag(_Atomic uint32_t *flag)
{
    while (load_relaxed(flag) == 0)
        explore_await(flag, is_set);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

void *model_items(struct biased_queue *queue);
void *model_items(struct biased_queue *queue)
{
    struct thread *T =
        (struct thread *)(void *)((char *)queue - offsetof(struct biased_thread, queue));
    EXPECT(queue->items == NULL && T->tables < BATCHES);
    return T->items[T->tables++];
}

#endif
