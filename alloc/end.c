/* Taking arenas and large blocks off their lists, and giving them back. */
#include "alloc/end.h"

#include "alloc/arena.h"
#include "alloc/base/os.h"
#include "alloc/base/poison.h"
#include "alloc/large.h"
#include "alloc/limit.h"
#include "alloc/waiting.h"

#include <string.h>

/* --- arenas ------------------------------------------------------------------------------------------------------- */

static size_t waiting_pools(const struct arena *arena)
{
    size_t pools = 0;
    for (unsigned i = 0; i < ARENA_POOLS; i++)
        pools += arena->pools[i].state == POOL_WAITING;
    return pools;
}

static void unmap(struct arena *arena)
{
    unpoison(arena, ARENA_BYTES);
    arena_map_clear(arena);
    os_unmap(arena, ARENA_BYTES);
    limit_give(ARENA_BYTES);
    fetch_add_relaxed(&arenas.returned, 1);
}

/* The lists are empty then.  Returns what was on them, a list by `next`. */
static struct arena *take_all(void)
{
    lock_acquire(&arenas.lock);
    struct arena *all = arenas.first;
    for (unsigned node = 0; node < NODE_MAX; node++) {
        struct arena *spare = arenas.shelves[node].spare;
        if (spare == NULL)
            continue;
        spare->next = all;
        all = spare;
    }
    arenas.first = NULL;
    arenas.recent = NULL;
    memset(arenas.shelves, 0, sizeof arenas.shelves);
    lock_release(&arenas.lock);
    return all;
}

static void end_arenas(void)
{
    struct arena *arena = take_all();
    while (arena != NULL) {
        struct arena *next = arena->next;
        waiting_subtract(waiting_pools(arena) * POOL_BYTES);
        unmap(arena);
        arena = next;
    }
    os_trim();
}

/* --- both --------------------------------------------------------------------------------------------------------- */

void heap_end_all(void)
{
    end_arenas();
    large_end_all();
}
