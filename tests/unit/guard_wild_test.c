/* Frees of what is no block in use: the report says what the pointer points to. */
#include "tests/unit/guard_fixture.h"

#include "alloc/general.h"

static void expect_nowhere(const void *address)
{
    expect("%p is freed but lies in no arena and in no large block", address);
}

static void free_data(void *address) { heap_free(&heap, BLOCK_DATA, 0, 64, address); }

static void *pool_text(char *text, const struct pool *pool)
{
    snprintf(text, DESCRIBED, "(pool %u of arena %p, class of %u bytes, owner %p)",
             arena_index(pool), (void *)arena_of(pool), pool->bytes, (void *)pool_owner(pool));
    return text;
}

/* --- nowhere ------------------------------------------------------------------------------------------------------- */

static void free_unmapped(void)
{
    void *address = (void *)(uintptr_t)0x10010;
    expect_nowhere(address);
    free_data(address);
}

static void free_beyond_all_addresses(void)
{
    void *address = (void *)(UINTPTR_MAX - 63);
    expect_nowhere(address);
    free_data(address);
}

static void free_null(void)
{
    expect_nowhere(NULL);
    free_data(NULL);
}

static void free_local(void)
{
    uint64_t words[8] = {0};
    expect_nowhere(words);
    free_data(words);
}

static void free_unmapped_as_large(void)
{
    void *address = (void *)(uintptr_t)0x10010;
    expect_nowhere(address);
    heap_free(&heap, BLOCK_DATA, 0, 6400, address);
}

static void free_unmapped_of_no_known_size(void)
{
    void *address = (void *)(uintptr_t)0x10010;
    expect_nowhere(address);
    general_free(address);
}

static void free_in_an_arena_that_has_gone(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 64);
    give_block(&heap, BLOCK_DATA, 64, block);
    heap_flush(&heap);
    assert_int_equal(heap_census().arenas, 0);
    expect_nowhere(block);
    free_data(block);
}

static void free_nowhere_stops(void **state)
{
    (void)state;
    assert_stops(free_unmapped);
    assert_stops(free_beyond_all_addresses);
    assert_stops(free_null);
    assert_stops(free_local);
    assert_stops(free_unmapped_as_large);
    assert_stops(free_unmapped_of_no_known_size);
    assert_stops(free_in_an_arena_that_has_gone);
}

/* --- in an arena --------------------------------------------------------------------------------------------------- */

static void free_inside(size_t by)
{
    char *block = take_block(&heap, BLOCK_DATA, 64);
    expect("%p is freed but lies %zu bytes inside %s", (void *)(block + by), by,
           describe("data", block, 64, "allocated", &heap));
    free_data(block + by);
}

static void free_at_second_unit(void) { free_inside(16); }
static void free_at_second_byte(void) { free_inside(1); }
static void free_at_zone(void) { free_inside(65); }

static void free_inside_free_block(void)
{
    char *block = take_block(&heap, BLOCK_DATA, 64);
    give_block(&other, BLOCK_DATA, 64, block);
    expect("%p is freed but lies 32 bytes inside %s", (void *)(block + 32),
           describe("data", block, 64, "freed", &other));
    free_data(block + 32);
}

static void free_header(void)
{
    struct arena *arena = arena_of(take_block(&heap, BLOCK_DATA, 64));
    expect("%p is freed but lies in the header of arena %p", (void *)&arena->node, (void *)arena);
    free_data(&arena->node);
}

static void free_unused_slot(void)
{
    struct arena *arena = arena_of(take_block(&heap, BLOCK_DATA, 64));
    char *address = (char *)arena + (size_t)(ARENA_POOLS - 1) * POOL_BYTES;
    expect("%p is freed but lies in slot %u of arena %p, which is no pool", (void *)address,
           (unsigned)ARENA_POOLS - 1, (void *)arena);
    free_data(address);
}

static void free_not_carved(void)
{
    struct pool *pool = arena_pool(take_block(&heap, BLOCK_DATA, 64));
    char *address = arena_blocks(pool) + (size_t)pool->carved * pool->bytes;
    char text[DESCRIBED];
    assert_true(pool_has_uncarved(pool));
    expect("%p is freed but lies where a pool is not carved yet %s", (void *)address,
           (char *)pool_text(text, pool));
    free_data(address);
}

static void free_behind_last(void)
{
    struct pool *pool = arena_pool(take_block(&heap, BLOCK_DATA, BLOCK_MAX));
    char *address = arena_blocks(pool) + (size_t)pool->capacity * pool->bytes;
    char text[DESCRIBED];
    assert_ptr_equal(arena_pool(address), pool);
    expect("%p is freed but lies behind the last block of a pool %s", (void *)address,
           (char *)pool_text(text, pool));
    free_data(address);
}

static void free_never_handed_out(void)
{
    const struct pool *pool = arena_pool(take_block(&heap, BLOCK_DATA, 64));
    void *block = heap_bin_of(&heap, pool)->free;
    char text[DESCRIBED];
    assert_non_null(block);
    expect("data block %p of at most %zu bytes %s is freed but was never handed out", block,
           zone_unpad(pool->bytes), (char *)pool_text(text, pool));
    free_data(block);
}

static void wild_free_stops(void **state)
{
    (void)state;
    assert_stops(free_at_second_unit);
    assert_stops(free_at_second_byte);
    assert_stops(free_at_zone);
    assert_stops(free_inside_free_block);
    assert_stops(free_header);
    assert_stops(free_unused_slot);
    assert_stops(free_not_carved);
    assert_stops(free_behind_last);
    assert_stops(free_never_handed_out);
}

/* --- through the interface without sizes --------------------------------------------------------------------------- */

static void general_free_twice(void)
{
    void *block = general_alloc(100);
    general_free(block);
    const struct heap *own = general_heap();
    expect("%s is freed twice: first by its owner, now by its owner %p",
           describe("data", block, 100, "freed", own), (const void *)own);
    general_free(block);
}

static void general_free_of_an_object(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    expect("%s with link 8 is freed as data of 64 bytes with link 0",
           describe("object", block, 64, "allocated", &heap));
    general_free(block);
}

static void general_overrun(void)
{
    void *block = general_alloc(20);
    smash(block, general_usable(block), 1);
    expect("%s was written to beyond its end, by up to 1 bytes",
           describe("data", block, 20, "allocated", general_heap()));
    general_free(block);
}

static void general_misuse_stops(void **state)
{
    (void)state;
    assert_stops(general_free_twice);
    assert_stops(general_free_of_an_object);
    assert_stops(general_overrun);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(free_nowhere_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(wild_free_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(general_misuse_stops, guard_begin, guard_end),
    };
    return cmocka_run_group_tests_name("wild frees", tests, NULL, NULL);
}
