/* Sets of pages and of blocks of a pool. */
#include "alloc/trim.h"

#include "alloc/arena.h"
#include "alloc/base/os.h"
#include "alloc/base/poison.h"
#include "alloc/guard.h"

enum {
    PAGE_LEAST = 4096,
    PAGES_MOST = POOL_BYTES / PAGE_LEAST,
    BLOCKS_MOST = POOL_BYTES / BLOCK_UNIT,
    WORDS = BLOCKS_MOST / 64,
};

/* One bit for each block, by its number in the pool. */
struct block_set {
    uint64_t words[WORDS];
};

static void add(struct block_set *set, unsigned i) { set->words[i / 64] |= UINT64_C(1) << i % 64; }

static bool has(const struct block_set *set, unsigned i)
{
    return (set->words[i / 64] >> i % 64 & 1) != 0;
}

static char *block_at(const struct pool *pool, unsigned i)
{
    return arena_blocks(pool) + (size_t)i * pool->bytes;
}

static struct block_set free_blocks(const struct pool *pool)
{
    struct block_set set = {{0}};
    for (const char *block = pool->free; block != NULL; block = block_next(block, pool->link))
        add(&set, (unsigned)((size_t)(block - arena_blocks(pool)) / pool->bytes));
    return set;
}

/* --- pages: one bit for each, from the slot's beginning ------------------------------------------------------------ */

/* The pages that a stretch of the slot touches. */
static unsigned pages_of(const struct pool *pool, const char *begin, const char *end)
{
    const size_t page = os_page_bytes();
    const size_t first = (size_t)(begin - arena_slot(pool)) / page;
    const size_t last = (size_t)(end - 1 - arena_slot(pool)) / page;
    return (2U << last) - (1U << first);
}

static unsigned block_pages(const struct pool *pool, unsigned i)
{
    return pages_of(pool, block_at(pool, i), block_at(pool, i) + pool->bytes);
}

bool trim_is_absent(const struct pool *pool, unsigned number)
{
    return (block_pages(pool, number) & pool->discarded) != 0;
}

/* Those below the blocks, and from the carve mark on. */
static unsigned pages_not_carved(const struct pool *pool)
{
    const char *slot = arena_slot(pool);
    const char *end = slot + POOL_BYTES;
    unsigned pages = 0;
    if (arena_blocks(pool) != slot)
        pages |= pages_of(pool, slot, arena_blocks(pool));
    if (pool_has_uncarved(pool))
        pages |= pages_of(pool, block_at(pool, pool->carved), end);
    return pages;
}

/* Those of no use to anybody, but not those that are discarded already. */
static unsigned unused_pages(const struct pool *pool, const struct block_set *free)
{
    unsigned kept = pages_not_carved(pool) | pool->discarded;
    for (unsigned i = 0; i < pool->carved; i++)
        if (!has(free, i) && !trim_is_absent(pool, i))
            kept |= block_pages(pool, i);
    const unsigned all = pages_of(pool, arena_slot(pool), arena_slot(pool) + POOL_BYTES);
    return all & ~kept;
}

/* Whether some free block would remain. */
static bool leaves_some(const struct pool *pool, const struct block_set *free, unsigned pages)
{
    for (unsigned i = 0; i < pool->carved; i++)
        if (has(free, i) && (block_pages(pool, i) & pages) == 0)
            return true;
    return false;
}

/* --- discarding and carving anew ----------------------------------------------------------------------------------- */

/* The list again, in order of addresses, without those that are absent now. */
static void relink(struct pool *pool, const struct block_set *free)
{
    pool->free = NULL;
    for (unsigned i = pool->carved; i-- > 0;) {
        char *block = block_at(pool, i);
        if (!has(free, i))
            continue;
        if (trim_is_absent(pool, i)) {
            unpoison(block, pool->bytes);
            continue;
        }
        block_set_next(block, pool->link, pool->free);
        pool->free = block;
    }
}

/* Run by run.  Returns how many bytes that gave back; what the system refuses to take stays as it is, which does no harm. */
static size_t discard(const struct pool *pool, unsigned pages)
{
    const size_t page = os_page_bytes();
    size_t given = 0;
    while (pages != 0) {
        const unsigned first = (unsigned)__builtin_ctz(pages);
        const unsigned count = (unsigned)__builtin_ctz(~(pages >> first));
        if (os_discard(arena_slot(pool) + first * page, count * page))
            given += count * page;
        pages &= ~(((1U << count) - 1) << first);
    }
    return given;
}

size_t trim_pool(struct pool *pool)
{
    if (os_page_bytes() >= POOL_BYTES || pool->free == NULL)
        return 0;
    const struct block_set free = free_blocks(pool);
    unsigned pages = unused_pages(pool, &free);
    if (!leaves_some(pool, &free, pages))
        pages &= pages - 1;
    if (pages == 0)
        return 0;
    pool->discarded = (uint16_t)(pool->discarded | pages);
    relink(pool, &free);
    return discard(pool, pages);
}

size_t trim_free_bytes(const struct pool *pool)
{
    if (os_page_bytes() >= POOL_BYTES)
        return 0;
    const size_t free = (size_t)(pool->carved - pool->used) * pool->bytes;
    const size_t gone = (size_t)__builtin_popcount(pool->discarded) * os_page_bytes();
    return free > gone ? free - gone : 0;
}

unsigned trim_absent(const struct pool *pool)
{
    unsigned absent = 0;
    if (pool->discarded != 0)
        for (unsigned i = 0; i < pool->carved; i++)
            absent += trim_is_absent(pool, i);
    return absent;
}

void trim_undo(struct pool *pool)
{
    for (unsigned i = pool->carved; i-- > 0;) {
        char *block = block_at(pool, i);
        if (!trim_is_absent(pool, i))
            continue;
        block_set_next(block, pool->link, pool->free); /* all else is zero already */
        pool->free = block;
        if (REFBENCH_DEBUG)
            guard_carve(pool, block);
    }
    pool->discarded = 0;
}
