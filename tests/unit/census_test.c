/* The census of heaps that are built so that every number is known. */
#include "tests/unit/blocks.h"

#include "alloc/base/grace.h"
#include "alloc/base/os.h"

enum { MOST = 2000, POOLS_MOST = 200 };

static struct heap heaps[2];
static struct heap *const heap = &heaps[0];
static struct heap *const other = &heaps[1];
static struct census census;

static int begin(void **state)
{
    (void)state;
    heap_init(&heaps[0]);
    heap_init(&heaps[1]);
    return 0;
}

static int end(void **state)
{
    (void)state;
    heap_flush(heap); /* and with it what it has for the other, which may have some for it */
    heap_flush(other);
    heap_flush(heap);
    grace_all_quiescent();
    heap_reclaim();
    heap_set_late_readers(false);
    assert_nothing_left();
    return 0;
}

/* The class of what was counted last, in which all blocks of that kind and size are. */
static const struct census_class *counted(enum block_kind kind, size_t size)
{
    census_take(&census);
    const struct census_class *found = &census.classes[kind][block_class(size)];
    assert_int_equal(found->bytes, block_round(size));
    return found;
}

static void assert_blocks(const struct census_blocks *found, const struct census_blocks *expected)
{
    assert_int_equal(found->live, expected->live);
    assert_int_equal(found->free, expected->free);
    assert_int_equal(found->remote, expected->remote);
    assert_int_equal(found->absent, expected->absent);
    assert_int_equal(found->uncarved, expected->uncarved);
}

static void assert_states(const struct census_class *found, size_t full, size_t partial,
                          size_t empty, size_t waiting)
{
    assert_int_equal(found->pools[CENSUS_FULL], full);
    assert_int_equal(found->pools[CENSUS_PARTIAL], partial);
    assert_int_equal(found->pools[CENSUS_EMPTY], empty);
    assert_int_equal(found->pools[CENSUS_WAITING], waiting);
}

/* Takes all blocks of a new pool.  Returns how many these are. */
static size_t fill_pool(size_t size, void **blocks)
{
    blocks[0] = take_block(heap, BLOCK_OBJECT, size);
    const struct pool *pool = arena_pool(blocks[0]);
    assert_in_range(pool->capacity, 2, MOST);
    for (size_t i = 1; i < pool->capacity; i++) {
        blocks[i] = take_block(heap, BLOCK_OBJECT, size);
        assert_ptr_equal(arena_pool(blocks[i]), pool);
    }
    return pool->capacity;
}

static void nothing_is_all_zeros(void **state)
{
    (void)state;
    struct census nothing;
    census_take(&census);
    memset(&nothing, 0, sizeof nothing);
    nothing.arenas_made = census.arenas_made;
    nothing.arenas_returned = census.arenas_made;
    assert_memory_equal(&census, &nothing, sizeof census);
    assert_int_equal(census_resident_bytes(), 0);
    assert_true(census_fragmentation(&census) == 0);
}

static void one_block_is_live_and_its_batch_is_free(void **state)
{
    (void)state;
    void *block = take_block(heap, BLOCK_CONTAINER, 48);
    const struct pool *pool = arena_pool(block);
    const struct census_class *found = counted(BLOCK_CONTAINER, 48);
    const struct census_blocks expected = {
        .live = 1, .free = pool->carved - 1U, .uncarved = (size_t)(pool->capacity - pool->carved)};
    assert_in_range(pool->carved, 2, pool->capacity - 1);
    assert_blocks(&found->blocks, &expected);
    assert_states(found, 0, 1, 0, 0);
    assert_int_equal(census.pools, 1);
    assert_int_equal(census_live_bytes(&census), 48);
    assert_int_equal(census_committed_bytes(&census), ARENA_BYTES);
    assert_true(census_fragmentation(&census) == 1 - 48.0 / ARENA_BYTES);
    give_block(heap, BLOCK_CONTAINER, 48, block);
}

static void a_pool_that_its_heap_keeps_is_empty(void **state)
{
    (void)state;
    void *block = take_block(heap, BLOCK_DATA, 64);
    const struct pool *pool = arena_pool(block);
    give_block(heap, BLOCK_DATA, 64, block);
    const struct census_class *found = counted(BLOCK_DATA, 64);
    const struct census_blocks expected = {.free = pool->carved,
                                           .uncarved = (size_t)(pool->capacity - pool->carved)};
    assert_blocks(&found->blocks, &expected);
    assert_states(found, 0, 0, 1, 0);
    assert_int_equal(census_live_bytes(&census), 0);
    assert_true(census_fragmentation(&census) == 1);
}

/* From full to partial by way of blocks that another heap gave back. */
static void foreign_frees_are_remote_until_taken_in(void **state)
{
    (void)state;
    enum { GIVEN = 5 };
    static void *blocks[MOST];
    size_t length = fill_pool(256, blocks);
    assert_states(counted(BLOCK_OBJECT, 256), 1, 0, 0, 0);
    for (size_t i = 0; i < GIVEN; i++)
        give_block(other, BLOCK_OBJECT, 256, blocks[i]);
    const struct census_blocks given = {.live = length - GIVEN, .remote = GIVEN};
    assert_blocks(&counted(BLOCK_OBJECT, 256)->blocks, &given); /* in a parcel */
    heap_flush(other);
    const struct census_class *found = counted(BLOCK_OBJECT, 256);
    assert_blocks(&found->blocks, &given);
    assert_states(found, 1, 0, 0, 0);
    heap_flush(heap);
    found = counted(BLOCK_OBJECT, 256);
    const struct census_blocks taken = {.live = length - GIVEN, .free = GIVEN};
    assert_blocks(&found->blocks, &taken);
    assert_states(found, 0, 1, 0, 0);
    for (size_t i = GIVEN; i < length; i++)
        give_block(heap, BLOCK_OBJECT, 256, blocks[i]);
}

/* A page that no block is used on is given back, all but one. */
static void blocks_of_discarded_pages_are_absent(void **state)
{
    (void)state;
    static void *blocks[MOST];
    size_t length = fill_pool(64, blocks);
    for (size_t i = 1; i < length; i++)
        give_block(heap, BLOCK_OBJECT, 64, blocks[i]);
    census_take(&census); /* looks at every descriptor, whose pages are resident from now on */
    size_t resident = census_resident_bytes();
    size_t discarded = heap_trim(heap);
    assert_true(discarded >= os_page_bytes());
    const struct census_class *found = counted(BLOCK_OBJECT, 64);
    assert_int_equal(found->blocks.live, 1);
    assert_true(found->blocks.absent >= discarded / 64);
    assert_int_equal(found->blocks.free + found->blocks.absent, length - 1);
    assert_states(found, 0, 1, 0, 0);
    assert_int_equal(census_resident_bytes(), resident - discarded);
    give_block(heap, BLOCK_OBJECT, 64, blocks[0]);
}

static void a_pool_that_waits_has_no_owner(void **state)
{
    (void)state;
    struct census_pool pool;
    heap_set_late_readers(true);
    give_block(heap, BLOCK_OBJECT, 64, take_block(heap, BLOCK_OBJECT, 64));
    heap_flush(heap);
    assert_states(counted(BLOCK_OBJECT, 64), 0, 0, 0, 1);
    assert_int_equal(census_waiting_bytes(&census), POOL_BYTES);
    assert_int_equal(census_pools(&pool, 1), 1);
    assert_null(pool.owner);
    assert_int_equal(pool.state, CENSUS_WAITING);
    assert_int_equal(pool.blocks.live, 0);
}

static void large_blocks_are_counted_with_their_prefixes(void **state)
{
    (void)state;
    const size_t sizes[] = {600, 4000, 100000};
    void *blocks[3];
    size_t bytes = 0;
    for (unsigned i = 0; i < 3; i++) {
        blocks[i] = take_block(heap, i == 0 ? BLOCK_DATA : BLOCK_CONTAINER, sizes[i]);
        bytes += heap_block_bytes(sizes[i]);
    }
    census_take(&census);
    assert_int_equal(census.large[BLOCK_DATA], 1);
    assert_int_equal(census.large[BLOCK_OBJECT], 0);
    assert_int_equal(census.large[BLOCK_CONTAINER], 2);
    assert_int_equal(census.large_bytes, bytes);
    assert_int_equal(census_live_bytes(&census), bytes);
    assert_int_equal(census_committed_bytes(&census), bytes);
    assert_int_equal(census.arenas, 0);
    heap_set_late_readers(true);
    for (unsigned i = 0; i < 3; i++)
        give_block(heap, i == 0 ? BLOCK_DATA : BLOCK_CONTAINER, sizes[i], blocks[i]);
    census_take(&census);
    bytes -= heap_block_bytes(600);
    assert_int_equal(census.large_bytes, 0);
    assert_int_equal(census.large_waiting, 2);
    assert_int_equal(census_waiting_bytes(&census), bytes);
    assert_int_equal(census_committed_bytes(&census), bytes);
}

static void arenas_are_counted_as_they_come_and_go(void **state)
{
    (void)state;
    enum { ENOUGH = 2 * ARENA_BYTES / 512 };
    static void *blocks[ENOUGH];
    census_take(&census);
    size_t made = census.arenas_made;
    size_t returned = census.arenas_returned;
    size_t length = 0;
    do {
        blocks[length] = take_block(heap, BLOCK_DATA, 512);
        census_take(&census);
    } while (++length < ENOUGH && census.arenas < 2);
    assert_int_equal(census.arenas, 2);
    assert_int_equal(census.spares, 0);
    assert_int_equal(census.arenas_made, made + 2);
    assert_int_equal(census.arenas_returned, returned);
    for (size_t i = 0; i < length; i++)
        give_block(heap, BLOCK_DATA, 512, blocks[i]);
    heap_flush(heap);
    census_take(&census);
    assert_int_equal(census.arenas, 0);
    assert_int_equal(census.arenas_made, made + 2);
    assert_int_equal(census.arenas_returned, returned + 2);
}

static void resident_grows_by_what_is_touched(void **state)
{
    (void)state;
    size_t page = os_page_bytes();
    char *pages = os_map(4 * page, page);
    assert_int_equal(os_resident_bytes(pages, 4 * page), 0);
    pages[0] = 1;
    pages[3 * page] = 1;
    assert_int_equal(os_resident_bytes(pages, 4 * page), 2 * page);
    os_discard(pages, page);
    assert_int_equal(os_resident_bytes(pages, 4 * page), page);
    os_unmap(pages, 4 * page);
    void *block = take_block(heap, BLOCK_DATA, 64);
    assert_in_range(census_resident_bytes(), page, ARENA_BYTES);
    give_block(heap, BLOCK_DATA, 64, block);
}

/* --- the list of pools ------------------------------------------------------------------------------------------------- */

static void add_blocks(struct census_blocks *sum, const struct census_blocks *blocks)
{
    sum->live += blocks->live;
    sum->free += blocks->free;
    sum->remote += blocks->remote;
    sum->absent += blocks->absent;
    sum->uncarved += blocks->uncarved;
}

static size_t place(const struct census_pool *pool)
{
    return pool->arena * ARENA_POOLS + pool->slot;
}

/* How many blocks fit behind the header of the arena, or into the whole slot. */
static size_t room(const struct census_pool *pool)
{
    size_t begin = pool->slot * (size_t)POOL_BYTES;
    size_t end_of_slot = begin + POOL_BYTES;
    begin = begin < sizeof(struct arena) ? sizeof(struct arena) : begin;
    return (end_of_slot - begin) / pool->bytes;
}

static void assert_sums(const struct census_pool *pools, size_t length)
{
    static struct census_class sums[BLOCK_KINDS][BLOCK_CLASSES];
    memset(sums, 0, sizeof sums);
    for (size_t i = 0; i < length; i++) {
        struct census_class *sum = &sums[pools[i].kind][block_class(pools[i].bytes)];
        sum->bytes = pools[i].bytes;
        sum->pools[pools[i].state]++;
        add_blocks(&sum->blocks, &pools[i].blocks);
    }
    assert_memory_equal(sums, census.classes, sizeof sums);
}

static void assert_pools_are_the_census(void)
{
    static struct census_pool pools[POOLS_MOST];
    census_take(&census);
    size_t length = census_pools(pools, POOLS_MOST);
    assert_in_range(length, 1, POOLS_MOST);
    assert_int_equal(length, census.pools);
    for (size_t i = 0; i < length; i++) {
        struct census_blocks all = pools[i].blocks;
        assert_int_equal(all.live + all.free + all.remote + all.absent + all.uncarved,
                         room(&pools[i]));
        assert_true(i == 0 || place(&pools[i - 1]) < place(&pools[i]));
        assert_true(pools[i].owner == heap || pools[i].owner == other);
    }
    assert_sums(pools, length);
    assert_int_equal(census_pools(pools, 1), length);
}

struct resident {
    void *block;
    struct heap *home;
    enum block_kind kind;
    size_t size;
};

/* Counted beside the allocator: whatever is done, live is what was not given back. */
static void live_is_what_was_not_given_back(void **state)
{
    (void)state;
    enum { STEPS = 20000 };
    static struct resident residents[MOST];
    uint64_t random = 7;
    size_t live = 0;
    for (unsigned step = 1; step <= STEPS; step++) {
        struct resident *r = &residents[next_random(&random) % MOST];
        struct heap *here = &heaps[random >> 20 & 1];
        if (r->block != NULL) {
            give_block(here, r->kind, r->size, r->block);
            live -= block_round(r->size);
            r->block = NULL;
        } else {
            *r = (struct resident){.kind = random >> 30 & 1 ? BLOCK_CONTAINER : BLOCK_DATA,
                                   .size = SMALLEST + (random >> 40) % 400};
            r->block = take_block(here, r->kind, r->size);
            live += block_round(r->size);
        }
        if (step % 1000 != 0)
            continue;
        assert_pools_are_the_census();
        assert_int_equal(census_live_bytes(&census), live);
    }
    for (unsigned i = 0; i < MOST; i++)
        if (residents[i].block != NULL)
            give_block(heap, residents[i].kind, residents[i].size, residents[i].block);
    heap_flush(heap);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_is_all_zeros, begin, end),
        cmocka_unit_test_setup_teardown(one_block_is_live_and_its_batch_is_free, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_that_its_heap_keeps_is_empty, begin, end),
        cmocka_unit_test_setup_teardown(foreign_frees_are_remote_until_taken_in, begin, end),
        cmocka_unit_test_setup_teardown(blocks_of_discarded_pages_are_absent, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_that_waits_has_no_owner, begin, end),
        cmocka_unit_test_setup_teardown(large_blocks_are_counted_with_their_prefixes, begin, end),
        cmocka_unit_test_setup_teardown(arenas_are_counted_as_they_come_and_go, begin, end),
        cmocka_unit_test_setup_teardown(resident_grows_by_what_is_touched, begin, end),
        cmocka_unit_test_setup_teardown(live_is_what_was_not_given_back, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
