/* Collecting, chaining, sending. */
#include "alloc/parcel.h"

#include "alloc/arena.h"
#include "alloc/base/fault.h"
#include "alloc/heap.h"

/* --- senders: for who looks ------------------------------------------------------------------------------------------ */

static struct {
    struct lock lock;
    struct parcel_box *first;
} senders = {.lock = LOCK_INIT};

static __attribute__((noinline)) void become_sender(struct parcel_box *box)
{
    lock_acquire(&senders.lock);
    box->is_sender = true;
    box->next = senders.first;
    box->link = &senders.first;
    if (box->next != NULL)
        box->next->link = &box->next;
    senders.first = box;
    lock_release(&senders.lock);
}

static void be_no_sender(struct parcel_box *box)
{
    lock_acquire(&senders.lock);
    box->is_sender = false;
    *box->link = box->next;
    if (box->next != NULL)
        box->next->link = box->link;
    lock_release(&senders.lock);
}

void parcel_hold(void) { lock_acquire(&senders.lock); }

void parcel_resume(void) { lock_release(&senders.lock); }

/* --- sending --------------------------------------------------------------------------------------------------------- */

static void post(struct heap *owner, void *first, void *last)
{
    const size_t link = arena_pool(last)->link;
    if (FAULT(lose_inbox))
        store_relaxed(&owner->inbox, NULL);
    void *head = load_relaxed(&owner->inbox);
    do
        block_set_next(last, link, head);
    while (!cas_weak_release(&owner->inbox, &head, first)); /* (M1) */
}

/* Puts the blocks in a chain but for the last one's link. */
static void chain(const struct parcel *parcel)
{
    for (uint32_t i = 0; i < parcel->count; i++) {
        void *block = parcel->blocks[i];
        const struct pool *pool = arena_pool(block);
        void **hint = parcel_hint(pool, block);
        const uint32_t ahead = i + PARCEL_AHEAD;
        if (hint != NULL)
            *hint = ahead < parcel->count ? parcel->blocks[ahead] : NULL;
        if (i + 1 < parcel->count)
            block_set_next(block, pool->link, parcel->blocks[i + 1]);
    }
}

static void send(struct parcel *parcel)
{
    chain(parcel);
    post(parcel->owner, parcel->blocks[0], parcel->blocks[parcel->count - 1]);
    parcel->owner = NULL;
    parcel->count = 0;
    parcel->bytes = 0;
}

void parcel_send_one(const struct pool *pool, void *block)
{
    struct parcel parcel = {.owner = pool_owner(pool), .count = 1, .blocks = {block}};
    send(&parcel);
}

void parcel_send_all(struct parcel_box *box)
{
    if (!box->is_sender)
        return;
    for (unsigned i = 0; i < PARCELS; i++)
        if (box->parcels[i].owner != NULL)
            send(&box->parcels[i]);
}

void parcel_close(struct parcel_box *box)
{
    if (!FAULT(keep_parcels))
        parcel_send_all(box);
    if (box->is_sender)
        be_no_sender(box);
}

/* --- collecting ------------------------------------------------------------------------------------------------------ */

/* One of two neighbours: the owner's, else an empty one, else the first.  Fibonacci hashing, Knuth 6.4. */
static struct parcel *parcel_for(struct parcel_box *box, const struct heap *owner)
{
    const uint64_t hash = (uint64_t)(uintptr_t)owner * UINT64_C(0x9E3779B97F4A7C15);
    struct parcel *first = &box->parcels[hash >> 61];
    if (likely(first->owner == owner))
        return first;
    struct parcel *second = &box->parcels[(hash >> 61) ^ 1];
    return second->owner == owner || (second->owner == NULL && first->owner != NULL) ? second
                                                                                     : first;
}

_Static_assert(PARCELS == 1 << 3, "three bits of hash");

void parcel_add(struct parcel_box *box, const struct pool *pool, void *block)
{
    struct heap *owner = pool_owner(pool);
    struct parcel *parcel = parcel_for(box, owner);
    if (unlikely(parcel->owner != owner)) {
        if (parcel->owner != NULL)
            send(parcel);
        parcel->owner = owner;
        if (unlikely(!box->is_sender))
            become_sender(box);
    }
    parcel->blocks[parcel->count++] = block;
    parcel->bytes += pool->bytes;
    if (parcel->count == PARCEL_BLOCKS || parcel->bytes >= PARCEL_BYTES)
        send(parcel);
}

/* --- looking ---------------------------------------------------------------------------------------------------------- */

void parcel_each_received(const struct heap *heap, parcel_visit *visit, void *context)
{
    const void *block = load_acquire(&heap->inbox); /* (M2) */
    for (; block != NULL; block = block_next(block, arena_pool(block)->link))
        visit(block, context);
}

static void each_in_box(const struct parcel_box *box, parcel_visit *visit, void *context)
{
    for (unsigned i = 0; i < PARCELS; i++)
        for (uint32_t j = 0; j < box->parcels[i].count; j++)
            visit(box->parcels[i].blocks[j], context);
}

void parcel_each_held(parcel_visit *visit, void *context)
{
    lock_acquire(&senders.lock);
    for (const struct parcel_box *box = senders.first; box != NULL; box = box->next)
        each_in_box(box, visit, context);
    lock_release(&senders.lock);
}
