/* The shared half of biased_count.h: foreign counts, merging, the owners' queues. */
#include RC_STRATEGY_HEADER

#include "alloc/base/check.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

/* Every record that was ever attached; its id is its place and one.  Guarded by `registry`. */
static struct lock registry = LOCK_INIT;
static struct biased_thread *_Atomic threads[RC_MAX_THREADS];
static uint32_t places;

static int32_t shared_count(uint32_t shared) { return (int32_t)shared >> 2; }

static void destroy(struct thread *T, struct rc_header *o)
{
    if (!FAULT(keep_merged))
        store_relaxed(&o->shared, 0);
    biased_forget(o);
    rc_died(T, o);
}

/* --- merging ---------------------------------------------------------------------------------------------------- */

/* Moves the owner's count into the shared one.  By the owner; by whoever set QUEUED, in the lock of a queue that is closed; or
 * with the world stopped. */
static void merge(struct rc_header *o)
{
    uint32_t owners = (uint32_t)load_relaxed(&o->owned);
    store_relaxed(&o->owned, 0);
    uint32_t shared = load_relaxed(&o->shared);
    uint32_t merged;
    do {
        if (biased_is_immortal(shared))
            return;
        merged = ((shared + owners * BIASED_ONE) & ~(uint32_t)BIASED_STATE) | BIASED_MERGED;
    } while (!cas_weak_relaxed(&o->shared, &shared, merged));
}

/* The owner's last reference is gone: the object dies, or goes on without an owner. */
void biased_owned_zero(struct thread *T, struct rc_header *o)
{
    if (FAULT(relaxed_merge) && load_relaxed(&o->shared) == 0) {
        store_relaxed(&o->owned, 0);
        destroy(T, o);
        return;
    }
    uint32_t shared = load_acquire(&o->shared); /* (B5) */
    store_relaxed(&o->owned, 0);                /* (B7) */
    if (FAULT(late_owner_write) && shared != 0)
        store_relaxed(&o->owned, biased_self(T)->tag + 1);
    if (FAULT(ignore_mark) && shared == BIASED_MARKED)
        shared = 0;
    if (shared == 0 || FAULT(unasked_death)) {
        destroy(T, o);
        return;
    }
    uint32_t merged;
    do {
        if (biased_is_immortal(shared))
            return;
        merged = shared | BIASED_MERGED;
    } while (!cas_weak_acq_rel(&o->shared, &shared, merged)); /* (B8), (B5) */
    if (FAULT(late_owner_write))
        store_relaxed(&o->owned, 0);
    if (shared_count(merged) == 0)
        destroy(T, o);
}

/* --- the owners' queues ------------------------------------------------------------------------------------------- */

static void queue_push_locked(struct biased_queue *queue, struct rc_header *o)
{
    if (queue->length == queue->capacity) {
        size_t capacity = queue->capacity == 0 ? FIRST_CAPACITY : queue->capacity * 2;
        struct rc_header **items = realloc(queue->items, capacity * sizeof *items);
        CHECK(items != NULL, "no memory for %zu objects queued to their owner", capacity);
        queue->items = items;
        queue->capacity = capacity;
        if (FAULT(lose_queued))
            queue->length = 0;
    }
    queue->items[queue->length++] = o;
}

static struct biased_thread *thread_of(uint32_t id) { return load_relaxed(&threads[id - 1]); }

/* Hands `o` to its owner, with the reference that the caller keeps no longer; false if that thread is gone: then `o` is merged,
 * before another thread may take the record over. */
static bool queue_push(struct biased_thread *owner, struct rc_header *o)
{
    lock_acquire(&owner->queue.lock);
    const bool there = owner->queue.open;
    if (there) {
        queue_push_locked(&owner->queue, o);
        if (owner->queue.length == 1)
            rc_ask((struct rc_thread *)(void *)owner);
    } else if (!FAULT(skip_orphan_merge) && !FAULT(merge_late)) {
        merge(o);
    }
    lock_release(&owner->queue.lock);
    if (!there && FAULT(merge_late))
        merge(o);
    return there;
}

/* Empties the queue and returns what was in it; NULL if nothing.  To be freed. */
static struct rc_header **queue_take(struct biased_queue *queue, size_t *length)
{
    lock_acquire(&queue->lock);
    struct rc_header **items = queue->length == 0 ? NULL : queue->items;
    *length = queue->length;
    if (items != NULL) {
        queue->items = NULL;
        queue->length = queue->capacity = 0;
    }
    lock_release(&queue->lock);
    return items;
}

/* Merges the items and ends the references that the queue kept, but for those that seem to be the last: how many these
 * are, now in front. */
static size_t merge_all(struct thread *T, struct rc_header **items, size_t length)
{
    size_t last = 0;
    for (size_t i = 0; i < length; i++) {
        merge(items[i]);
        if (shared_count(load_relaxed(&items[i]->shared)) > 1)
            biased_decrement_shared(T, items[i]);
        else
            items[last++] = items[i];
    }
    return last;
}

/* Merges what was queued to this thread and ends the references that the queue kept; the last ones last, since the end of an
 * object may run user code, which must find the counts of others settled. */
void biased_drain(struct thread *T)
{
    size_t length;
    struct rc_header **items;
    while ((items = queue_take(&biased_self(T)->queue, &length)) != NULL) {
        if (!FAULT(skip_merge))
            length = merge_all(T, items, length);
        for (size_t i = 0; i < length && !FAULT(skip_merge); i++)
            biased_decrement_shared(T, items[i]);
        free(items);
    }
}

bool biased_close(struct thread *T)
{
    struct biased_thread *t = biased_self(T);
    lock_acquire(&t->queue.lock);
    bool empty = t->queue.length == 0;
    empty |= FAULT(skip_exit_drain) || FAULT(close_unlooked);
    if (empty) {
        t->queue.open = false;
        t->queue.length = 0;
    }
    lock_release(&t->queue.lock);
    return empty;
}

/* --- references of threads that do not own the object ------------------------------------------------------------- */

/* The object was just marked QUEUED: its owner is to end the reference; without an owner it is ended here. */
static void hand_to_owner(struct thread *T, struct rc_header *o)
{
    const uint32_t id = (uint32_t)(load_relaxed(&o->owned) >> 32);
    if (id == 0 || !queue_push(thread_of(id), o))
        biased_decrement_shared(T, o);
}

void biased_decrement_shared(struct thread *T, struct rc_header *o)
{
    uint32_t shared = load_relaxed(&o->shared);
    uint32_t next;
    bool queue;
    do {
        if (biased_is_immortal(shared))
            return;
        queue = shared == BIASED_PLAIN || shared == BIASED_MARKED;
        if (REFBENCH_DEBUG && (shared & BIASED_STATE) == BIASED_MERGED && shared_count(shared) <= 0)
            rc_count_too_small(o);
        next = queue ? BIASED_QUEUED : shared - BIASED_ONE;
    } while (!cas_weak_acq_rel(&o->shared, &shared, next)); /* (B6), (B4), (B5) */
    if (next == BIASED_MERGED)
        destroy(T, o);
    else if (queue)
        hand_to_owner(T, o);
}

/* False if the object is dead, or its owner may be ending it. */
bool biased_try_increment(struct rc_header *o)
{
    uint32_t shared = load_relaxed(&o->shared);
    do {
        if (FAULT(raise_plain) && shared == BIASED_PLAIN)
            continue; /* with the compare-and-swap */
        if (shared == BIASED_PLAIN || shared == BIASED_MERGED)
            return false;
        if (biased_is_immortal(shared)) {
            (void)load_acquire(&o->shared); /* (B3) */
            return true;
        }
    } while (!cas_weak_acquire(&o->shared, &shared, shared + BIASED_ONE)); /* (B3) */
    return true;
}

/* An owner that finds no other's reference ends the object without asking, unless it is marked.  The caller's reference
 * keeps that from happening meanwhile: if the owner counts it, its count is not zero, else the shared one is not. */
void strategy_allow_upgrade(struct thread *T, struct rc_header *o)
{
    (void)T;
    uint32_t shared = load_relaxed(&o->shared);
    if (FAULT(unmarked))
        return;
    while ((shared & BIASED_STATE) == BIASED_PLAIN && !biased_is_immortal(shared))
        if (cas_weak_release(&o->shared, &shared, shared | BIASED_MARKED)) /* (B4) */
            return;
}

/* --- threads ------------------------------------------------------------------------------------------------------ */

void biased_stop(void)
{
    for (uint32_t i = 0; i < places; i++)
        store_relaxed(&threads[i], NULL);
    places = 0;
}

static void give_id(struct biased_thread *t)
{
    lock_acquire(&registry);
    store_relaxed(&threads[places++], t);
    t->tag = (uint64_t)places << 32;
    lock_release(&registry);
}

/* A record keeps its id, and so a thread owns what those owned that had its record before. */
void biased_attach(struct thread *T)
{
    struct biased_thread *t = biased_self(T);
    if (t->tag == 0)
        give_id(t);
    lock_acquire(&t->queue.lock);
    t->queue.open = true;
    lock_release(&t->queue.lock);
}

/* --- forks -------------------------------------------------------------------------------------------------------- */

/* The lock of T's own queue is for threads that run, and none does. */
void biased_before_fork(struct thread *T)
{
    (void)T;
    lock_acquire(&registry);
}

void biased_after_fork(struct thread *T)
{
    (void)T;
    lock_release(&registry);
}

/* Their queues were settled. */
void biased_after_fork_in_child(struct thread *T)
{
    for (uint32_t i = 0; i < places; i++)
        if (load_relaxed(&threads[i]) != biased_self(T))
            load_relaxed(&threads[i])->queue.open = false;
    lock_release(&registry);
}

/* --- the collector ------------------------------------------------------------------------------------------------ */

/* Merges a queued object and ends the reference that was kept, unless it is the last one: that is left to T's queue. */
static void settle_object(struct thread *T, struct rc_header *o)
{
    merge(o);
    if (shared_count(load_relaxed(&o->shared)) > 1 || FAULT(end_in_settle))
        biased_decrement_shared(T, o);
    else
        queue_push(biased_self(T), o);
}

static void settle_thread(struct thread *T, struct biased_thread *other)
{
    size_t length;
    struct rc_header **items = queue_take(&other->queue, &length);
    for (size_t i = 0; i < length; i++)
        settle_object(T, items[i]);
    free(items);
}

/* Threads may attach meanwhile; they rest until the world starts, and nothing is queued to them yet. */
void biased_settle(struct thread *T)
{
    lock_acquire(&registry);
    uint32_t known = places;
    lock_release(&registry);
    for (uint32_t i = 0; i < known; i++)
        settle_thread(T, load_relaxed(&threads[i]));
}

size_t strategy_count(const struct rc_header *o)
{
    uint32_t shared = FAULT(count_owned) ? 0 : load_relaxed(&o->shared);
    return (size_t)((int64_t)(uint32_t)load_relaxed(&o->owned) + shared_count(shared));
}

rc_ref strategy_hold(struct thread *T, struct rc_header *o)
{
    (void)T;
    merge(o);
    biased_increment_shared(o);
    return (rc_ref){o};
}
