/* When memory runs out: NULL, nothing lost, and the heap goes on when there is some again. */
#include "tests/unit/blocks.h"

#include "alloc/base/check.h"
#include "tests/sanitized.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct heap heap;

static int begin(void **state)
{
    (void)state;
    heap_init(&heap);
    return 0;
}

static int end(void **state)
{
    (void)state;
    heap_flush(&heap);
    assert_nothing_left();
    return 0;
}

/* --- failures on command ----------------------------------------------------------------------------------------------- */

static void need_commanded_failures(void)
{
    if (!REFBENCH_DEBUG)
        skip();
}

static void nth_allocation_fails_once(void **state)
{
    (void)state;
    need_commanded_failures();
    void *blocks[6];
    failure_at(3);
    for (unsigned i = 0; i < 6; i++) {
        assert_int_equal(failure_is_pending(), i < 3);
        blocks[i] = take_block(&heap, BLOCK_OBJECT, i % 2 == 0 ? 48 : 4800);
        assert_int_equal(blocks[i] == NULL, i == 2);
    }
    for (unsigned i = 0; i < 6; i++)
        if (blocks[i] != NULL)
            give_block(&heap, BLOCK_OBJECT, i % 2 == 0 ? 48 : 4800, blocks[i]);
}

static void failure_can_be_called_off(void **state)
{
    (void)state;
    failure_at(1);
    failure_at(0);
    void *block = take_block(&heap, BLOCK_DATA, 48);
    assert_non_null(block);
    give_block(&heap, BLOCK_DATA, 48, block);
}

/* --- a real lack of address space, in a process of its own --------------------------------------------------------------- */

static void limit_address_space(size_t more)
{
    struct rlimit limit;
    FILE *file = fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1, "cannot read /proc/self/statm");
    fclose(file);
    CHECK(getrlimit(RLIMIT_AS, &limit) == 0, "getrlimit");
    limit.rlim_cur = pages * (size_t)sysconf(_SC_PAGESIZE) + more;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0, "setrlimit");
}

/* A chain through the blocks themselves, since there is nowhere else to keep them. */
static size_t take_until_none(enum block_kind kind, size_t size, void **chain)
{
    size_t count = 0;
    void *block;
    while ((block = take_block(&heap, kind, size)) != NULL) {
        memcpy((char *)block + SMALLEST, chain, sizeof *chain);
        *chain = block;
        count++;
    }
    return count;
}

static void give_chain(enum block_kind kind, size_t size, void *chain)
{
    while (chain != NULL) {
        void *block = chain;
        memcpy(&chain, (char *)block + SMALLEST, sizeof chain);
        give_block(&heap, kind, size, block);
    }
}

/* The first free block is found, wherever it is, though nothing else can be had. */
static void replace_one(enum block_kind kind, size_t size, void **chain)
{
    void *block = *chain;
    memcpy(chain, (char *)block + SMALLEST, sizeof *chain);
    give_block(&heap, kind, size, block);
    block = take_block(&heap, kind, size);
    CHECK(block != NULL, "no %zu bytes though as many were just freed", size);
    memcpy((char *)block + SMALLEST, chain, sizeof *chain);
    *chain = block;
}

static void run_out_of_memory(enum block_kind kind, size_t size)
{
    for (unsigned round = 0; round < 3; round++) {
        void *chain = NULL;
        size_t count = take_until_none(kind, size, &chain);
        CHECK(count * size > 4U << 20, "only %zu blocks of %zu bytes", count, size);
        replace_one(kind, size, &chain);
        CHECK(live_blocks() == count, "%zu blocks live of %zu", live_blocks(), count);
        CHECK(heap_is_valid(&heap), "heap broken");
        give_chain(kind, size, chain);
        heap_flush(&heap);
        CHECK(live_blocks() == 0 && heap_census().arenas == 0, "%zu arenas left",
              heap_census().arenas);
    }
}

static void in_limited_child(enum block_kind kind, size_t size)
{
    if (SANITIZED) /* sanitizers need address space themselves */
        skip();
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        limit_address_space((size_t)16 << 20);
        run_out_of_memory(kind, size);
        _exit(0);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void small_blocks_run_out(void **state)
{
    (void)state;
    in_limited_child(BLOCK_OBJECT, 64);
}

static void large_blocks_run_out(void **state)
{
    (void)state;
    in_limited_child(BLOCK_CONTAINER, 100000);
}

static void absurd_size_is_refused(void **state)
{
    (void)state;
    volatile size_t absurd = SIZE_MAX - 8;
    assert_null(take_block(&heap, BLOCK_DATA, absurd));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nth_allocation_fails_once, begin, end),
        cmocka_unit_test_setup_teardown(failure_can_be_called_off, begin, end),
        cmocka_unit_test_setup_teardown(small_blocks_run_out, begin, end),
        cmocka_unit_test_setup_teardown(large_blocks_run_out, begin, end),
        cmocka_unit_test_setup_teardown(absurd_size_is_refused, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
