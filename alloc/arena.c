/* Which slots of which arenas are pools, and which of these wait. */
#include "alloc/arena_list.h"

#include "alloc/base/grace.h"
#include "alloc/base/os.h"
#include "alloc/guard.h"
#include "alloc/limit.h"
#include "alloc/recent.h"
#include "alloc/waiting.h"

enum { HEADER_SLOTS = sizeof(struct arena) / POOL_BYTES }; /* taken by the header as a whole */

#define FIRST_SLOTS(n) (~UINT64_C(0) >> (64 - (n)))

static const uint64_t all_slots = FIRST_SLOTS(ARENA_POOLS) & ~UINT64_C(0) << HEADER_SLOTS;

_Static_assert(sizeof(struct arena) % POOL_LINE == 0,
               "blocks behind the header keep their alignment");
_Static_assert(POOL_BYTES / BLOCK_UNIT <= UINT16_MAX, "a pool counts its blocks in 16 bits");

struct arena_table arenas = {.lock = LOCK_INIT};

static uint64_t slot_bit(const struct pool *pool) { return UINT64_C(1) << arena_index(pool); }

/* --- slots, with the lock held --------------------------------------------------------------------------------------- */

/* The arena to take a shelf's next slot from; it is not in a list of peers.  NULL if there is none. */
static struct arena *open_arena_locked(struct arena_shelf *shelf)
{
    if (shelf->some_free != 0) {
        struct arena *fullest = shelf->by_free[__builtin_ctzll(shelf->some_free)];
        arena_unshelve(fullest);
        return fullest;
    }
    struct arena *spare = shelf->spare;
    shelf->spare = NULL;
    if (spare != NULL)
        arena_enlist(spare);
    return spare;
}

/* Takes a free slot out of an arena that is in no list of peers. */
static void take_slot_locked(struct arena *arena, struct pool *pool)
{
    uint64_t bit = slot_bit(pool);
    pool->recycled = (arena->recycled & bit) != 0;
    arena->free &= ~bit;
    arena->recycled |= bit;
    arena_shelve(arena);
}

/* Takes the spares of all nodes.  Returns them, a list by `next`. */
static struct arena *take_spares_locked(void)
{
    struct arena *spares = NULL;
    for (unsigned node = 0; node < node_count(); node++) {
        struct arena *spare = arenas.shelves[node].spare;
        if (spare == NULL)
            continue;
        arenas.shelves[node].spare = NULL;
        spare->next = spares;
        spares = spare;
    }
    return spares;
}

/* Takes out of use an arena whose slots are all free.  Returns what to unmap, a list by `next`. */
static struct arena *retire_arena_locked(struct arena *arena)
{
    struct arena_shelf *shelf = arena_shelf_of(arena);
    arena_delist(arena);
    recent_delist(arena);
    if (arenas.first == NULL) {
        arena->next = take_spares_locked();
        return arena;
    }
    arena->next = NULL;
    if (shelf->spare != NULL)
        return arena;
    shelf->spare = arena;
    return NULL;
}

/* Makes a free slot of a pool.  Returns arenas to unmap, in front of those in `others`. */
static struct arena *put_slot_locked(struct pool *pool, struct arena *others)
{
    struct arena *arena = arena_of(pool);
    if (REFBENCH_DEBUG)
        guard_release(pool);
    pool->state = POOL_UNUSED;
    limit_freed(POOL_BYTES);
    arena_unshelve(arena);
    arena->free |= slot_bit(pool);
    if (arena->free != all_slots) {
        arena_shelve(arena);
        return others;
    }
    struct arena *unused = retire_arena_locked(arena);
    if (unused == NULL)
        return others;
    struct arena *last = unused;
    while (last->next != NULL)
        last = last->next;
    last->next = others;
    return unused;
}

static void unmap(struct arena *arena)
{
    arena_map_clear(arena);
    os_unmap(arena, ARENA_BYTES);
    limit_give(ARENA_BYTES);
    fetch_add_relaxed(&arenas.returned, 1);
}

static void unmap_all(struct arena *unused)
{
    while (unused != NULL) {
        struct arena *next = unused->next;
        unmap(unused);
        unused = next;
    }
}

/* --- pools that wait, with the lock held ----------------------------------------------------------------------------- */

static struct pool *take_waiting_locked(struct arena_shelf *shelf, enum block_kind kind,
                                        unsigned size_class, size_t link)
{
    struct pool_queue *queue = &shelf->waiting[kind][size_class];
    struct pool *pool =
        queue->last; /* whose memory is the warmest; the oldest come nearer to their end */
    if (pool == NULL)
        return NULL;
    ASSERT(pool->link == link);
    pool_queue_remove(queue, pool);
    waiting_subtract(POOL_BYTES);
    pool_renew(pool);
    return pool;
}

/* Returns whether it is time to ask for a grace period. */
static bool put_waiting_locked(struct pool *pool)
{
    pool->state = POOL_WAITING;
    pool->ticket = grace_ticket();
    pool_queue_push(&arena_shelf_of(arena_of(pool))->waiting[pool->kind][pool_class(pool)], pool);
    return waiting_add(POOL_BYTES);
}

/* Frees those of a queue whose period is over; they are in order of their tickets. */
static struct arena *reclaim_queue_locked(struct pool_queue *queue, struct arena *unused)
{
    struct pool *pool;
    while ((pool = queue->first) != NULL && grace_is_over(pool->ticket)) {
        pool_queue_remove(queue, pool);
        waiting_subtract(POOL_BYTES);
        unused = put_slot_locked(pool, unused);
    }
    return unused;
}

static struct arena *reclaim_locked(void)
{
    struct arena *unused = NULL;
    for (struct arena_shelf *shelf = arenas.shelves; shelf < arenas.shelves + node_count(); shelf++)
        for (unsigned kind = 0; kind < BLOCK_KINDS; kind++)
            for (unsigned size_class = 0; size_class < BLOCK_CLASSES; size_class++)
                unused = reclaim_queue_locked(&shelf->waiting[kind][size_class], unused);
    return unused;
}

void arena_reclaim(void)
{
    lock_acquire(&arenas.lock);
    struct arena *unused = reclaim_locked();
    lock_release(&arenas.lock);
    unmap_all(unused);
}

/* --- taking and putting pools ---------------------------------------------------------------------------------------- */

static void own_locked(struct pool *pool)
{
    struct arena *arena = arena_of(pool);
    pool->state = POOL_OWNED;
    if (pool->kind == BLOCK_CONTAINER)
        arena->containers |= slot_bit(pool);
}

static void disown_locked(struct pool *pool)
{
    struct arena *arena = arena_of(pool);
    uint64_t others = ~slot_bit(pool);
    store_relaxed(&pool->owner, 0);
    if (pool->kind != BLOCK_CONTAINER)
        return;
    if (((load_relaxed(&arena->young) | load_relaxed(&arena->middle)) & slot_bit(pool)) != 0)
        recent_make_old(pool);
    arena->containers &= others;
    fetch_and_relaxed(&arena->young, others);
    fetch_and_relaxed(&arena->middle, others);
}

static bool was_of(const struct pool *pool, enum block_kind kind, unsigned size_class, size_t link)
{
    return pool->carved != 0 && pool->kind == kind && pool_class(pool) == size_class &&
           pool->link == link;
}

/* A free slot that was last a pool of that kind and class; or NULL. */
static struct pool *find_same_locked(struct arena *arena, enum block_kind kind, unsigned size_class,
                                     size_t link)
{
    for (uint64_t left = arena->free & arena->recycled; left != 0; left &= left - 1) {
        struct pool *pool = &arena->pools[__builtin_ctzll(left)];
        if (was_of(pool, kind, size_class, link))
            return pool;
    }
    return NULL;
}

static struct pool *take_new_locked(struct arena_shelf *shelf, enum block_kind kind,
                                    unsigned size_class, size_t link)
{
    struct arena *arena = open_arena_locked(shelf);
    if (arena == NULL)
        return NULL;
    struct pool *pool = find_same_locked(arena, kind, size_class, link);
    bool is_same = pool != NULL;
    if (!is_same)
        pool = &arena->pools[__builtin_ctzll(arena->free)];
    take_slot_locked(arena, pool);
    if (is_same)
        pool_renew(pool);
    else
        pool_init(pool, kind, size_class, link);
    return pool;
}

/* Takes from the shelf of that node; NULL if there is nothing on it. */
static struct pool *take(unsigned node, enum block_kind kind, unsigned size_class, size_t link)
{
    struct arena_shelf *shelf = &arenas.shelves[node];
    lock_acquire(&arenas.lock);
    struct arena *unused = NULL;
    struct pool *pool = take_waiting_locked(shelf, kind, size_class, link);
    if (pool == NULL)
        pool = take_new_locked(shelf, kind, size_class, link);
    if (pool == NULL && !waiting_is_empty()) {
        unused = reclaim_locked();
        pool = take_new_locked(shelf, kind, size_class, link);
    }
    if (pool != NULL)
        own_locked(pool);
    lock_release(&arenas.lock);
    unmap_all(unused);
    return pool;
}

/* NULL if there is no memory, or the limit is reached. */
static struct arena *map_within_limit(void)
{
    if (!limit_take(ARENA_BYTES))
        return NULL;
    struct arena *arena = os_map(ARENA_BYTES, ARENA_BYTES);
    if (arena == NULL)
        limit_give(ARENA_BYTES);
    return arena;
}

/* Makes a new arena the spare of that node. */
static bool map_arena(unsigned node)
{
    struct arena *arena = map_within_limit();
    if (arena == NULL)
        return false;
    node_bind(arena, ARENA_BYTES, node);
    arena->free = all_slots;
    arena->node = node;
    arena_map_set(arena);
    fetch_add_relaxed(&arenas.made, 1);
    struct arena_shelf *shelf = &arenas.shelves[node];
    lock_acquire(&arenas.lock);
    struct arena *second = shelf->spare; /* put there by another thread meanwhile */
    shelf->spare = arena;
    lock_release(&arenas.lock);
    if (second != NULL)
        unmap(second);
    grace_took(ARENA_BYTES);
    return true;
}

/* Far memory is better than none. */
static struct pool *take_anywhere(enum block_kind kind, unsigned size_class, size_t link)
{
    struct pool *pool = NULL;
    for (unsigned node = 0; pool == NULL && node < node_count(); node++)
        pool = take(node, kind, size_class, link);
    return pool;
}

struct pool *arena_take(unsigned node, enum block_kind kind, unsigned size_class, size_t link)
{
    struct pool *pool = take(node, kind, size_class, link);
    while (pool == NULL && map_arena(node))
        pool = take(node, kind, size_class, link);
    return pool != NULL ? pool : take_anywhere(kind, size_class, link);
}

bool arena_has_room(unsigned node)
{
    const struct arena_shelf *shelf = &arenas.shelves[node];
    lock_acquire(&arenas.lock);
    bool has_room = shelf->some_free != 0 || shelf->spare != NULL;
    lock_release(&arenas.lock);
    return has_room;
}

void arena_put(struct pool *pool)
{
    struct arena *unused = NULL;
    bool over_budget = false;
    lock_acquire(&arenas.lock);
    disown_locked(pool);
    if (waiting_is_needed(pool->kind))
        over_budget = put_waiting_locked(pool);
    else
        unused = put_slot_locked(pool, NULL);
    lock_release(&arenas.lock);
    unmap_all(unused);
    if (over_budget)
        grace_request(grace_ticket());
}

/* The slot becomes as new: its memory all zeros, nothing carved.  If the system refuses, it stays as it is. */
static void discard_slot_locked(struct arena *arena, struct pool *pool)
{
    if (arena_blocks(pool) != arena_slot(pool) || os_page_bytes() > POOL_BYTES)
        return;
    if (!os_discard(arena_slot(pool), POOL_BYTES))
        return;
    pool->carved = 0;
    arena->recycled &= ~slot_bit(pool);
}

static void discard_free_slots_locked(struct arena *arena)
{
    for (uint64_t left = arena->free & arena->recycled; left != 0; left &= left - 1)
        discard_slot_locked(arena, &arena->pools[__builtin_ctzll(left)]);
}

/* The lock is given back after each arena, since others wait for it. */
static void discard_free_slots(void)
{
    struct arena *arena = NULL;
    do {
        lock_acquire(&arenas.lock);
        arena = arena_after(arena);
        if (arena != NULL)
            discard_free_slots_locked(arena);
        lock_release(&arenas.lock);
    } while (arena != NULL);
}

bool arena_unmap_spares(void)
{
    lock_acquire(&arenas.lock);
    struct arena *spares = take_spares_locked();
    lock_release(&arenas.lock);
    const bool some = spares != NULL;
    unmap_all(spares);
    return some;
}

void arena_trim(void)
{
    discard_free_slots();
    (void)arena_unmap_spares();
    os_trim();
}

/* --- validator --------------------------------------------------------------------------------------------------------- */

static uint64_t slots_in_state(const struct arena *arena, enum pool_state state)
{
    uint64_t slots = 0;
    for (unsigned i = 0; i < ARENA_POOLS; i++)
        if (arena->pools[i].state == state)
            slots |= UINT64_C(1) << i;
    return slots & all_slots;
}

static uint64_t owned_containers(const struct arena *arena)
{
    uint64_t slots = slots_in_state(arena, POOL_OWNED);
    for (unsigned i = 0; i < ARENA_POOLS; i++)
        if (arena->pools[i].kind != BLOCK_CONTAINER)
            slots &= ~(UINT64_C(1) << i);
    return slots;
}

static bool marks_are_valid(const struct arena *arena)
{
    for (unsigned i = 0; i < ARENA_POOLS; i++)
        if (!recent_is_valid(&arena->pools[i]))
            return false;
    return true;
}

bool arena_slots_are_valid(const struct arena *arena)
{
    unsigned n = arena_free_slots(arena);
    return arena->free == slots_in_state(arena, POOL_UNUSED) && arena->free != all_slots &&
           (all_slots & ~arena->free & ~arena->recycled) == 0 &&
           arena->containers == owned_containers(arena) && (n == 0 || arena_is_shelved(arena, n)) &&
           (arena->next == NULL || arena->next > arena);
}

bool arena_is_valid(const struct arena *arena)
{
    uint64_t sets = load_relaxed(&arena->young) | load_relaxed(&arena->middle);
    return arena_slots_are_valid(arena) && (sets & ~arena->containers) == 0 &&
           (sets == 0 || arena->recent_link != NULL) && marks_are_valid(arena);
}
