/* The batches of deferral.h: sealing, ending, handing on. */
#include "runtimes/rc/deferral.h"

#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/grace.h"
#include "alloc/base/lock.h"

#include <stdlib.h>

/* `orphaned` is written inside the lock; a look that comes too early is made up for by the next. */
static struct {
    struct lock lock;
    struct deferral *threads;
    struct deferral_queue orphans;
    _Atomic uint32_t orphaned; /* batches */
} deferrals = {.lock = LOCK_INIT};

/* --- queues ------------------------------------------------------------------------------------------------------ */

static void queue_append(struct deferral_queue *queue, struct deferral_queue *other)
{
    if (other->first == NULL)
        return;
    if (queue->first == NULL)
        queue->first = other->first;
    else
        queue->last->next = other->first;
    queue->last = other->last;
    *other = (struct deferral_queue){0};
}

static void queue_push(struct deferral_queue *queue, struct deferral_batch *batch)
{
    struct deferral_queue one = {batch, batch};
    batch->next = NULL;
    queue_append(queue, &one);
}

static struct deferral_batch *queue_pop(struct deferral_queue *queue)
{
    struct deferral_batch *batch = queue->first;
    if (batch != NULL)
        queue->first = batch->next;
    return batch;
}

static uint32_t queue_length(const struct deferral_queue *queue)
{
    uint32_t length = 0;
    for (const struct deferral_batch *batch = queue->first; batch != NULL; batch = batch->next)
        length++;
    return length;
}

static bool queue_is_ripe(const struct deferral_queue *queue)
{
    return queue->first != NULL && (grace_is_over(queue->first->ticket) || FAULT(unripe_batch));
}

/* --- batches ----------------------------------------------------------------------------------------------------- */

static bool is_valid(const struct deferral *d)
{
    if (d->open == NULL)
        return d->cursor == NULL && d->end == NULL;
    return d->end == d->open->objects + DEFERRAL_BATCH && d->cursor >= d->open->objects &&
           d->cursor <= d->end;
}

/* The open batch, closed; NULL if it is empty. */
static struct deferral_batch *close_open(struct deferral *d)
{
    struct deferral_batch *batch = d->open;
    VALIDATE(is_valid(d));
    if (batch == NULL || d->cursor == batch->objects)
        return NULL;
    batch->length = (size_t)(d->cursor - batch->objects);
    d->open = NULL;
    d->cursor = d->end = NULL;
    return batch;
}

static void open_batch(struct deferral *d)
{
    struct deferral_batch *batch = d->spare != NULL ? d->spare : malloc(sizeof *batch);
    CHECK(batch != NULL, "no memory for %d references to be ended later", DEFERRAL_BATCH);
    d->spare = NULL;
    d->open = batch;
    d->cursor = batch->objects;
    d->end = batch->objects + DEFERRAL_BATCH;
}

static void put_away(struct deferral *d, struct deferral_batch *batch)
{
    if (d->spare == NULL)
        d->spare = batch;
    else
        free(batch);
}

void deferral_seal(struct deferral *d)
{
    struct deferral_batch *batch = close_open(d);
    d->step = grace_steps();
    if (batch == NULL)
        return;
    batch->ticket = grace_ticket();
    batch->step = d->step;
    queue_push(&d->sealed, batch);
    grace_request(batch->ticket);
    rc_ask_after(d->owner, batch->ticket);
}

void deferral_make_room(struct deferral *d)
{
    deferral_seal(d);
    if (d->open == NULL)
        open_batch(d);
}

static struct deferral_batch *adopt_ripe_orphan(void)
{
    if (likely(load_relaxed(&deferrals.orphaned) == 0))
        return NULL;
    struct deferral_batch *batch = NULL;
    lock_acquire(&deferrals.lock);
    if (queue_is_ripe(&deferrals.orphans)) {
        batch = queue_pop(&deferrals.orphans);
        fetch_sub_relaxed(&deferrals.orphaned, 1);
    }
    lock_release(&deferrals.lock);
    return batch;
}

static void end_batch(struct deferral *d, struct thread *T, struct deferral_batch *batch,
                      deferral_end *end)
{
    end(T, batch->objects, batch->length);
    put_away(d, batch);
}

static void end_all_ripe(struct deferral *d, struct thread *T, deferral_end *end)
{
    while (queue_is_ripe(&d->sealed))
        end_batch(d, T, queue_pop(&d->sealed), end);
    for (struct deferral_batch *batch; (batch = adopt_ripe_orphan()) != NULL;)
        end_batch(d, T, batch, end);
}

/* When a batch waits, and since which step. */
struct waiting {
    uint64_t ticket; /* 0: none waits */
    uint64_t step;
};

static struct waiting first_of(const struct deferral_queue *queue)
{
    if (queue->first == NULL)
        return (struct waiting){0};
    return (struct waiting){queue->first->ticket, queue->first->step};
}

/* Of its own batches and of the orphans the one that has waited longest. */
static struct waiting longest_waiting(const struct deferral *d)
{
    const struct waiting own = first_of(&d->sealed);
    struct waiting orphan = {0};
    if (load_relaxed(&deferrals.orphaned) != 0) {
        lock_acquire(&deferrals.lock);
        orphan = first_of(&deferrals.orphans);
        lock_release(&deferrals.lock);
    }
    return own.ticket != 0 && (orphan.ticket == 0 || own.ticket < orphan.ticket) ? own : orphan;
}

static bool is_overdue(struct waiting waiting)
{
    return waiting.ticket != 0 && grace_steps() - waiting.step >= DEFERRAL_STEPS &&
           !FAULT(wait_for_nobody);
}

void deferral_look(struct deferral *d)
{
    if (likely(d->step == grace_steps()) || FAULT(ignore_steps))
        return;
    deferral_seal(d);
    const struct waiting waiting = longest_waiting(d);
    if (is_overdue(waiting))
        rc_ask(d->owner);
    else if (waiting.ticket != 0)
        rc_ask_after(d->owner, waiting.ticket);
}

void deferral_end_ripe(struct deferral *d, struct thread *T, deferral_end *end)
{
    end_all_ripe(d, T, end);
    const struct waiting waiting = longest_waiting(d);
    if (waiting.ticket != 0)
        rc_ask_after(d->owner, waiting.ticket);
}

void deferral_on_safepoint(struct deferral *d, struct thread *T, deferral_end *end)
{
    end_all_ripe(d, T, end);
    const struct waiting waiting = longest_waiting(d);
    if (is_overdue(waiting))
        rc_await_period(T, waiting.ticket);
    deferral_end_ripe(d, T, end);
}

/* --- threads ----------------------------------------------------------------------------------------------------- */

void deferral_attach(struct deferral *d, struct rc_thread *owner)
{
    *d = (struct deferral){.owner = owner, .step = grace_steps()};
    lock_acquire(&deferrals.lock);
    d->next = deferrals.threads;
    deferrals.threads = d;
    lock_release(&deferrals.lock);
}

static void forget_locked(const struct deferral *d)
{
    struct deferral **link = &deferrals.threads;
    while (*link != d)
        link = &(*link)->next;
    *link = d->next;
}

static void leave_to_others_locked(struct deferral *d)
{
    fetch_add_relaxed(&deferrals.orphaned, queue_length(&d->sealed));
    queue_append(&deferrals.orphans, &d->sealed);
}

static void tell_an_heir_locked(void)
{
    if (deferrals.threads != NULL && deferrals.orphans.first != NULL)
        rc_ask_after(deferrals.threads->owner, deferrals.orphans.first->ticket);
}

/* What is left to be ended by the last thread, which has nobody to wait for; empty when there is nothing, or another thread:
 * then it is gone from the list. */
static struct deferral_queue bequeath(struct deferral *d)
{
    struct deferral_queue rest = {0};
    deferral_seal(d);
    lock_acquire(&deferrals.lock);
    leave_to_others_locked(d);
    const bool last = deferrals.threads == d && d->next == NULL;
    if (last && deferrals.orphans.first != NULL) {
        queue_append(&rest, &deferrals.orphans);
        store_relaxed(&deferrals.orphaned, 0);
    } else {
        forget_locked(d);
        tell_an_heir_locked();
    }
    lock_release(&deferrals.lock);
    return rest;
}

void deferral_detach(struct deferral *d, struct thread *T, deferral_end *end)
{
    struct deferral_queue rest;
    deferral_end_ripe(d, T, end); /* or orphans would pile up where threads come and go */
    while ((rest = bequeath(d)).first != NULL)
        while (rest.first != NULL)
            end_batch(d, T, queue_pop(&rest), end);
    free(d->open);
    free(d->spare);
    *d = (struct deferral){0};
}

void deferral_each_thread(void (*visit)(const struct rc_thread *, void *), void *context)
{
    lock_acquire(&deferrals.lock);
    for (const struct deferral *d = deferrals.threads; d != NULL; d = d->next)
        visit(d->owner, context);
    lock_release(&deferrals.lock);
}

void deferral_stop(void)
{
    CHECK(deferrals.threads == NULL && deferrals.orphans.first == NULL,
          "the last thread left references that wait for their end");
}

/* --- settling ---------------------------------------------------------------------------------------------------- */

static void settle_batch(struct deferral *d, struct deferral_batch *batch,
                         deferral_settle_one *settle)
{
    for (size_t i = 0; i < batch->length; i++)
        if (!settle(batch->objects[i]))
            deferral_push(d, batch->objects[i]);
    put_away(d, batch);
}

/* Everything that waits anywhere. */
static struct deferral_queue take_all_locked(void)
{
    struct deferral_queue all = {0};
    queue_append(&all, &deferrals.orphans);
    store_relaxed(&deferrals.orphaned, 0);
    for (struct deferral *d = FAULT(settle_nobody) ? NULL : deferrals.threads; d != NULL;
         d = d->next) {
        struct deferral_batch *open = close_open(d);
        queue_append(&all, &d->sealed);
        if (open != NULL)
            queue_push(&all, open);
    }
    return all;
}

void deferral_settle(struct deferral *d, deferral_settle_one *settle)
{
    lock_acquire(&deferrals.lock);
    struct deferral_queue all = take_all_locked();
    lock_release(&deferrals.lock);
    while (all.first != NULL)
        settle_batch(d, queue_pop(&all), settle);
    deferral_seal(d);
}

/* --- fork -------------------------------------------------------------------------------------------------------- */

void deferral_hold(void) { lock_acquire(&deferrals.lock); }

void deferral_resume(void) { lock_release(&deferrals.lock); }

/* What the others had deferred is the caller's since it settled. */
void deferral_resume_alone(struct deferral *d)
{
    deferrals.threads = d;
    d->next = NULL;
    lock_release(&deferrals.lock);
}
