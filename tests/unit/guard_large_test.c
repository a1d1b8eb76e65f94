/* Large blocks: a wrong free or a write beyond the end is reported as exactly as in a pool. */
#include "tests/unit/guard_fixture.h"

#include "alloc/ledger.h"

enum { SIZE = 6400 };

static void *take_large(enum block_kind kind) { return take_block(&heap, kind, SIZE); }

/* --- in a child ---------------------------------------------------------------------------------------------------- */

static void free_twice(void)
{
    void *block = take_large(BLOCK_OBJECT);
    give_block(&heap, BLOCK_OBJECT, SIZE, block);
    expect("%s is freed twice: first by its owner, now by another heap %p",
           describe_large("object", block, SIZE, "freed", &heap), (void *)&other);
    heap_free(&other, BLOCK_OBJECT, LINK, SIZE, block);
}

static void free_inside(void)
{
    char *block = take_large(BLOCK_DATA);
    expect("%p is freed but lies 16 bytes inside %s", (void *)(block + 16),
           describe_large("data", block, SIZE, "allocated", &heap));
    heap_free(&heap, BLOCK_DATA, 0, SIZE, block + 16);
}

static void free_as_small(void)
{
    void *block = take_large(BLOCK_DATA);
    expect("%p is freed as a block of a pool but is %s", block,
           describe_large("data", block, SIZE, "allocated", &heap));
    heap_free(&heap, BLOCK_DATA, 0, 64, block);
}

static void free_small_as_large(void)
{
    void *block = take_block(&heap, BLOCK_DATA, 64);
    expect("%p is freed as a large block but is %s", block,
           describe("data", block, 64, "allocated", &heap));
    heap_free(&heap, BLOCK_DATA, 0, SIZE, block);
}

static void free_with_other_size(void)
{
    void *block = take_large(BLOCK_DATA);
    expect("%s is freed as data of 6401 bytes",
           describe_large("data", block, SIZE, "allocated", &heap));
    heap_free(&heap, BLOCK_DATA, 0, SIZE + 1, block);
}

static void free_with_other_kind(void)
{
    void *block = take_large(BLOCK_CONTAINER);
    expect("%s is freed as object of 6400 bytes",
           describe_large("container", block, SIZE, "allocated", &heap));
    heap_free(&heap, BLOCK_OBJECT, LINK, SIZE, block);
}

static void free_with_count(void)
{
    void *block = take_large(BLOCK_OBJECT);
    *(uint64_t *)block = 1;
    expect("%s has header or collector's word not zero when freed",
           describe_large("object", block, SIZE, "allocated", &heap));
    heap_free(&heap, BLOCK_OBJECT, LINK, SIZE, block);
}

static void overrun(size_t at, size_t count)
{
    void *block = take_large(BLOCK_CONTAINER);
    smash(block, SIZE + at, count);
    expect("%s was written to beyond its end, by up to %zu bytes",
           describe_large("container", block, SIZE, "allocated", &heap), at + count);
    give_block(&other, BLOCK_CONTAINER, SIZE, block);
}

static void overrun_by_one(void) { overrun(0, 1); }
static void overrun_by_some(void) { overrun(3, 10); }

static void overrun_all(void)
{
    void *block = take_large(BLOCK_DATA);
    smash(block, SIZE, 32);
    expect("%s was written to beyond its end, over the whole red zone",
           describe_large("data", block, SIZE, "allocated", &heap));
    give_block(&heap, BLOCK_DATA, SIZE, block);
}

static void overrun_found_by_a_look_at_everything(void)
{
    void *block = take_large(BLOCK_DATA);
    smash(block, SIZE, 1);
    expect("%s was written to beyond its end, by up to 1 bytes",
           describe_large("data", block, SIZE, "allocated", &heap));
    guard_check_all();
}

static void misuse_of_large_stops(void **state)
{
    (void)state;
    assert_stops(free_twice);
    assert_stops(free_inside);
    assert_stops(free_as_small);
    assert_stops(free_small_as_large);
    assert_stops(free_with_other_size);
    assert_stops(free_with_other_kind);
    assert_stops(free_with_count);
    assert_stops(overrun_by_one);
    assert_stops(overrun_by_some);
    assert_stops(overrun_all);
    assert_stops(overrun_found_by_a_look_at_everything);
}

/* --- the ledger ---------------------------------------------------------------------------------------------------- */

/* Addresses only: nothing is read there. */
static const void *address(uintptr_t number) { return (const void *)(0x100000 + number * 1024); }

static void enter(uintptr_t number)
{
    const struct ledger_entry entry = {.block = address(number), .size = 1000, .in_use = true};
    assert_true(ledger_enter(&entry));
}

static void the_last_freed_are_remembered(void **state)
{
    (void)state;
    enum { COUNT = LEDGER_FREED + 100 };
    for (uintptr_t i = 0; i < COUNT; i++)
        enter(i);
    for (uintptr_t i = 0; i < COUNT; i++)
        assert_true(ledger_leave(address(i), &other).in_use);
    for (uintptr_t i = 0; i < COUNT; i++) {
        const struct ledger_entry entry = ledger_at(address(i));
        assert_ptr_equal(entry.block, i < COUNT - LEDGER_FREED ? NULL : address(i));
        assert_ptr_equal(entry.by, i < COUNT - LEDGER_FREED ? NULL : &other);
        assert_false(entry.in_use);
        assert_false(ledger_leave(address(i), &heap).in_use);
    }
}

static void an_address_in_use_again_is_no_longer_freed(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 2 * LEDGER_FREED; round++) {
        enter(0);
        enter(1);
        assert_true(ledger_at(address(0)).in_use);
        assert_true(ledger_leave(address(round % 2), &heap).in_use);
        assert_true(ledger_leave(address(1 - round % 2), &heap).in_use);
    }
    assert_ptr_equal(ledger_at(address(0)).by, &heap);
}

static void find_says_in_which_block(void **state)
{
    (void)state;
    enter(7);
    const char *block = address(7);
    assert_ptr_equal(ledger_find(block).block, block);
    assert_ptr_equal(ledger_find(block + 999).block, block);
    assert_null(ledger_find(block + 1000).block);
    assert_null(ledger_at(block + 1).block);
    assert_true(ledger_leave(block, &heap).in_use);
    assert_false(ledger_find(block + 5).in_use);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(misuse_of_large_stops, guard_begin, guard_end),
        cmocka_unit_test(the_last_freed_are_remembered),
        cmocka_unit_test(an_address_in_use_again_is_no_longer_freed),
        cmocka_unit_test(find_says_in_which_block),
    };
    return cmocka_run_group_tests_name("large blocks", tests, NULL, NULL);
}
