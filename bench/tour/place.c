/* Reading descriptors.  No other thread uses the allocator meanwhile. */
#include "bench/tour/place.h"

#include "alloc/arena.h"
#include "alloc/trim.h"
#include "bench/tour/text.h"
#include "runtimes/object/object.h"

bool place_is_in_arena(const void *address)
{
    lock_acquire(&arenas.lock);
    const struct arena *arena = arenas.first;
    while (arena != NULL && arena != arena_of(address))
        arena = arena->next;
    lock_release(&arenas.lock);
    return arena != NULL;
}

unsigned place_number(const void *block)
{
    const struct pool *pool = arena_pool(block);
    return (unsigned)((size_t)((const char *)block - arena_blocks(pool)) / pool->bytes);
}

void place_write(struct json *json, const char *key, const void *block)
{
    const struct pool *pool = arena_pool(block);
    json_open(json, key, '{');
    text_address(json, "arena", arena_of(block));
    json_number(json, "pool", arena_index(pool));
    json_number(json, "block", place_number(block));
    json_number(json, "block_bytes", pool->bytes);
    text_address(json, "blocks_begin", arena_blocks(pool));
    json_close(json, '}');
}

static char slot_letter(const struct arena *arena, unsigned slot)
{
    static const char kinds[BLOCK_KINDS] = {'d', 'o', 'c'};
    const struct pool *pool = &arena->pools[slot];
    bool has_header = arena_blocks(pool) != arena_slot(pool);
    bool is_free = (arena->free >> slot & 1) != 0;
    if (has_header && (is_free || arena_blocks(pool) >= arena_slot(pool) + POOL_BYTES))
        return 'H';
    if (is_free)
        return '.';
    return kinds[pool->kind];
}

void place_write_arena(struct json *json, const char *key, const void *block)
{
    const struct arena *arena = arena_of(block);
    char letters[ARENA_POOLS + 1] = "";
    for (unsigned slot = 0; slot < ARENA_POOLS; slot++)
        letters[slot] = slot_letter(arena, slot);
    json_string(json, key, letters);
}

/* A container's collector word is zero exactly while its block is free. */
static char block_letter(const struct pool *pool, unsigned number)
{
    if (number >= pool->carved)
        return '.';
    if (trim_is_absent(pool, number))
        return '-';
    const char *block = arena_blocks(pool) + (size_t)number * pool->bytes;
    const struct container *container = (const struct container *)(const void *)block;
    return load_relaxed(&container->gc.word) != 0 ? '#' : '-';
}

void place_write_pool(struct json *json, const char *key, const void *block)
{
    const struct pool *pool = arena_pool(block);
    char letters[POOL_BYTES / BLOCK_ODD + 1] = "";
    for (unsigned i = 0; i < pool->capacity; i++)
        letters[i] = block_letter(pool, i);
    json_string(json, key, letters);
}
