/* The general-purpose interface: sizes, whose heap it is, and threads whose ends allocate. */
#include "tests/unit/general_fixture.h"

/* --- sizes --------------------------------------------------------------------------------------------------------- */

static void every_size_is_aligned_and_usable(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,   1,   8,    15,   16,    17,    23,      24,           25,
                                   32,  33,  496,  497,  511,   512,   513,     514,          527,
                                   528, 529, 1000, 4096, 16384, 65536, 1 << 20, (1 << 20) + 1};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        void *block = general_alloc(sizes[i]);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % 16, 0);
        assert_in_range(general_usable(block), sizes[i] + (sizes[i] == 0), sizes[i] + 16);
        memset(block, 0x5A, general_usable(block));
        general_free(block);
    }
}

static void blocks_do_not_overlap(void **state)
{
    (void)state;
    enum { COUNT = 1100 };
    static unsigned char *sized[COUNT];
    for (size_t size = 0; size < COUNT; size++) {
        sized[size] = general_alloc(size);
        assert_non_null(sized[size]);
        memset(sized[size], (int)(size % 251), general_usable(sized[size]));
    }
    for (size_t size = 0; size < COUNT; size++) {
        for (size_t i = 0; i < general_usable(sized[size]); i++)
            assert_int_equal(sized[size][i], size % 251);
        general_free(sized[size]);
    }
}

static void too_much_is_refused(void **state)
{
    (void)state;
    size_t before = live_blocks();
    static const size_t sizes[] = {SIZE_MAX,      SIZE_MAX - 14,  SIZE_MAX - 15,
                                   SIZE_MAX - 16, SIZE_MAX - 100, SIZE_MAX / 2 + 2};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
        assert_null(general_alloc(sizes[i]));
    assert_int_equal(live_blocks(), before);
    assert_int_equal(heap_census().large, 0);
}

static void null_is_nothing(void **state)
{
    (void)state;
    general_free(NULL);
    assert_int_equal(live_blocks(), 0);
}

/* Not necessarily at once, but before the pool has been gone through. */
static void freed_block_serves_again(void **state)
{
    (void)state;
    void *kept = general_alloc(100);
    void *first = general_alloc(100);
    const size_t most = arena_pool(first)->capacity;
    general_free(first);
    void *block = NULL;
    for (size_t i = 0; block != first; i++) {
        assert_in_range(i, 0, most);
        general_free(block);
        assert_non_null(block = general_alloc(100));
    }
    general_free(block);
    general_free(kept);
}

static void flush_gives_memory_back(void **state)
{
    (void)state;
    void *kept = general_alloc(200);
    void *block = general_alloc(100);
    general_free(block);
    general_flush();
    assert_int_equal(heap_census().pools, 1);
    assert_int_equal(live_blocks(), 1);
    general_free(kept);
    general_flush();
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(heap_census().arenas, 0);
}

/* --- whose heap ---------------------------------------------------------------------------------------------------- */

static void thread_has_a_heap_of_its_own(void **state)
{
    (void)state;
    struct heap *other = NULL;
    on_thread(tell_heap, &other);
    assert_non_null(other);
    assert_ptr_not_equal(other, general_heap());
}

static void sized_block_is_of_the_thread_s_heap(void **state)
{
    (void)state;
    void *block = take_block(general_heap(), BLOCK_OBJECT, 48);
    assert_ptr_equal(pool_owner(arena_pool(block)), general_heap());
    give_block(general_heap(), BLOCK_OBJECT, 48, block);
    void *general = general_alloc(48);
    assert_ptr_equal(pool_owner(arena_pool(general)), general_heap());
    general_free(general);
}

/* --- threads' ends that allocate ----------------------------------------------------------------------------------- */

static pthread_key_t late_key;

/* Runs before or after the heap's own destructor, and after it in the next round. */
static void allocate_late(void *rounds_left)
{
    void *block = general_alloc(300);
    CHECK(block != NULL, "no memory while a thread exits");
    memset(block, 0x77, 300);
    general_free(block);
    if ((uintptr_t)rounds_left > 1)
        CHECK(pthread_setspecific(late_key, (void *)((uintptr_t)rounds_left - 1)) == 0, "no key");
}

static void *exit_late(void *argument)
{
    (void)argument;
    CHECK(pthread_setspecific(late_key, (void *)(uintptr_t)2) == 0, "no key");
    general_free(general_alloc(100));
    return NULL;
}

static void destructors_of_a_thread_may_allocate(void **state)
{
    (void)state;
    assert_int_equal(pthread_key_create(&late_key, allocate_late), 0);
    for (unsigned i = 0; i < 5; i++)
        on_thread(exit_late, NULL);
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(pthread_key_delete(late_key), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_size_is_aligned_and_usable, begin, end),
        cmocka_unit_test_setup_teardown(blocks_do_not_overlap, begin, end),
        cmocka_unit_test_setup_teardown(too_much_is_refused, begin, end),
        cmocka_unit_test_setup_teardown(null_is_nothing, begin, end),
        cmocka_unit_test_setup_teardown(freed_block_serves_again, begin, end),
        cmocka_unit_test_setup_teardown(flush_gives_memory_back, begin, end),
        cmocka_unit_test_setup_teardown(thread_has_a_heap_of_its_own, begin, end),
        cmocka_unit_test_setup_teardown(sized_block_is_of_the_thread_s_heap, begin, end),
        cmocka_unit_test_setup_teardown(destructors_of_a_thread_may_allocate, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
