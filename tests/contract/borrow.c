/*
 * The deferred half of borrow.h: batches of decrements, promotion, settling.
 *
 * A thread collects decrements in a batch; a full batch is *sealed*: it gets the ticket of the
 * grace period it waits for, which began later than any of its entries.  A thread applies its own
 * batches; those of gone threads are orphans, and whoever comes by applies them.
 */
#include RC_STRATEGY_HEADER

#include "alloc/base/check.h"
#include "alloc/base/fault.h"
#include "alloc/base/grace.h"

#include <stdlib.h>

enum { BATCH = 61 }; /* a batch takes 512 bytes */

struct borrow_batch {
    struct borrow_batch *next;
    uint64_t ticket; /* 0: not sealed */
    size_t length;
    struct rc_header *objects[BATCH];
};

/* Guards the list of threads and the orphans; taken inside the world lock; the grace period's mutex
 * is taken inside it. */
static struct lock borrow_lock = LOCK_INIT;
static struct rc_thread *threads;
static struct borrow_queue orphans;
static _Atomic uint64_t
    orphan_batches; /* written under the lock; a stale look is repaired by the next */

/* --- queues of batches ------------------------------------------------------------------------ */

static void queue_append(struct borrow_queue *queue, struct borrow_batch *first,
                         struct borrow_batch *last)
{
    if (queue->last == NULL)
        queue->first = first;
    else
        queue->last->next = first;
    queue->last = last;
}

static struct borrow_batch *queue_pop(struct borrow_queue *queue)
{
    struct borrow_batch *batch = queue->first;
    queue->first = batch->next;
    if (queue->first == NULL)
        queue->last = NULL;
    return batch;
}

static void queue_open_batch(struct borrow_queue *queue)
{
    struct borrow_batch *batch = malloc(sizeof *batch);
    CHECK(batch != NULL, "no memory for deferred decrements");
    batch->next = NULL;
    batch->ticket = 0;
    batch->length = 0;
    queue_append(queue, batch, batch);
}

/* The batch that is being filled waits for a period from now on. */
static void queue_seal(struct borrow_queue *queue)
{
    if (queue->last == NULL || queue->last->ticket != 0)
        return;
    queue->last->ticket = grace_ticket();
    grace_request(queue->last->ticket);
}

/* True if this filled a batch. */
static bool queue_push(struct borrow_queue *queue, struct rc_header *o)
{
    if (queue->last == NULL || queue->last->ticket != 0)
        queue_open_batch(queue);
    queue->last->objects[queue->last->length++] = o;
    if (queue->last->length < BATCH)
        return false;
    queue_seal(queue);
    return true;
}

static bool queue_is_ripe(const struct borrow_queue *queue)
{
    const struct borrow_batch *batch = queue->first;
    return batch != NULL && batch->ticket != 0 &&
           (grace_is_over(batch->ticket) || FAULT(unripe_batch));
}

/* --- decrements ------------------------------------------------------------------------------- */

static void decrement(struct thread *T, struct rc_header *o)
{
    if (borrow_is_immortal(o))
        return;
    uint64_t count = fetch_sub_acq_rel(&o->count, 1); /* (B3) */
    if (REFBENCH_DEBUG && count == 0)
        rc_count_too_small(o);
    if (count == 1)
        rc_died(T, o);
}

void borrow_defer(struct thread *T, struct rc_header *o)
{
    struct rc_thread *self = rc_self(T);
    if (self->applying && self->frames == self->applied_in) {
        decrement(T, o);
        return;
    }
    if (queue_push(&self->deferred, o))
        rc_ask(self);
}

/* Ends the references of a batch that nobody can have borrowed from any more, and the batch. */
static void apply(struct thread *T, struct borrow_batch *batch)
{
    struct rc_thread *self = rc_self(T);
    const bool nested = self->applying;
    const struct rc_frame *outer = self->applied_in;
    self->applying = true;
    self->applied_in = self->frames;
    for (size_t i = 0; i < batch->length; i++)
        decrement(T, batch->objects[i]);
    self->applying = nested;
    self->applied_in = outer;
    free(batch);
}

static struct borrow_batch *adopt_ripe_orphan(void)
{
    if (load_relaxed(&orphan_batches) == 0)
        return NULL;
    struct borrow_batch *batch = NULL;
    lock_acquire(&borrow_lock);
    if (queue_is_ripe(&orphans)) {
        batch = queue_pop(&orphans);
        fetch_add_relaxed(&orphan_batches, (uint64_t)-1);
    }
    lock_release(&borrow_lock);
    return batch;
}

static void apply_ripe(struct thread *T)
{
    while (queue_is_ripe(&rc_self(T)->deferred))
        apply(T, queue_pop(&rc_self(T)->deferred));
    for (struct borrow_batch *batch; (batch = adopt_ripe_orphan()) != NULL;)
        apply(T, batch);
}

/* --- threads ---------------------------------------------------------------------------------- */

void strategy_start(void) {}

void strategy_stop(void)
{
    CHECK(threads == NULL && orphans.first == NULL, "the last thread left decrements behind");
}

void strategy_attach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    *self = (struct rc_thread){0};
    lock_acquire(&borrow_lock);
    self->next = threads;
    threads = self;
    lock_release(&borrow_lock);
}

static void forget_thread(const struct rc_thread *self)
{
    struct rc_thread **link = &threads;
    while (*link != self)
        link = &(*link)->next;
    *link = self->next;
}

static void orphan(struct borrow_queue *queue)
{
    uint64_t batches = 0;
    for (const struct borrow_batch *batch = queue->first; batch != NULL; batch = batch->next)
        batches++;
    if (batches != 0)
        queue_append(&orphans, queue->first, queue->last);
    *queue = (struct borrow_queue){0};
    fetch_add_relaxed(&orphan_batches, batches);
}

/* The last thread to go has nobody to wait for. */
static void apply_all_orphans(struct thread *T)
{
    while (orphans.first != NULL)
        apply(T, queue_pop(&orphans));
    store_relaxed(&orphan_batches, 0);
}

void strategy_detach(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    ASSERT(self->frames == NULL && self->borrowed == 0);
    queue_seal(&self->deferred);
    lock_acquire(&borrow_lock);
    forget_thread(self);
    orphan(&self->deferred);
    bool last = threads == NULL;
    lock_release(&borrow_lock);
    if (last)
        apply_all_orphans(T);
}

bool strategy_on_safepoint(struct thread *T)
{
    apply_ripe(T);
    return false;
}

void strategy_flush(struct thread *T)
{
    queue_seal(&rc_self(T)->deferred);
    apply_ripe(T);
}

/* --- forks ------------------------------------------------------------------------------------ */

void strategy_before_fork(struct thread *T)
{
    (void)T;
    lock_acquire(&borrow_lock);
}

void strategy_after_fork(struct thread *T)
{
    (void)T;
    lock_release(&borrow_lock);
}

/* What the frames of the others held is counted since they rest, and what they deferred is T's. */
void strategy_after_fork_in_child(struct thread *T)
{
    threads = rc_self(T);
    threads->next = NULL;
    lock_release(&borrow_lock);
}

/* --- cells of frames -------------------------------------------------------------------------- */

static void promote(rc_loc *cell, void *context)
{
    struct rc_thread *self = context;
    if (!borrow_is_borrowed(*cell))
        return;
    if (!FAULT(forget_borrowed))
        borrow_increment(strategy_get(*cell));
    *cell = (rc_loc){(uintptr_t)strategy_get(*cell)};
    self->borrowed--;
}

/* A loc outside of every cell, or a cell that kept a loc after it was dropped, shows up here. */
static void promote_thread(struct rc_thread *self)
{
    rc_frame_each_cell(self->frames, promote, self);
    VALIDATE(self->borrowed == 0);
}

void strategy_before_pause(struct thread *T) { promote_thread(rc_self(T)); }

struct root_visit {
    void (*visit)(struct rc_header *, void *);
    void *context;
};

static void visit_borrowed(rc_loc *cell, void *context)
{
    const struct root_visit *v = context;
    if (borrow_is_borrowed(*cell))
        v->visit(strategy_get(*cell), v->context);
}

void strategy_each_uncounted_root(struct thread *T, void (*visit)(struct rc_header *, void *),
                                  void *context)
{
    (void)T;
    struct root_visit v = {visit, context};
    lock_acquire(&borrow_lock);
    for (const struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        rc_frame_each_cell(thread->frames, visit_borrowed, &v);
    lock_release(&borrow_lock);
}

/* --- settling --------------------------------------------------------------------------------- */

/* Applies every decrement of `queue` but the last ones of their objects, which go to `kept`. */
static void settle_queue(struct borrow_queue *queue, struct borrow_queue *kept)
{
    while (queue->first != NULL) {
        struct borrow_batch *batch = queue_pop(queue);
        for (size_t i = 0; i < batch->length; i++) {
            struct rc_header *o = batch->objects[i];
            if (REFBENCH_DEBUG && load_relaxed(&o->count) == 0)
                rc_count_too_small(o);
            if (load_relaxed(&o->count) == 1)
                queue_push(kept, o);
            else if (!borrow_is_immortal(o))
                fetch_sub_acq_rel(&o->count, 1); /* (B3) */
        }
        free(batch);
    }
}

/* The world is stopped and the others have promoted; once T has too, nothing is borrowed from a
 * unit that waits. */
void strategy_settle(struct thread *T)
{
    struct rc_thread *self = rc_self(T);
    struct borrow_queue kept = {0};
    promote_thread(self);
    lock_acquire(&borrow_lock);
    for (struct rc_thread *thread = threads; thread != NULL; thread = thread->next)
        settle_queue(&thread->deferred, &kept);
    settle_queue(&orphans, &kept);
    store_relaxed(&orphan_batches, 0);
    lock_release(&borrow_lock);
    queue_seal(&kept);
    self->deferred = kept;
    rc_ask(self);
}
