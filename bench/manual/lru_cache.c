/*
 * lru_cache, freed by hand: bench/workloads/lru_cache.c says what it does, for its standard settings.
 *
 * A cache owns its entries, an entry the boxes of its key and its value.  The box that asks for a key becomes that of a new
 * entry, or is freed after a hit.  The table has open addresses with the key beside the entry; it is made for the cache's
 * capacity, at most half full, and what is deleted leaves no mark: those behind it move up (Knuth, volume 3, 6.4, algorithm R).
 */
#include "bench/manual/number.h"
#include "bench/manual/work.h"
#include "bench/trial/mix.h"
#include "bench/trial/zipf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    REQUESTS = 2400000,
    KEY_LEAST = 1000000,
    CAPACITY = 1000,
    KEYS = 10000,
    STREAMS = 64,
    SLOT_BITS = 11,
    SLOTS = 1 << SLOT_BITS,
};
#define THETA 0.99

struct entry {
    struct entry *prev;
    struct entry *next;
    struct number *key;
    struct number *value;
};

struct slot {
    int64_t key;
    struct entry *entry; /* NULL: none here */
};

struct table {
    size_t length;
    struct slot slots[SLOTS];
};

struct cache {
    struct table *table;
    struct entry *root; /* of the ring */
};

static uint64_t begin_of(uint64_t stream) { return REQUESTS * stream / STREAMS; }

static int64_t value_of(uint32_t key) { return (int64_t)(mix64(key) >> 24); }

/* --- the table ---------------------------------------------------------------------------------- */

/* Where a key would like to be: the upper bits of a product with the golden ratio. */
static size_t home_of(int64_t key)
{
    return (size_t)((uint64_t)key * UINT64_C(0x9e3779b97f4a7c15) >> (64 - SLOT_BITS));
}

static size_t after(size_t slot) { return (slot + 1) % SLOTS; }

/* The slot of a key, or the empty one where it would be. */
static size_t find_slot(const struct table *table, int64_t key)
{
    size_t slot = home_of(key);
    while (table->slots[slot].entry != NULL && table->slots[slot].key != key)
        slot = after(slot);
    return slot;
}

static void table_insert(struct table *table, int64_t key, struct entry *entry)
{
    table->slots[find_slot(table, key)] = (struct slot){key, entry};
    table->length++;
}

/* Whether a key at home in `home` may not stay in `slot` when `hole`, before it, is empty. */
static bool must_move(size_t home, size_t hole, size_t slot)
{
    return (slot - home) % SLOTS >= (slot - hole) % SLOTS;
}

static void table_delete(struct table *table, int64_t key)
{
    size_t hole = find_slot(table, key);
    for (size_t slot = after(hole); table->slots[slot].entry != NULL; slot = after(slot)) {
        if (must_move(home_of(table->slots[slot].key), hole, slot)) {
            table->slots[hole] = table->slots[slot];
            hole = slot;
        }
    }
    table->slots[hole].entry = NULL;
    table->length--;
}

/* --- the ring ----------------------------------------------------------------------------------- */

static void join(struct entry *left, struct entry *right)
{
    left->next = right;
    right->prev = left;
}

static void put_first(struct entry *root, struct entry *entry)
{
    join(entry, root->next);
    join(root, entry);
}

/* A ring of its own; it owns both boxes.  NULL if there is no memory: then nobody does. */
static struct entry *make_entry(struct number *key, struct number *value)
{
    struct entry *entry = memory_alloc(sizeof(*entry));
    if (entry != NULL) {
        *entry = (struct entry){.key = key, .value = value};
        join(entry, entry);
    }
    return entry;
}

static void free_entry(struct entry *entry)
{
    if (entry == NULL)
        return;
    number_free(entry->key);
    number_free(entry->value);
    memory_free(entry);
}

/* --- the cache ---------------------------------------------------------------------------------- */

static void free_cache(struct cache *cache)
{
    if (cache->root != NULL)
        while (cache->root->next != cache->root) {
            struct entry *entry = cache->root->next;
            join(cache->root, entry->next);
            free_entry(entry);
        }
    free_entry(cache->root);
    memory_free(cache->table);
    memory_free(cache);
}

/* NULL if there is no memory. */
static struct cache *make_cache(void)
{
    struct cache *cache = memory_alloc(sizeof(*cache));
    if (cache == NULL)
        return NULL;
    *cache = (struct cache){memory_alloc(sizeof(*cache->table)), make_entry(NULL, NULL)};
    if (cache->table == NULL || cache->root == NULL) {
        free_cache(cache);
        return NULL;
    }
    memset(cache->table, 0, sizeof(*cache->table));
    return cache;
}

static void evict(struct cache *cache)
{
    struct entry *last = cache->root->prev;
    join(last->prev, last->next);
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): it is not the root, as the cache is full */
    table_delete(cache->table, last->key->value);
    free_entry(last);
}

/* An entry for `key`, which it then owns, in the table but not yet in the ring.  NULL if there is no memory. */
static struct entry *add_entry(struct cache *cache, struct number *key)
{
    struct number *value = number_new(value_of((uint32_t)(key->value - KEY_LEAST)));
    struct entry *entry = value != NULL ? make_entry(key, value) : NULL;
    if (entry != NULL)
        table_insert(cache->table, key->value, entry);
    else
        number_free(value);
    return entry;
}

/* The entry of `key`, which is used up, found or made, at the front now.  NULL if there is no memory. */
static struct entry *look_up(struct cache *cache, struct number *key, uint64_t *hits)
{
    struct entry *entry = cache->table->slots[find_slot(cache->table, key->value)].entry;
    if (entry != NULL) {
        join(entry->prev, entry->next);
        number_free(key);
        ++*hits;
    } else {
        if (cache->table->length == CAPACITY)
            evict(cache);
        entry = add_entry(cache, key);
        if (entry == NULL)
            number_free(key);
    }
    if (entry != NULL)
        put_first(cache->root, entry);
    return entry;
}

/* --- streams ------------------------------------------------------------------------------------ */

static uint64_t answer(struct work_run *run, struct cache *cache, uint32_t key, uint64_t *hits)
{
    struct number *number = number_new(KEY_LEAST + (int64_t)key);
    /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): the entry has the number, or it is freed */
    struct entry *entry = number != NULL ? look_up(cache, number, hits) : NULL;
    if (entry == NULL) {
        work_out_of_memory(run);
        return 0;
    }
    return (uint64_t)entry->value->value;
}

/* The ring and the table must have the same keys. */
static void judge(struct work_run *run, const struct cache *cache)
{
    size_t found = 0;
    for (const struct entry *entry = cache->root->next; entry != cache->root; entry = entry->next)
        found += cache->table->slots[find_slot(cache->table, entry->key->value)].entry == entry;
    if (found == cache->table->length && found <= CAPACITY)
        work_right(run, 1);
    else
        work_wrong(run, "a ring has %zu entries of the %zu in its table", found,
                   cache->table->length);
}

static uint64_t serve_stream(struct work_run *run, uint64_t stream)
{
    const uint32_t *trace = run->input;
    struct cache *cache = make_cache();
    if (cache == NULL) {
        work_out_of_memory(run);
        return 0;
    }
    uint64_t sum = 0;
    uint64_t hits = 0;
    for (uint64_t i = begin_of(stream); i < begin_of(stream + 1) && !work_failed(run); i++)
        sum += (i | 1) * answer(run, cache, trace[i], &hits);
    judge(run, cache);
    free_cache(cache);
    return sum + hits;
}

static uint64_t lru_cache_work(struct work_run *run, unsigned index)
{
    uint64_t sum = 0;
    for (uint64_t stream = index; stream < STREAMS && !work_failed(run); stream += run->threads)
        sum += serve_stream(run, stream);
    return sum;
}

static bool lru_cache_setup(struct work_run *run)
{
    run->operations = REQUESTS;
    struct zipf zipf = zipf_create(KEYS, THETA);
    run->input = zipf_trace(&zipf, 0, REQUESTS);
    if (run->input == NULL)
        snprintf(run->problem, sizeof(run->problem), "no memory for %d requests", REQUESTS);
    return run->input != NULL;
}

static void lru_cache_teardown(struct work_run *run)
{
    free(run->input);
    run->input = NULL;
    work_close(run, STREAMS);
}

const struct work work_lru_cache = {
    .name = "lru_cache",
    .summary = "caches that end what was not asked for longest, rings of entries under Zipf's law",
    .tags = "server,cycles",
    .source = "functools.lru_cache of CPython; YCSB, SoCC 2010",
    .bytes = 64 << 20,
    .setup = lru_cache_setup,
    .work = lru_cache_work,
    .teardown = lru_cache_teardown,
};
