/* Blocks from malloc, and their registries. */
#include "alloc/large.h"

#include "alloc/arena.h"
#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/base/refusal.h"
#include "alloc/guard.h"
#include "alloc/limit.h"
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

/* Those in use, of its kind. */
static struct large **list_of(struct large_shard *shard, enum block_kind kind)
{
    return kind == BLOCK_CONTAINER ? &shard->containers : &shard->others;
}

static void *enter(struct large *large)
{
    struct large_shard *shard = shard_of(large);
    lock_acquire(&shard->lock);
    shard->live[large->kind]++;
    shard->bytes += large_bytes(large->size);
    link_locked(list_of(shard, large->kind), large);
    lock_release(&shard->lock);
    grace_took(large_bytes(large->size));
    return large_block(large);
}

/* Before a block is refused, arenas that nobody uses make room for it. */
static bool take_room(size_t bytes)
{
    return limit_take(bytes) || (arena_unmap_spares() && limit_take(bytes));
}

/* NULL if there is no memory, or the limit is reached. */
static struct large *take_memory(size_t bytes)
{
    if (refusal_is_due() || !take_room(bytes))
        return NULL;
    struct large *large = malloc(bytes);
    if (large == NULL)
        limit_give(bytes);
    return large;
}

static void give_memory(struct large *large, size_t size)
{
    free(large);
    limit_give(large_bytes(size));
}

void *large_alloc(const struct heap *heap, enum block_kind kind, size_t link, size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    struct large *large = take_memory(large_bytes(size));
    if (large == NULL)
        return NULL;
    *large = (struct large){.owner = heap, .size = size, .kind = kind};
    block_clear(kind, link, large_block(large));
    if (REFBENCH_DEBUG && !guard_alloc_large(heap, kind, link, size, large_block(large))) {
        give_memory(large, size);
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
    unlink_locked(large);
    if (waits)
        over_budget = wait_locked(shard, large);
    lock_release(&shard->lock);
    if (!waits)
        give_memory(large, large->size);
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

static void free_all(struct large *list)
{
    while (list != NULL) {
        struct large *next = list->next;
        give_memory(list, list->size);
        list = next;
    }
}

static void reclaim(struct large_shard *shard)
{
    lock_acquire(&shard->lock);
    struct large *over = take_over_locked(shard);
    lock_release(&shard->lock);
    free_all(over);
}

void large_reclaim(void)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        reclaim(&large_shards[i]);
}

/* --- the end ------------------------------------------------------------------------------------------------------ */

static void strike(struct large *list)
{
    for (struct large *large = list; large != NULL; large = large->next)
        guard_end_large(large_block(large));
}

static void end_shard(struct large_shard *shard)
{
    lock_acquire(&shard->lock);
    for (const struct large *large = shard->waiting; large != NULL; large = large->next)
        waiting_subtract(large_bytes(large->size));
    if (REFBENCH_DEBUG) {
        strike(shard->containers);
        strike(shard->others);
    }
    free_all(shard->containers);
    free_all(shard->others);
    free_all(shard->waiting);
    *shard = (struct large_shard){.lock = shard->lock};
    lock_release(&shard->lock);
}

void large_end_all(void)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        end_shard(&large_shards[i]);
}

static size_t length_of(const struct large_shard *shard, const struct large *list)
{
    size_t length = 0;
    for (const struct large *large = list; large != NULL; large = large->next)
        length += *large->link == large && shard_of(large) == shard;
    return length;
}

bool large_shard_is_valid(const struct large_shard *shard)
{
    return length_of(shard, shard->containers) == shard->live[BLOCK_CONTAINER] &&
           length_of(shard, shard->others) == shard->live[BLOCK_DATA] + shard->live[BLOCK_OBJECT];
}
