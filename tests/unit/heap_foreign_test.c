/* Several heaps: blocks freed by another heap than their own, in every order of the two sides. */
#include "tests/unit/blocks.h"

#include "alloc/base/check.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

enum { MOST_THREADS = 4 };

static struct heap heaps[MOST_THREADS];

static int begin(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MOST_THREADS; i++)
        heap_init(&heaps[i]);
    return 0;
}

static int end(void **state)
{
    (void)state;
    for (unsigned i = 0; i < MOST_THREADS; i++) {
        assert_true(heap_is_valid(&heaps[i]));
        heap_flush(&heaps[i]);
    }
    for (unsigned i = 0; i < MOST_THREADS; i++)
        heap_flush(&heaps[i]); /* takes in what the others sent */
    assert_nothing_left();
    return 0;
}

/* --- two heaps, one thread: the order is ours ------------------------------------------------------------------------ */

static void foreign_block_comes_home(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    void *blocks[COUNT];
    size_t before = heap_census().foreign_frees;
    for (unsigned i = 0; i < COUNT; i++)
        blocks[i] = take_block(&heaps[0], BLOCK_OBJECT, 64);
    for (unsigned i = 0; i < COUNT; i++)
        give_block(&heaps[1], BLOCK_OBJECT, 64, blocks[i]);
    assert_int_equal(live_blocks(), 0);
    assert_int_equal(heap_census().foreign_frees - before, COUNT);
    heap_flush(&heaps[1]);
    assert_in_range(heap_census().pools, 2, 3);
    heap_flush(&heaps[0]);
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(heap_census().foreign_frees - before, COUNT);
}

static void a_pool_stays_while_a_block_of_it_is_on_its_way(void **state)
{
    (void)state;
    void *blocks[3];
    for (unsigned i = 0; i < 3; i++)
        blocks[i] = take_block(&heaps[0], BLOCK_CONTAINER, 512);
    void *elsewhere = take_block(&heaps[0], BLOCK_CONTAINER, 256);
    struct pool *pool = arena_pool(blocks[0]);
    give_block(&heaps[1], BLOCK_CONTAINER, 512, blocks[1]);
    give_block(&heaps[0], BLOCK_CONTAINER, 512, blocks[0]);
    give_block(&heaps[0], BLOCK_CONTAINER, 512, blocks[2]);
    assert_int_equal(pool->state, POOL_OWNED);
    assert_int_equal(remote_blocks(pool), 1);
    assert_int_equal(heap_census().pools, 2);
    heap_flush(&heaps[0]);
    assert_int_equal(pool->state, POOL_OWNED);
    heap_flush(&heaps[1]);
    heap_flush(&heaps[0]);
    assert_int_equal(pool->state, POOL_UNUSED);
    give_block(&heaps[0], BLOCK_CONTAINER, 256, elsewhere);
}

/* A refill takes what others gave back before it takes new memory. */
static void refill_takes_foreign_frees(void **state)
{
    (void)state;
    enum { COUNT = 4000 };
    static void *blocks[COUNT];
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < COUNT; i++)
            blocks[i] = take_block(&heaps[0], BLOCK_DATA, 128);
        for (unsigned i = 0; i < COUNT; i++)
            give_block(&heaps[1], BLOCK_DATA, 128, blocks[i]);
        assert_in_range(heap_census().pools, COUNT * 128 / POOL_BYTES,
                        COUNT * 128 / POOL_BYTES + 4);
    }
}

static void frees_of_both_sides_keep_their_contents(void **state)
{
    (void)state;
    enum { COUNT = 300 };
    void *blocks[COUNT];
    uint64_t random = 1;
    for (unsigned round = 0; round < 200; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            blocks[i] = take_block(&heaps[0], BLOCK_OBJECT, 96);
            memset((char *)blocks[i] + SMALLEST, (int)i, 96 - SMALLEST);
        }
        for (unsigned i = 0; i < COUNT; i++) {
            assert_int_equal(*((unsigned char *)blocks[i] + 95), (unsigned char)i);
            give_block(&heaps[next_random(&random) % 2], BLOCK_OBJECT, 96, blocks[i]);
        }
        assert_true(heap_is_valid(&heaps[0]));
    }
}

static void large_blocks_are_freed_by_anybody(void **state)
{
    (void)state;
    size_t before = heap_census().foreign_frees;
    void *block = take_block(&heaps[0], BLOCK_CONTAINER, 5000);
    assert_int_equal(heap_census().large, 1);
    give_block(&heaps[1], BLOCK_CONTAINER, 5000, block);
    assert_int_equal(heap_census().large, 0);
    assert_int_equal(heap_census().foreign_frees - before, 1);
}

/* --- several threads that hand one another blocks -------------------------------------------------------------------- */

enum { SLOTS = 512, STEPS = 60000 };

struct bundle {
    uint32_t size;
    uint32_t kind;
    uint64_t mark;
};

static _Atomic(void *) mailbox[SLOTS];

/* What a block carries, behind the words that the allocator and the collector know. */
static struct bundle *parcel_of(void *block)
{
    return (struct bundle *)(void *)((char *)block + SMALLEST);
}

static void *pack(struct heap *heap, uint64_t random)
{
    size_t size = SMALLEST + sizeof(struct bundle) + random % 560;
    enum block_kind kind = random / 1024 % BLOCK_KINDS;
    char *block = take_block(heap, kind, size);
    CHECK(block != NULL, "no memory for %zu bytes", size);
    *parcel_of(block) = (struct bundle){(uint32_t)size, kind, random};
    memset(block + SMALLEST + sizeof(struct bundle), (int)(random & 0xff),
           size - SMALLEST - sizeof(struct bundle));
    return block;
}

static void unpack(struct heap *heap, void *block)
{
    if (block == NULL)
        return;
    struct bundle parcel = *parcel_of(block);
    const unsigned char *bytes = block;
    for (size_t i = SMALLEST + sizeof parcel; i < parcel.size; i++)
        CHECK(bytes[i] == (parcel.mark & 0xff), "a block of %u bytes changed at %zu", parcel.size,
              i);
    give_block(heap, parcel.kind, parcel.size, block);
}

static void *exchange_parcels(void *argument)
{
    struct heap *heap = argument;
    uint64_t random = (uint64_t)(heap - heaps) + 77;
    for (unsigned step = 0; step < STEPS; step++) {
        uint64_t r = next_random(&random);
        void *parcel = r % 8 == 0 ? NULL : pack(heap, r >> 8);
        unpack(heap, xchg_acq_rel(&mailbox[(r >> 3) % SLOTS], parcel)); /* pairs with itself */
    }
    heap_flush(heap);
    return NULL;
}

static void run_threads(unsigned count, void *(*work)(void *))
{
    pthread_t threads[MOST_THREADS];
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &heaps[i]), 0);
    for (unsigned i = 0; i < count; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void exchange_among(unsigned threads)
{
    run_threads(threads, exchange_parcels);
    assert_true(heap_census().foreign_frees > 0);
    for (unsigned i = 0; i < SLOTS; i++)
        unpack(&heaps[0], xchg_acq_rel(&mailbox[i], NULL));
    assert_int_equal(live_blocks(), 0);
}

static void two_threads_exchange(void **state)
{
    (void)state;
    exchange_among(2);
}

static void four_threads_exchange(void **state)
{
    (void)state;
    exchange_among(4);
}

/* --- owner and others free the last blocks of one pool at the same moment ---------------------------------------------- */

enum { ROUNDS = 4000, HAND = 32 };

static void *hand[HAND];
static pthread_barrier_t barrier;

/* Everybody frees every n-th block of the same few pools; heap 0 made them, and releases the pools. */
static void *free_together(void *argument)
{
    struct heap *heap = argument;
    unsigned index = (unsigned)(heap - heaps);
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (index == 0)
            for (unsigned i = 0; i < HAND; i++)
                hand[i] = take_block(heap, BLOCK_OBJECT, 512);
        pthread_barrier_wait(&barrier);
        for (unsigned i = index; i < HAND; i += 2)
            give_block(heap, BLOCK_OBJECT, 512, hand[i]);
        if (index == 0 && round % 3 == 0)
            heap_flush(heap);
        pthread_barrier_wait(&barrier);
        if (index == 0 && round % 5 == 0) {
            heap_flush(heap);
            CHECK(heap_census().pools == 0, "round %u: %zu pools left", round, heap_census().pools);
        }
    }
    return NULL;
}

static void owner_and_other_free_together(void **state)
{
    (void)state;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    run_threads(2, free_together);
    assert_int_equal(pthread_barrier_destroy(&barrier), 0);
}

/* One thread only makes, the others only free: the maker's pools become dry, pending and ready without end. */
enum { MADE = 300000, RING = 64 };

static _Atomic(void *) ring[MOST_THREADS][RING];

static void make_blocks(struct heap *heap)
{
    for (unsigned i = 0; i < MADE; i++) {
        void *block = take_block(heap, BLOCK_CONTAINER, 240);
        void *expected = NULL;
        _Atomic(void *) *slot = &ring[1 + i % 2][i / 2 % RING];
        CHECK(block != NULL, "no memory for block %u", i);
        set_collector_word(block, i);
        while (!cas_acq_rel(slot, &expected, block)) { /* pairs with the free_blocks's exchange */
            expected = NULL;
            sched_yield();
        }
    }
}

static void free_blocks(struct heap *heap)
{
    unsigned index = (unsigned)(heap - heaps);
    for (unsigned i = 0; i < MADE / 2; i++) {
        void *block;
        while ((block = xchg_acq_rel(&ring[index][i % RING], NULL)) == NULL)
            sched_yield();
        CHECK(word_at(block, COLLECTOR) == 2 * i + index - 1, "block %u carries %zu", i,
              (size_t)word_at(block, COLLECTOR));
        give_block(heap, BLOCK_CONTAINER, 240, block);
    }
}

static void *make_or_free(void *argument)
{
    struct heap *heap = argument;
    if (heap == heaps)
        make_blocks(heap);
    else
        free_blocks(heap);
    return NULL;
}

static void one_makes_two_free(void **state)
{
    (void)state;
    run_threads(3, make_or_free);
    assert_int_equal(live_blocks(), 0);
}

/* --- a thread that is gone ----------------------------------------------------------------------------------------- */

static void *leave_blocks_behind(void *argument)
{
    struct heap *heap = argument;
    for (unsigned i = 0; i < HAND; i++)
        hand[i] = take_block(heap, BLOCK_CONTAINER, 40);
    heap_flush(heap);
    return NULL;
}

static void heap_of_a_gone_thread_is_flushed_by_another(void **state)
{
    (void)state;
    run_threads(1, leave_blocks_behind);
    for (unsigned i = 0; i < HAND; i++)
        give_block(&heaps[1], BLOCK_CONTAINER, 40, hand[i]);
    assert_int_equal(live_blocks(), 0);
    assert_int_equal(heap_census().pools, 1);
    heap_flush(&heaps[1]);
    heap_flush(&heaps[0]);
    assert_int_equal(heap_census().pools, 0);
}

static void heap_of_a_gone_thread_is_taken_over(void **state)
{
    (void)state;
    run_threads(1, leave_blocks_behind);
    struct pool *pool = arena_pool(hand[0]);
    void *block = take_block(&heaps[0], BLOCK_CONTAINER, 40);
    assert_ptr_equal(arena_pool(block), pool);
    give_block(&heaps[0], BLOCK_CONTAINER, 40, block);
    for (unsigned i = 0; i < HAND; i++)
        give_block(&heaps[0], BLOCK_CONTAINER, 40, hand[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(foreign_block_comes_home, begin, end),
        cmocka_unit_test_setup_teardown(a_pool_stays_while_a_block_of_it_is_on_its_way, begin, end),
        cmocka_unit_test_setup_teardown(refill_takes_foreign_frees, begin, end),
        cmocka_unit_test_setup_teardown(frees_of_both_sides_keep_their_contents, begin, end),
        cmocka_unit_test_setup_teardown(large_blocks_are_freed_by_anybody, begin, end),
        cmocka_unit_test_setup_teardown(two_threads_exchange, begin, end),
        cmocka_unit_test_setup_teardown(four_threads_exchange, begin, end),
        cmocka_unit_test_setup_teardown(owner_and_other_free_together, begin, end),
        cmocka_unit_test_setup_teardown(one_makes_two_free, begin, end),
        cmocka_unit_test_setup_teardown(heap_of_a_gone_thread_is_flushed_by_another, begin, end),
        cmocka_unit_test_setup_teardown(heap_of_a_gone_thread_is_taken_over, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
