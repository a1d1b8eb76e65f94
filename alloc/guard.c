/* Fill, zones, poison and live bits. */
#include "alloc/guard.h"

#include "alloc/arena.h"
#include "alloc/base/poison.h"
#include "alloc/misuse.h"
#include "alloc/trim.h"

#include <string.h>

enum { FILL_USED = 0xCB, FILL_FREE = 0xDB };

/* --- live bits ----------------------------------------------------------------------------------------------------- */

struct live_bit {
    _Atomic uint64_t *word;
    uint64_t bit;
};

static inline struct live_bit live_bit(const void *block)
{
    struct arena *arena = arena_of(block);
    size_t unit = ((uintptr_t)block & (POOL_BYTES - 1)) / BLOCK_ALIGN;
    return (struct live_bit){&arena->live[arena_index(arena_pool(block))][unit / 64],
                             UINT64_C(1) << unit % 64};
}

bool guard_is_live(const void *block)
{
    struct live_bit live = live_bit(block);
    return (load_relaxed(live.word) & live.bit) != 0;
}

size_t guard_live(const struct pool *pool)
{
    struct arena *arena = arena_of(pool);
    size_t count = 0;
    for (unsigned i = 0; i < ARENA_LIVE_WORDS; i++)
        count += (size_t)__builtin_popcountll(load_relaxed(&arena->live[arena_index(pool)][i]));
    return count;
}

static inline void set_live(const void *block)
{
    struct live_bit live = live_bit(block);
    uint64_t before = fetch_or_relaxed(live.word, live.bit);
    CHECK((before & live.bit) == 0, "block %p is handed out twice", block);
}

/* Two threads may try to free a block at the same time: one of them succeeds. */
static inline void clear_live(const struct heap *heap, const void *block)
{
    struct live_bit live = live_bit(block);
    if ((fetch_and_relaxed(live.word, ~live.bit) & live.bit) == 0)
        misuse_free(heap, block);
}

static inline bool is_at_a_block(const struct pool *pool, const void *address)
{
    return (uint32_t)((const char *)address - arena_blocks(pool)) % pool->bytes == 0;
}

/* The address is that of a block in use in a pool.  Nothing of it is read before that is known. */
static bool is_in_use(const void *address)
{
    return arena_is_mapped(address) &&
           (const char *)address >= (const char *)(arena_of(address) + 1) &&
           arena_pool(address)->state == POOL_OWNED &&
           is_at_a_block(arena_pool(address), address) && guard_is_live(address);
}

/* --- the words in a block ------------------------------------------------------------------------------------------ */

static inline void fill(void *block, size_t from, size_t to, int value)
{
    if (from < to)
        memset((char *)block + from, value, to - from);
}

static inline void poison_part(void *block, size_t from, size_t to)
{
    if (from < to)
        poison((char *)block + from, to - from);
}

static inline size_t kept_of(const struct pool *pool) { return block_kept(pool->kind, pool->link); }

static inline void check_clear(const struct pool *pool, const void *block, bool in_use,
                               const char *when)
{
    if (unlikely(!block_is_clear(pool->kind, pool->link, block)))
        misuse_header(block, in_use, when);
}

static inline void check_match(enum block_kind kind, size_t link, size_t size, const void *block)
{
    const struct pool *pool = arena_pool(block);
    if (unlikely(pool->kind != kind || pool->link != link ||
                 pool->bytes != block_round(zone_pad(size))))
        misuse_mismatch(kind, link, size, block);
}

/* The zone of a block in use. */
static void check_zone(const struct pool *pool, const void *block, struct zone_stamp stamp)
{
    size_t beyond = stamp.reads ? zone_overrun(block, pool->bytes, stamp.asked) : 0;
    if (unlikely(!stamp.reads || beyond != 0))
        misuse_overrun(block, beyond);
}

size_t guard_asked(const void *block)
{
    size_t bytes = arena_pool(block)->bytes;
    void *readable = (void *)(uintptr_t)block;
    unpoison((char *)readable + zone_stamp_at(bytes), bytes - zone_stamp_at(bytes));
    size_t asked = zone_read(block, bytes).asked;
    poison_part(readable, zone_stamp_at(bytes), bytes);
    return asked;
}

/* Where a free block was written to; its size if nowhere.  It must not be poisoned. */
static inline size_t find_late_write(const struct pool *pool, const void *block)
{
    size_t end = zone_stamp_at(pool->bytes);
    size_t at = zone_find_other(block, kept_of(pool), end, FILL_FREE);
    return at == end && zone_read(block, pool->bytes).reads ? pool->bytes : at;
}

static inline void check_fill(const struct pool *pool, const void *block)
{
    size_t at = find_late_write(pool, block);
    if (unlikely(at != pool->bytes))
        misuse_late_write(block, at);
}

/* --- blocks of pools ----------------------------------------------------------------------------------------------- */

void guard_alloc(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                 void *block)
{
    const struct pool *pool = arena_pool(block);
    size_t asked = zone_bytes != 0 ? size : pool->bytes;
    check_match(kind, link, size, block);
    set_live(block);
    unpoison(block, pool->bytes);
    check_fill(pool, block);
    check_clear(pool, block, false, "allocated");
    fill(block, kept_of(pool), asked, FILL_USED);
    zone_write(block, pool->bytes, asked, heap);
    hand_out(block, asked);
    if (kind != BLOCK_DATA)
        unpoison(block, kept_of(pool));
    poison_part(block, asked, pool->bytes);
}

static void fill_free(const struct pool *pool, void *block)
{
    fill(block, kept_of(pool), zone_stamp_at(pool->bytes), FILL_FREE);
    poison_part(block, kept_of(pool), pool->bytes);
}

void guard_free(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                void *block)
{
    if (unlikely(!is_in_use(block)))
        misuse_free(heap, block);
    clear_live(heap, block);
    const struct pool *pool = arena_pool(block);
    unpoison(block, pool->bytes);
    check_match(kind, link, size, block);
    check_clear(pool, block, true, "freed");
    const struct zone_stamp stamp = zone_read(block, pool->bytes);
    check_zone(pool, block, stamp);
    zone_stamp(block, pool->bytes, stamp.asked, heap);
    hand_back(block);
    unpoison(block, pool->bytes);
    fill_free(pool, block);
}

void guard_enter(const struct pool *pool, void *block)
{
    fill(block, pool->link, pool->link + sizeof(void *), FILL_FREE);
    poison_part(block, pool->link, pool->link + sizeof(void *));
}

void guard_leave(const struct pool *pool, void *block)
{
    unpoison(block, pool->bytes);
    size_t end = pool->link + sizeof(void *);
    size_t at = zone_find_other(block, pool->link, end, FILL_FREE);
    if (unlikely(at != end))
        misuse_late_write(block, at);
    check_fill(pool, block);
    poison_part(block, kept_of(pool), pool->bytes);
}

void guard_carve(const struct pool *pool, void *block)
{
    zone_stamp(block, pool->bytes, 0, NULL);
    fill_free(pool, block);
}

void guard_release(const struct pool *pool)
{
    char *block = arena_blocks(pool);
    unpoison(block, (size_t)pool->carved * pool->bytes);
    for (unsigned i = 0; i < pool->carved; i++, block += pool->bytes)
        if (pool->discarded == 0 || !trim_is_absent(pool, i))
            check_fill(pool, block);
}

/* --- large blocks -------------------------------------------------------------------------------------------------- */

static size_t large_end(size_t size) { return block_round(zone_pad(size)); }

static void check_clear_large(const struct ledger_entry *large, size_t link, const char *when)
{
    if (unlikely(!block_is_clear(large->kind, link, large->block)))
        misuse_header_large(large, when);
}

static void check_zone_large(const struct ledger_entry *large)
{
    size_t end = large_end(large->size);
    void *block = (void *)(uintptr_t)large->block;
    unpoison((char *)block + large->size, end - large->size);
    bool reads = zone_read(block, end).reads;
    size_t beyond = reads ? zone_overrun(block, end, large->size) : 0;
    if (unlikely(!reads || beyond != 0))
        misuse_overrun_large(large, beyond);
    poison_part(block, large->size, end);
}

bool guard_alloc_large(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                       void *block)
{
    const struct ledger_entry large = {
        .block = block, .size = size, .kind = kind, .in_use = true, .by = heap, .owner = heap};
    check_clear_large(&large, link, "allocated");
    fill(block, block_kept(kind, link), size, FILL_USED);
    zone_write(block, large_end(size), size, heap);
    poison_part(block, size, large_end(size));
    return ledger_enter(&large);
}

void guard_find_large(const struct heap *heap, const void *block)
{
    if (unlikely(!ledger_at(block).in_use))
        misuse_free(heap, block);
}

void guard_free_large(const struct heap *heap, enum block_kind kind, size_t link, size_t size,
                      void *block)
{
    const struct ledger_entry large = ledger_leave(block, heap);
    if (unlikely(!large.in_use))
        misuse_free(heap, block);
    if (unlikely(large.kind != kind || large.size != size))
        misuse_mismatch_large(&large, kind, size);
    check_clear_large(&large, link, "freed");
    check_zone_large(&large);
    unpoison((char *)block + size, large_end(size) - size);
    fill(block, block_kept(kind, link), large_end(size), FILL_FREE);
}

void guard_end_large(void *block)
{
    const struct ledger_entry large = ledger_leave(block, NULL);
    unpoison(block, large_end(large.size));
}

/* --- everything ---------------------------------------------------------------------------------------------------- */

/* The caller's bytes are left as they are: memcheck knows which of them are defined. */
static void check_used(const struct pool *pool, void *block)
{
    size_t from = zone_stamp_at(pool->bytes);
    unpoison((char *)block + from, pool->bytes - from);
    const struct zone_stamp stamp = zone_read(block, pool->bytes);
    if (stamp.reads)
        from = stamp.asked;
    unpoison((char *)block + from, pool->bytes - from);
    check_zone(pool, block, stamp);
    poison_part(block, from, pool->bytes);
}

static void check_free(const struct pool *pool, void *block)
{
    size_t from = kept_of(pool);
    unpoison((char *)block + from, pool->bytes - from);
    check_fill(pool, block);
    check_clear(pool, block, false, "free");
    poison_part(block, from, pool->bytes);
}

static void check_pool(const struct pool *pool)
{
    char *block = arena_blocks(pool);
    for (unsigned i = 0; i < pool->carved; i++, block += pool->bytes)
        if (guard_is_live(block))
            check_used(pool, block);
        else if (!trim_is_absent(pool, i))
            check_free(pool, block);
}

void guard_check_all(void)
{
    lock_acquire(&arenas.lock);
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (unsigned i = 0; i < ARENA_POOLS; i++)
            if (arena->pools[i].state != POOL_UNUSED)
                check_pool(&arena->pools[i]);
    lock_release(&arenas.lock);
    ledger_each(check_zone_large);
}
