/* Double frees, frees as what a block is not, and writes to what is free: each stops, and the report names the block. */
#include "tests/unit/guard_fixture.h"

/* --- double free --------------------------------------------------------------------------------------------------- */

static void free_twice(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 40);
    give_block(&heap, BLOCK_OBJECT, 40, block);
    expect("%s is freed twice: first by its owner, now by its owner %p",
           describe("object", block, 40, "freed", &heap), (void *)&heap);
    heap_free(&heap, BLOCK_OBJECT, LINK, 40, block);
}

static void free_twice_first_elsewhere(void)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    give_block(&other, BLOCK_CONTAINER, 64, block);
    expect("%s is freed twice: first by another heap, now by its owner %p",
           describe("container", block, 64, "freed", &other), (void *)&heap);
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

static void free_twice_then_elsewhere(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 8);
    give_block(&heap, BLOCK_DATA, 8, block);
    expect("%s is freed twice: first by its owner, now by another heap %p",
           describe("data", block, 8, "freed", &heap), (void *)&other);
    heap_free(&other, BLOCK_DATA, 0, 8, block);
}

/* Also when the block has left quarantine and lies on a list. */
static void free_twice_after_flush(void)
{
    take_block(&heap, BLOCK_DATA, 100); /* keeps the pool */
    void *block = take_block(&heap, BLOCK_DATA, 100);
    give_block(&heap, BLOCK_DATA, 100, block);
    heap_flush(&heap);
    expect("%s is freed twice: first by its owner, now by its owner %p",
           describe("data", block, 100, "freed", &heap), (void *)&heap);
    heap_free(&heap, BLOCK_DATA, 0, 100, block);
}

static void double_free_stops(void **state)
{
    (void)state;
    assert_stops(free_twice);
    assert_stops(free_twice_first_elsewhere);
    assert_stops(free_twice_then_elsewhere);
    assert_stops(free_twice_after_flush);
}

/* --- as something else --------------------------------------------------------------------------------------------- */

static void free_with_other_size(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 64);
    expect("%s with link 0 is freed as data of 80 bytes with link 0",
           describe("data", block, 64, "allocated", &heap));
    heap_free(&heap, BLOCK_DATA, 0, 80, block);
}

static void free_with_other_kind(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    expect("%s with link 8 is freed as container of 64 bytes with link 8",
           describe("object", block, 64, "allocated", &heap));
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

static void free_with_other_link(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    expect("%s with link 8 is freed as object of 64 bytes with link 16",
           describe("object", block, 64, "allocated", &heap));
    heap_free(&heap, BLOCK_OBJECT, 16, 64, block);
}

static void mismatched_free_stops(void **state)
{
    (void)state;
    assert_stops(free_with_other_size);
    assert_stops(free_with_other_kind);
    assert_stops(free_with_other_link);
}

/* --- a living object ----------------------------------------------------------------------------------------------- */

static void expect_header(const char *kind, const void *block, const char *did, const char *when)
{
    expect("%s has header or collector's word not zero when %s",
           describe(kind, block, 64, did, &heap), when);
}

static void free_with_count(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    *(uint64_t *)block = 1;
    expect_header("object", block, "allocated", "freed");
    heap_free(&heap, BLOCK_OBJECT, LINK, 64, block);
}

static void free_with_collector_word(void)
{
    void *block = take_block(&heap, BLOCK_CONTAINER, 64);
    set_collector_word(block, 1);
    expect_header("container", block, "allocated", "freed");
    heap_free(&heap, BLOCK_CONTAINER, LINK, 64, block);
}

/* Found when the block is handed out again, or looked at with all others. */
static void raise_count_of_free_block(void)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    *(volatile uint64_t *)block = 1;
    expect_header("object", block, "freed", "free");
    guard_check_all();
}

static void living_object_stops(void **state)
{
    (void)state;
    assert_stops(free_with_count);
    assert_stops(free_with_collector_word);
    assert_stops(raise_count_of_free_block);
}

/* --- writes to free blocks ----------------------------------------------------------------------------------------- */

static void *write_late(size_t at)
{
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    smash(block, at, 1);
    expect("%s was written to at +%zu after it was freed",
           describe("object", block, 64, "freed", &heap), at);
    return block;
}

static void write_late_and_flush(void)
{
    write_late(40);
    heap_flush(&heap);
}

/* Over what is the type of a living object: in a free list this would be the link. */
static void write_link_late_and_flush(void)
{
    write_late(LINK);
    heap_flush(&heap);
}

static void write_late_and_free_more(void)
{
    write_late(63);
    for (unsigned i = 0; i < QUARANTINE_BLOCKS; i++)
        give_block(&heap, BLOCK_DATA, 32, take_block(&heap, BLOCK_DATA, 32));
}

static void write_late_and_look_at_everything(void)
{
    write_late(16);
    guard_check_all();
}

/* After quarantine, until the block is handed out again. */
static void write_very_late_and_take(void)
{
    take_block(&heap, BLOCK_OBJECT, 64);
    void *block = take_block(&heap, BLOCK_OBJECT, 64);
    give_block(&heap, BLOCK_OBJECT, 64, block);
    heap_flush(&heap);
    smash(block, 33, 1);
    expect("%s was written to at +33 after it was freed",
           describe("object", block, 64, "freed", &heap));
    for (unsigned i = 0; i < POOL_BYTES / 64; i++)
        take_block(&heap, BLOCK_OBJECT, 64);
}

static void late_write_stops(void **state)
{
    (void)state;
    assert_stops(write_late_and_flush);
    assert_stops(write_link_late_and_flush);
    assert_stops(write_late_and_free_more);
    assert_stops(write_late_and_look_at_everything);
    assert_stops(write_very_late_and_take);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(double_free_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(mismatched_free_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(living_object_stops, guard_begin, guard_end),
        cmocka_unit_test_setup_teardown(late_write_stops, guard_begin, guard_end),
    };
    return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
