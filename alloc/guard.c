/* Fill, poison and live bits. */
#include "alloc/guard.h"

#include "alloc/arena.h"
#include "alloc/base/poison.h"

#include <string.h>

enum { FILL_USED = 0xCB, FILL_FREE = 0xDB };

static const char *const kind_names[BLOCK_KINDS] = {"data", "object", "container"};

static void fill(enum block_kind kind, size_t link, size_t bytes, void *block, int value)
{
    size_t kept = block_kept(kind, link);
    if (kept < bytes)
        memset((char *)block + kept, value, bytes - kept);
}

static void set_poison(enum block_kind kind, size_t link, size_t bytes, void *block)
{
    size_t kept = block_kept(kind, link);
    if (kept < bytes)
        poison((char *)block + kept, bytes - kept);
}

static void check_fill(enum block_kind kind, size_t link, size_t bytes, const void *block)
{
    for (size_t i = block_kept(kind, link); i < bytes; i++)
        CHECK(((const unsigned char *)block)[i] == FILL_FREE,
              "%s block %p of %zu bytes was written to at +%zu after it was freed",
              kind_names[kind], block, bytes, i);
}

static void check_clear(enum block_kind kind, size_t link, const void *block, const char *when)
{
    CHECK(block_is_clear(kind, link, block),
          "%s block %p has header or collector's word not zero when %s", kind_names[kind], block,
          when);
}

/* --- live bits ----------------------------------------------------------------------------------------------------- */

struct live_bit {
    _Atomic uint64_t *word;
    uint64_t bit;
};

static struct live_bit live_bit(const void *block)
{
    struct arena *arena = arena_of(block);
    size_t unit = ((uintptr_t)block & (POOL_BYTES - 1)) / BLOCK_UNIT;
    return (struct live_bit){&arena->live[arena_index(arena_pool(block))][unit / 64],
                             UINT64_C(1) << unit % 64};
}

static void set_live(const void *block)
{
    struct live_bit live = live_bit(block);
    uint64_t before = fetch_or_relaxed(live.word, live.bit);
    CHECK((before & live.bit) == 0, "block %p is handed out twice", block);
}

static void clear_live(const void *block)
{
    const struct pool *pool = arena_pool(block);
    struct live_bit live = live_bit(block);
    uint64_t before = fetch_and_relaxed(live.word, ~live.bit);
    CHECK((before & live.bit) != 0,
          "%p is freed but is no block in use (%s pool of %u bytes, owner %p)", block,
          kind_names[pool->kind], pool->bytes, (void *)pool_owner(pool));
}

static void check_match(enum block_kind kind, size_t link, size_t size, const void *block)
{
    const struct pool *pool = arena_pool(block);
    CHECK(pool->kind == kind && pool->link == link && pool->bytes == block_round(size),
          "%p is freed as %s of %zu bytes, link %zu, but is %s of %u, link %u", block,
          kind_names[kind], size, link, kind_names[pool->kind], pool->bytes, pool->link);
}

/* --- blocks of pools ------------------------------------------------------------------------------------------------- */

void guard_alloc(enum block_kind kind, size_t link, size_t size, void *block)
{
    size_t bytes = block_round(size);
    check_match(kind, link, size, block);
    set_live(block);
    unpoison(block, bytes);
    check_fill(kind, link, bytes, block);
    check_clear(kind, link, block, "allocated");
    fill(kind, link, bytes, block, FILL_USED);
}

void guard_free(enum block_kind kind, size_t link, size_t size, void *block)
{
    size_t bytes = block_round(size);
    clear_live(block);
    check_match(kind, link, size, block);
    check_clear(kind, link, block, "freed");
    fill(kind, link, bytes, block, FILL_FREE);
    set_poison(kind, link, bytes, block);
}

void guard_carve(const struct pool *pool, void *block)
{
    fill(pool->kind, pool->link, pool->bytes, block, FILL_FREE);
    set_poison(pool->kind, pool->link, pool->bytes, block);
}

void guard_release(const struct pool *pool)
{
    unpoison(arena_blocks(pool), (size_t)pool->carved * pool->bytes);
}

/* --- large blocks ---------------------------------------------------------------------------------------------------- */

void guard_alloc_large(enum block_kind kind, size_t link, size_t size, void *block)
{
    check_clear(kind, link, block, "allocated");
    fill(kind, link, size, block, FILL_USED);
}

void guard_free_large(enum block_kind kind, size_t link, size_t size, void *block)
{
    check_clear(kind, link, block, "freed");
    fill(kind, link, size, block, FILL_FREE);
}
