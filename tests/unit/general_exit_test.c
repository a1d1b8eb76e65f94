/* The general-purpose interface: threads that exit with blocks in use, heaps that nobody has, adoption. */
#include "tests/unit/general_fixture.h"

struct estate {
    struct heap *heap;
    char *blocks[MANY];
};

static void *leave_nothing(void *argument)
{
    (void)argument;
    make_many();
    free_all_but(MANY);
    return NULL;
}

static void *leave_blocks(void *argument)
{
    struct estate *estate = argument;
    estate->heap = general_heap();
    for (unsigned i = 0; i < MANY; i++) {
        estate->blocks[i] = general_alloc(BYTES);
        memset(estate->blocks[i], (int)i, BYTES);
    }
    return NULL;
}

static void check_and_free(char *block, unsigned mark)
{
    for (unsigned i = 0; i < BYTES; i++)
        CHECK((unsigned char)block[i] == (unsigned char)mark, "block %u changed at %u", mark, i);
    general_free(block);
}

static void *free_estate(void *argument)
{
    struct estate *estate = argument;
    for (unsigned i = 0; i < MANY; i++)
        check_and_free(estate->blocks[i], i);
    return NULL;
}

static void exit_without_blocks_leaves_no_memory(void **state)
{
    (void)state;
    on_thread(leave_nothing, NULL);
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(heap_census().arenas, 0);
}

static void blocks_outlive_their_thread(void **state)
{
    (void)state;
    static struct estate estate;
    on_thread(leave_blocks, &estate);
    assert_int_equal(live_blocks(), MANY);
    assert_in_range(heap_census().pools, MANY * BYTES / POOL_BYTES, MANY * BYTES / POOL_BYTES + 2);
    assert_true(heap_is_valid(estate.heap));
    assert_null(heap_bin_of(estate.heap, arena_pool(estate.blocks[0]))->current);
    free_estate(&estate);
    assert_int_equal(live_blocks(), 0);
}

static void *adopt_and_free(void *argument)
{
    struct estate *estate = argument;
    struct pool *pool = arena_pool(estate->blocks[0]);
    CHECK(general_heap() == estate->heap, "another heap than the one that was left");
    uint32_t used = pool->used;
    check_and_free(estate->blocks[0], 0);
    CHECK(pool->used == used - 1, "the adopter's free is taken for another's");
    for (unsigned i = 1; i < MANY; i++)
        check_and_free(estate->blocks[i], i);
    return NULL;
}

static void heap_is_adopted_whole(void **state)
{
    (void)state;
    static struct estate estate;
    on_thread(leave_blocks, &estate);
    size_t before = heap_census().foreign_frees;
    on_thread(adopt_and_free, &estate);
    assert_int_equal(heap_census().foreign_frees, before);
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(heap_census().arenas, 0);
}

static void *make_one_more(void *argument)
{
    struct estate *estate = argument;
    char *block = general_alloc(BYTES);
    bool is_of_estate = false;
    for (unsigned i = 0; i < MANY; i++)
        is_of_estate |= arena_pool(block) == arena_pool(estate->blocks[i]);
    CHECK(is_of_estate, "the adopter does not use what is free in the pools it adopted");
    general_free(block);
    return NULL;
}

/* What others free while nobody has the heap is not lost: the adopter finds it. */
static void blocks_are_freed_while_nobody_has_the_heap(void **state)
{
    (void)state;
    static struct estate estate;
    on_thread(leave_blocks, &estate);
    size_t pools = heap_census().pools;
    for (unsigned i = 0; i < MANY; i += 2)
        check_and_free(estate.blocks[i], i);
    heap_send(general_heap());
    assert_int_equal(live_blocks(), MANY / 2);
    assert_int_equal(heap_census().pools, pools);
    assert_true(heap_is_valid(estate.heap));
    on_thread(make_one_more, &estate);
    assert_int_equal(live_blocks(), MANY / 2);
    for (unsigned i = 1; i < MANY; i += 2)
        check_and_free(estate.blocks[i], i);
    heap_send(general_heap());
    assert_int_equal(live_blocks(), 0);
    struct heap *adopted = NULL;
    on_thread(tell_heap, &adopted);
    assert_ptr_equal(adopted, estate.heap);
    assert_int_equal(heap_census().pools, 0);
}

/* ... and so does anybody's flush. */
static void a_flush_brings_back_what_orphans_were_sent(void **state)
{
    (void)state;
    static struct estate estate;
    on_thread(leave_blocks, &estate);
    free_estate(&estate);
    heap_send(general_heap());
    assert_int_equal(live_blocks(), 0);
    assert_in_range(heap_census().pools, MANY * BYTES / POOL_BYTES, MANY * BYTES / POOL_BYTES + 2);
    general_flush();
    assert_int_equal(heap_census().pools, 0);
    assert_true(heap_is_valid(estate.heap));
    struct heap *adopted = NULL;
    on_thread(tell_heap, &adopted);
    assert_ptr_equal(adopted, estate.heap);
}

static void *flush_often(void *stop)
{
    while (load_relaxed((_Atomic bool *)stop) == false)
        general_flush();
    return NULL;
}

static void *leave_and_free(void *argument)
{
    (void)argument;
    struct estate estate;
    leave_blocks(&estate);
    free_estate(&estate);
    return NULL;
}

/* Whoever begins or exits while orphans are flushed waits for that: nobody has a heap that is flushed. */
static void heaps_are_adopted_while_orphans_are_flushed(void **state)
{
    (void)state;
    static _Atomic bool stop;
    pthread_t flusher;
    on_threads(leave_and_free, NULL);
    assert_int_equal(pthread_create(&flusher, NULL, flush_often, &stop), 0);
    for (unsigned round = 0; round < 50; round++)
        on_threads(leave_and_free, NULL);
    store_relaxed(&stop, true);
    assert_int_equal(pthread_join(flusher, NULL), 0);
    assert_int_equal(live_blocks(), 0);
}

static void *free_its_share(void *argument)
{
    struct estate *estate = argument;
    static _Atomic unsigned next;
    pthread_barrier_wait(&together);
    for (unsigned i; (i = fetch_add_relaxed(&next, 1) % (MANY + AT_ONCE)) < MANY;) {
        if (i % 8 == 5)
            general_free(general_alloc(BYTES));
        check_and_free(estate->blocks[i], i);
    }
    return NULL;
}

/* One of them adopts the heap in the middle: its frees are the owner's from then on, and race with the others'. */
static void blocks_are_freed_while_the_heap_is_adopted(void **state)
{
    (void)state;
    static struct estate estate;
    for (unsigned round = 0; round < 50; round++) {
        on_thread(leave_blocks, &estate);
        on_threads(free_its_share, &estate);
        assert_int_equal(live_blocks(), 0);
    }
}

static void *meet_and_tell_heap(void *argument)
{
    static _Atomic unsigned next;
    struct heap **found = argument;
    found[fetch_add_relaxed(&next, 1) % AT_ONCE] = general_heap();
    pthread_barrier_wait(&together);
    return NULL;
}

static bool is_among(struct heap *const *heaps, const struct heap *heap)
{
    unsigned i = 0;
    while (i < AT_ONCE && heaps[i] != heap)
        i++;
    return i < AT_ONCE;
}

static void there_are_no_more_heaps_than_threads_at_once(void **state)
{
    (void)state;
    struct heap *first[AT_ONCE] = {NULL};
    struct heap *later[AT_ONCE] = {NULL};
    on_threads(meet_and_tell_heap, first);
    for (unsigned round = 0; round < 10; round++) {
        on_threads(meet_and_tell_heap, later);
        for (unsigned i = 0; i < AT_ONCE; i++) {
            assert_true(is_among(later, first[i]));
            assert_true(is_among(first, later[i]));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(exit_without_blocks_leaves_no_memory, begin, end),
        cmocka_unit_test_setup_teardown(blocks_outlive_their_thread, begin, end),
        cmocka_unit_test_setup_teardown(heap_is_adopted_whole, begin, end),
        cmocka_unit_test_setup_teardown(blocks_are_freed_while_nobody_has_the_heap, begin, end),
        cmocka_unit_test_setup_teardown(a_flush_brings_back_what_orphans_were_sent, begin, end),
        cmocka_unit_test_setup_teardown(heaps_are_adopted_while_orphans_are_flushed, begin, end),
        cmocka_unit_test_setup_teardown(blocks_are_freed_while_the_heap_is_adopted, begin, end),
        cmocka_unit_test_setup_teardown(there_are_no_more_heaps_than_threads_at_once, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
