/* Giving out numbers. */
#include "alloc/number.h"

#include "alloc/base/os.h"

enum { MOST = INT32_MAX };

static size_t count_pooled(void)
{
    size_t count = 0;
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        for (uint64_t pools = arena->containers; pools != 0; pools &= pools - 1)
            count += arena->pools[__builtin_ctzll(pools)].carved;
    return count;
}

size_t number_count(void)
{
    size_t count = count_pooled();
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        count += large_shards[i].live[BLOCK_CONTAINER];
    return count;
}

/* --- the table ------------------------------------------------------------------------------------------------------- */

static size_t table_bytes(const struct numbering *numbering)
{
    const size_t page = os_page_bytes();
    return ((numbering->slots + 1) * sizeof(struct number_place) + page - 1) & ~(page - 1);
}

static bool make_table(struct numbering *numbering)
{
    const struct arena *last = arenas.first;
    while (last != NULL && last->next != NULL)
        last = last->next;
    numbering->low = (uintptr_t)arenas.first >> POOL_SHIFT;
    numbering->slots = ((uintptr_t)last >> POOL_SHIFT) - numbering->low;
    if (last != NULL)
        numbering->slots += ARENA_POOLS;
    numbering->places = os_map(table_bytes(numbering), os_page_bytes());
    return numbering->places != NULL;
}

void number_fini(struct numbering *numbering)
{
    os_unmap(numbering->places, table_bytes(numbering));
}

/* --- numbers --------------------------------------------------------------------------------------------------------- */

static struct number_place number_next(struct numbering *numbering, const struct pool *pool)
{
    const uint32_t before = (uint32_t)(arena_blocks(pool) - arena_slot(pool)) / pool->bytes;
    struct number_place place = {
        .first = numbering->last + 1 - before,
        .reciprocal = (uint32_t)(((UINT64_C(1) << 32) + pool->bytes - 1) / pool->bytes),
    };
    numbering->last += pool->carved;
    return place;
}

/* The reciprocal of what has no numbers makes nothing of any offset. */
static void number_arena(struct numbering *numbering, const struct arena *arena)
{
    struct number_place *places =
        &numbering->places[((uintptr_t)arena >> POOL_SHIFT) - numbering->low];
    for (unsigned i = 0; i < ARENA_POOLS; i++)
        places[i] = (arena->containers >> i & 1) != 0 ? number_next(numbering, &arena->pools[i])
                                                      : (struct number_place){0, 1};
}

static void number_larges(struct numbering *numbering)
{
    for (unsigned i = 0; i < LARGE_SHARDS; i++)
        for (struct large *large = large_shards[i].containers; large != NULL; large = large->next)
            large->number = ++numbering->last;
}

bool number_init(struct numbering *numbering)
{
    *numbering = (struct numbering){0};
    if (number_count() > MOST || !make_table(numbering))
        return false;
    for (const struct arena *arena = arenas.first; arena != NULL; arena = arena->next)
        number_arena(numbering, arena);
    number_larges(numbering);
    return true;
}

/* --- pools with absent blocks ------------------------------------------------------------------------------------------ */

static unsigned skip(const struct pool *pool, unsigned from, bool absent)
{
    while (from < pool->carved && trim_is_absent(pool, from) == absent)
        from++;
    return from;
}

struct number_stretch number_present(const struct numbering *numbering, const struct pool *pool,
                                     unsigned from)
{
    struct number_stretch stretch = number_pool(numbering, pool);
    const unsigned first = skip(pool, from, true);
    stretch.block += first * stretch.bytes;
    stretch.number += first;
    stretch.length = skip(pool, first, false) - first;
    return stretch;
}
