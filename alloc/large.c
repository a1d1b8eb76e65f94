/* Blocks from malloc, and the registry of containers among them. */
#include "alloc/large.h"

#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/base/refusal.h"
#include "alloc/guard.h"
#include "alloc/waiting.h"

#include <stdlib.h>

_Static_assert(sizeof(struct large) % BLOCK_UNIT == 0,
               "the block behind the prefix keeps malloc's alignment");

struct large_shard large_shards[LARGE_SHARDS];

static struct large_shard *shard_of(const struct large *large)
{
    uint64_t hash = (uint64_t)(uintptr_t)large *
                    UINT64_C(0x9E3779B97F4A7C15); /* Fibonacci hashing, Knuth 6.4 */
    return &large_shards[hash >> 61];
}

_Static_assert(LARGE_SHARDS == 1 << 3, "three bits of hash");

static void link_locked(struct large **head, struct large *large)
{
    large->next = *head;
    large->link = head;
    if (*head != NULL)
        (*head)->link = &large->next;
    *head = large;
}

static void unlink_locked(struct large *large)
{
    *large->link = large->next;
    if (large->next != NULL)
        large->next->link = large->link;
}

static void *enter(struct large *large)
{
    struct large_shard *shard = shard_of(large);
    lock_acquire(&shard->lock);
    shard->live[large->kind]++;
    shard->bytes += large_bytes(large->size);
    if (large->kind == BLOCK_CONTAINER)
        link_locked(&shard->containers, large);
    lock_release(&shard->lock);
    return large_block(large);
}

void *large_alloc(const struct heap *heap, enum block_kind kind, size_t link, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    struct large *large = refusal_is_due() ? NULL : malloc(large_bytes(size));
    if (large == NULL)
        return NULL;
    *large = (struct large){.owner = heap, .size = size, .kind = kind};
    block_clear(kind, link, large_block(large));
    if (REFBENCH_DEBUG && !guard_alloc_large(heap, kind, link, size, large_block(large))) {
        free(large);
        return NULL;
    }
    return enter(large);
}

/* Returns whether it is time to ask for a grace period. */
static bool wait_locked(struct large_shard *shard, struct large *large)
{
    large->ticket = grace_ticket();
    large->next = NULL;
    if (shard->waiting == NULL)
        shard->waiting_end = &shard->waiting;
    *shard->waiting_end = large;
    shard->waiting_end = &large->next;
    return waiting_add(large_bytes(large->size));
}

/* Takes a block out of use; it is malloc's again, or waits. */
static void leave(struct large *large)
{
    struct large_shard *shard = shard_of(large);
    bool waits = waiting_is_needed(large->kind);
    bool over_budget = false;
    lock_acquire(&shard->lock);
    shard->live[large->kind]--;
    shard->bytes -= large_bytes(large->size);
    if (large->kind == BLOCK_CONTAINER)
        unlink_locked(large);
    if (waits)
        over_budget = wait_locked(shard, large);
    lock_release(&shard->lock);
    if (!waits)
        free(large);
    if (over_budget)
        grace_request(grace_ticket());
}

bool large_free(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                void *block)
{
    if (REFBENCH_DEBUG)
        guard_free_large(heap, kind, link, size, block);
    struct large *large = large_of(block);
    bool foreign = large->owner != heap;
    leave(large);
    return foreign;
}

/* Takes off the list what need not wait any longer. */
static struct large *take_over_locked(struct large_shard *shard)
{
    struct large *over = shard->waiting;
    struct large **end = &over;
    while (*end != NULL && grace_is_over((*end)->ticket)) {
        waiting_subtract(large_bytes((*end)->size));
        end = &(*end)->next;
    }
    shard->waiting = *end;
    *end = NULL;
    return over;
}

static void reclaim(struct large_shard *shard)
{
    lock_acquire(&shard->lock);
    struct large *over = take_over_locked(shard);
    lock_release(&shard->lock);
    while (over != NULL) {
        struct large *next = over->next;
        free(over);
        over = next;
    }
}

void large_reclaim(void)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        reclaim(&large_shards[i]);
}

bool large_shard_is_valid(const struct large_shard *shard)
{
    size_t containers = 0;
    for (const struct large *large = shard->containers; large != NULL; large = large->next)
        containers +=
            large->kind == BLOCK_CONTAINER && *large->link == large && shard_of(large) == shard;
    return containers == shard->live[BLOCK_CONTAINER];
}
