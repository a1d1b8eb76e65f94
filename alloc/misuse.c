/* Descriptions of blocks, and what a pointer points to that was freed and should not have been. */
#include "alloc/misuse.h"

#include "alloc/arena.h"
#include "alloc/base/poison.h"
#include "alloc/guard.h"
#include "alloc/zone.h"

#include <stdio.h>

static const char *const kinds[BLOCK_KINDS] = {"data", "object", "container"};

#define REPORT(...) check_failed(__FILE__, __LINE__, "misuse", __VA_ARGS__)

/* --- descriptions -------------------------------------------------------------------------------------------------- */

static void describe_pool(char *text, size_t room, const struct pool *pool)
{
    snprintf(text, room, "pool %u of arena %p, class of %u bytes, owner %p", arena_index(pool),
             (void *)arena_of(pool), pool->bytes, (void *)pool_owner(pool));
}

static void describe_heap(char *text, size_t room, const char *did, const struct heap *by)
{
    if (by != NULL)
        snprintf(text, room, ", %s by %p", did, (const void *)by);
    else
        text[0] = '\0';
}

/* Who reads this to report a mistake does not return, so the stamp need not become poison again. */
static struct zone_stamp stamp_of(const void *block)
{
    size_t bytes = arena_pool(block)->bytes;
    size_t at = zone_stamp_at(bytes);
    unpoison((char *)(uintptr_t)block + at, bytes - at);
    return zone_read(block, bytes);
}

void misuse_describe(char *text, const void *block, bool in_use)
{
    const struct pool *pool = arena_pool(block);
    const struct zone_stamp stamp = stamp_of(block);
    char where[MISUSE_TEXT / 2];
    char who[MISUSE_TEXT / 4];
    describe_pool(where, sizeof where, pool);
    describe_heap(who, sizeof who, in_use ? "allocated" : "freed", stamp.reads ? stamp.by : NULL);
    bool known = zone_bytes != 0 && stamp.reads && stamp.asked != 0;
    snprintf(text, MISUSE_TEXT, "%s block %p of %s%zu bytes (%s%s)", kinds[pool->kind], block,
             known ? "" : "at most ", known ? stamp.asked : zone_unpad(pool->bytes), where, who);
}

void misuse_describe_large(char *text, const struct ledger_entry *large)
{
    snprintf(text, MISUSE_TEXT, "large %s block %p of %zu bytes (owner %p, %s by %p)",
             kinds[large->kind], large->block, large->size, (const void *)large->owner,
             large->in_use ? "allocated" : "freed", (const void *)large->by);
}

/* --- pointers that are no block in use ----------------------------------------------------------------------------- */

static const char *role(const struct heap *heap, const struct heap *owner)
{
    if (heap == NULL)
        return "a thread without a heap";
    return heap == owner ? "its owner" : "another heap";
}

static _Noreturn void free_again(const struct heap *heap, const char *described,
                                 const struct heap *first, const struct heap *owner)
{
    REPORT("%s is freed twice: first by %s, now by %s %p", described, role(first, owner),
           role(heap, owner), (const void *)heap);
}

static _Noreturn void free_large(const struct heap *heap, const void *address,
                                 const struct ledger_entry *large)
{
    char described[MISUSE_TEXT];
    misuse_describe_large(described, large);
    size_t inside = (size_t)((const char *)address - (const char *)large->block);
    if (inside != 0)
        REPORT("%p is freed but lies %zu bytes inside %s", address, inside, described);
    if (large->in_use)
        REPORT("%p is freed as a block of a pool but is %s", address, described);
    free_again(heap, described, large->by, large->owner);
}

static _Noreturn void free_outside(const struct heap *heap, const void *address)
{
    struct ledger_entry large = ledger_find(address);
    if (large.block != NULL)
        free_large(heap, address, &large);
    REPORT("%p is freed but lies in no arena and in no large block", address);
}

/* What `carved` was a moment ago: the pool may be another thread's. */
static unsigned carved_of(const struct pool *pool)
{
    return load_relaxed((const _Atomic uint16_t *)&pool->carved);
}

static _Noreturn void free_at_block(const struct heap *heap, const struct pool *pool,
                                    const void *block)
{
    char described[MISUSE_TEXT];
    const struct zone_stamp stamp = stamp_of(block);
    misuse_describe(described, block, guard_is_live(block));
    if (guard_is_live(block))
        REPORT("%p is freed as a large block but is %s", block, described);
    if (stamp.asked == 0)
        REPORT("%s is freed but was never handed out", described);
    if (zone_bytes == 0 || !stamp.reads)
        REPORT("%s is freed twice, now by %s %p", described, role(heap, pool_owner(pool)),
               (const void *)heap);
    free_again(heap, described, stamp.by, pool_owner(pool));
}

static _Noreturn void free_in_pool(const struct heap *heap, const struct pool *pool,
                                   const void *address)
{
    char described[MISUSE_TEXT];
    size_t offset = (size_t)((const char *)address - arena_blocks(pool));
    size_t number = offset / pool->bytes;
    const char *block = arena_blocks(pool) + number * pool->bytes;
    describe_pool(described, sizeof described, pool);
    if (number >= pool->capacity)
        REPORT("%p is freed but lies behind the last block of a pool (%s)", address, described);
    if (number >= carved_of(pool))
        REPORT("%p is freed but lies where a pool is not carved yet (%s)", address, described);
    if (address == block)
        free_at_block(heap, pool, block);
    misuse_describe(described, block, guard_is_live(block));
    REPORT("%p is freed but lies %zu bytes inside %s", address, offset % pool->bytes, described);
}

_Noreturn void misuse_free(const struct heap *heap, const void *address)
{
    if (!arena_is_mapped(address))
        free_outside(heap, address);
    const struct arena *arena = arena_of(address);
    const struct pool *pool = arena_pool(address);
    if ((const char *)address < (const char *)(arena + 1))
        REPORT("%p is freed but lies in the header of arena %p", address, (const void *)arena);
    if (pool->state == POOL_UNUSED)
        REPORT("%p is freed but lies in slot %u of arena %p, which is no pool", address,
               arena_index(pool), (const void *)arena);
    free_in_pool(heap, pool, address);
}

/* --- what is wrong with a block ------------------------------------------------------------------------------------ */

_Noreturn void misuse_mismatch(enum block_kind kind, size_t link, size_t size, const void *block)
{
    char described[MISUSE_TEXT];
    misuse_describe(described, block, true);
    REPORT("%s with link %u is freed as %s of %zu bytes with link %zu", described,
           arena_pool(block)->link, kinds[kind], size, link);
}

_Noreturn void misuse_mismatch_large(const struct ledger_entry *large, enum block_kind kind,
                                     size_t size)
{
    char described[MISUSE_TEXT];
    misuse_describe_large(described, large);
    REPORT("%s is freed as %s of %zu bytes", described, kinds[kind], size);
}

static _Noreturn void report_header(const char *described, const char *when)
{
    REPORT("%s has header or collector's word not zero when %s", described, when);
}

_Noreturn void misuse_header(const void *block, bool in_use, const char *when)
{
    char described[MISUSE_TEXT];
    misuse_describe(described, block, in_use);
    report_header(described, when);
}

_Noreturn void misuse_header_large(const struct ledger_entry *large, const char *when)
{
    char described[MISUSE_TEXT];
    misuse_describe_large(described, large);
    report_header(described, when);
}

static _Noreturn void report_overrun(const char *described, size_t beyond)
{
    if (beyond == 0)
        REPORT("%s was written to beyond its end, over the whole red zone", described);
    REPORT("%s was written to beyond its end, by up to %zu bytes", described, beyond);
}

_Noreturn void misuse_overrun(const void *block, size_t beyond)
{
    char described[MISUSE_TEXT];
    misuse_describe(described, block, true);
    report_overrun(described, beyond);
}

_Noreturn void misuse_overrun_large(const struct ledger_entry *large, size_t beyond)
{
    char described[MISUSE_TEXT];
    misuse_describe_large(described, large);
    report_overrun(described, beyond);
}

_Noreturn void misuse_late_write(const void *block, size_t at)
{
    char described[MISUSE_TEXT];
    misuse_describe(described, block, false);
    REPORT("%s was written to at +%zu after it was freed", described, at);
}
