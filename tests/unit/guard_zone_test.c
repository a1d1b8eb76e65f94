/* Red zones: a write beyond the asked size is reported when the block is freed, or with all others; not one within it. */
#include "tests/unit/guard_fixture.h"

static size_t zone_of(size_t size) { return heap_block_bytes(size) - size; }

/* --- in a child ---------------------------------------------------------------------------------------------------- */

/* Up to so many bytes beyond the end, of which only the last one is changed. */
static void overrun(enum block_kind kind, const char *name, size_t size, size_t beyond)
{
    void *block = take_block(&heap, kind, size);
    smash(block, size + beyond - 1, 1);
    expect("%s was written to beyond its end, by up to %zu bytes",
           describe(name, block, size, "allocated", &heap), beyond);
    give_block(&heap, kind, size, block);
}

static void overrun_data(void) { overrun(BLOCK_DATA, "data", 40, 1); }
static void overrun_tiny(void) { overrun(BLOCK_DATA, "data", 1, 1); }
static void overrun_greatest(void) { overrun(BLOCK_DATA, "data", BLOCK_MAX, 1); }
static void overrun_object(void) { overrun(BLOCK_OBJECT, "object", 47, 3); }
static void overrun_container(void) { overrun(BLOCK_CONTAINER, "container", 200, 16); }

static void overrun_all(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 56);
    smash(block, 56, zone_of(56));
    const struct pool *pool = arena_pool(block);
    expect("object block %p of at most %zu bytes (pool %u of arena %p, class of %u bytes, owner %p)"
           " was written to beyond its end, over the whole red zone",
           block, zone_unpad(pool->bytes), arena_index(pool), (void *)arena_of(block), pool->bytes,
           (void *)&heap);
    give_block(&heap, BLOCK_OBJECT, 56, block);
}

/* What is in front of a block is the zone of the one before. */
static void underrun(void)
{
    char *first = take_block(&heap, BLOCK_DATA, 64);
    char *second = take_block(&heap, BLOCK_DATA, 64);
    assert_ptr_equal(first + heap_block_bytes(64), second);
    smash(first, heap_block_bytes(64) - 17, 1);
    expect("%s was written to beyond its end, by up to %zu bytes",
           describe("data", first, 64, "allocated", &heap), zone_of(64) - 16);
    give_block(&heap, BLOCK_DATA, 64, first);
}

/* Another heap than the one that allocated it finds out. */
static void overrun_found_elsewhere(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 24);
    smash(block, 25, 1);
    expect("%s was written to beyond its end, by up to 2 bytes",
           describe("data", block, 24, "allocated", &heap));
    give_block(&other, BLOCK_DATA, 24, block);
}

static void overrun_found_by_a_look_at_everything(void)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, 32);
    smash(block, 32, 8);
    expect("%s was written to beyond its end, by up to 8 bytes",
           describe("container", block, 32, "allocated", &heap));
    guard_check_all();
}

static void overrun_stops(void **state)
{
    (void)state;
    assert_stops(overrun_data);
    assert_stops(overrun_tiny);
    assert_stops(overrun_greatest);
    assert_stops(overrun_object);
    assert_stops(overrun_container);
    assert_stops(overrun_all);
    assert_stops(underrun);
    assert_stops(overrun_found_elsewhere);
    assert_stops(overrun_found_by_a_look_at_everything);
}

/* --- here ---------------------------------------------------------------------------------------------------------- */

static void all_that_was_asked_for_may_be_written(void **state)
{
    (void)state;
    for (size_t size = 1; size <= 1200; size++) {
        enum block_kind kind = size < SMALLEST ? BLOCK_DATA : size % BLOCK_KINDS;
        void *block = take_block(&heap, kind, size);
        assert_non_null(block);
        memset(block, 0xEE, size);
        if (REFBENCH_DEBUG && size % 100 == 0)
            guard_check_all();
        give_block(&heap, kind, size, block);
    }
}

static void zone_has_sixteen_bytes_and_a_stamp(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    for (size_t size = 1; size <= 1200; size++)
        assert_in_range(zone_of(size), 32,
                        size <= BLOCK_MAX ? 32 + 15 : 32 + 15 + sizeof(struct large));
}

static void stamp_tells_the_asked_size(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    for (size_t size = 1; size <= BLOCK_MAX; size += 7) {
        void *block = take_block(&heap, BLOCK_DATA, size);
        assert_int_equal(guard_asked(block), size);
        give_block(&other, BLOCK_DATA, size, block);
    }
}

/* A stamp is good for its own block only. */
static void copied_stamp_does_not_read(void **state)
{
    (void)state;
    if (!REFBENCH_DEBUG)
        skip();
    enum { BYTES = 96 };
    char first[BYTES + ZONE_STAMP] = {0}; /* without zones the stamp would lie behind the block */
    char second[BYTES + ZONE_STAMP] = {0};
    zone_write(first, BYTES, 40, &heap);
    assert_true(zone_read(first, BYTES).reads);
    memcpy(second, first, BYTES);
    assert_false(zone_read(second, BYTES).reads);
    for (size_t bit = 0; bit < 128; bit++) {
        first[80 + bit / 8] = (char)(first[80 + bit / 8] ^ 1 << bit % 8);
        assert_false(zone_read(first, BYTES).reads);
        first[80 + bit / 8] = (char)(first[80 + bit / 8] ^ 1 << bit % 8);
    }
    assert_true(zone_read(first, BYTES).reads);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(overrun_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(all_that_was_asked_for_may_be_written, guard_begin,
                                        guard_end),
        cmocka_unit_test(zone_has_sixteen_bytes_and_a_stamp),
        cmocka_unit_test_setup_teardown(stamp_tells_the_asked_size, guard_begin, guard_end),
        cmocka_unit_test(copied_stamp_does_not_read),
    };
    return cmocka_run_group_tests_name("red zones", tests, NULL, NULL);
}
