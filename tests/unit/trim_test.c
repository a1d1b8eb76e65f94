/* Trimming: pages without a used block go back to the system, and come again when they are needed. */
#include "alloc/base/os.h"
#include "alloc/trim.h"
#include "alloc/walk.h"
#include "tests/unit/one_heap.h"

#include <sys/mman.h>

static size_t resident_pages(void)
{
    size_t pages = 0;
    for (struct arena *arena = arenas.first; arena != NULL; arena = arena->next) {
        unsigned char resident[ARENA_BYTES / 4096];
        assert_int_equal(mincore(arena, ARENA_BYTES, resident), 0);
        for (size_t i = 0; i < ARENA_BYTES / os_page_bytes(); i++)
            pages += resident[i] & 1;
    }
    return pages;
}

enum { COUNT = 20000, SIZE = 64, APART = 1000 };

static void *blocks[COUNT];

static void take_all(void)
{
    for (size_t i = 0; i < COUNT; i++) {
        assert_non_null(blocks[i] = take_block(&heap, BLOCK_OBJECT, SIZE));
        memset((char *)blocks[i] + 16, (int)(i % 251), SIZE - 16);
    }
}

/* All but one in a thousand. */
static void give_most(void)
{
    for (size_t i = 0; i < COUNT; i++)
        if (i % APART != 0)
            give_block(&heap, BLOCK_OBJECT, SIZE, blocks[i]);
}

static void give_rest(void)
{
    for (size_t i = 0; i < COUNT; i += APART) {
        for (size_t j = 16; j < SIZE; j++)
            assert_int_equal(((unsigned char *)blocks[i])[j], i % 251);
        give_block(&heap, BLOCK_OBJECT, SIZE, blocks[i]);
    }
}

/* Each of the blocks that live keeps its page, and its pool one more where that has no free block. */
static void pages_without_a_used_block_are_given_back(void **state)
{
    (void)state;
    enum { LIVE = COUNT / APART };
    take_all();
    give_most();
    const size_t before = resident_pages();
    const size_t arenas_used = heap_census().arenas;
    const size_t bytes = heap_trim(&heap);
    const size_t after = resident_pages();
    assert_true(bytes >= 10 * os_page_bytes());
    assert_true(bytes <= (before - after) * os_page_bytes());
    const size_t header_pages = sizeof(struct arena) / os_page_bytes() + 1;
    assert_in_range(after, LIVE, 2 * LIVE + arenas_used * (header_pages + POOL_BYTES / 4096));
    assert_int_equal(live_blocks(), LIVE);
    assert_int_equal(heap_trim(&heap), 0);
    give_rest();
}

static void what_was_given_back_serves_again(void **state)
{
    (void)state;
    take_all();
    const size_t pools = heap_census().pools;
    give_most();
    heap_trim(&heap);
    assert_true(heap_is_valid(&heap));
    for (size_t i = 0; i < COUNT; i++) {
        if (i % APART == 0)
            continue;
        assert_non_null(blocks[i] = take_block(&heap, BLOCK_OBJECT, SIZE));
        assert_true(block_is_clear(BLOCK_OBJECT, LINK, blocks[i]));
    }
    assert_true(heap_is_valid(&heap));
    assert_int_equal(live_blocks(), COUNT);
    assert_in_range(heap_census().pools, 1, pools + 1);
    give_most();
    give_rest();
}

/* Slots that are no pool at the moment keep no memory either, though their arena is in use. */
static void free_slots_are_given_back(void **state)
{
    (void)state;
    void *kept = take_block(&heap, BLOCK_DATA, SIZE);
    take_all();
    give_most();
    give_rest();
    heap_trim(&heap);
    assert_int_equal(heap_census().pools, 1);
    assert_int_equal(heap_census().arenas, 1);
    const size_t header_pages = sizeof(struct arena) / os_page_bytes() + 1;
    assert_in_range(resident_pages(), 1, header_pages + 2 * (POOL_BYTES / 4096));
    take_all();
    for (size_t i = 0; i < COUNT; i++)
        give_block(&heap, BLOCK_OBJECT, SIZE, blocks[i]);
    give_block(&heap, BLOCK_DATA, SIZE, kept);
}

/* --- any sizes, any order ------------------------------------------------------------------------------------------ */

enum { MODEL = 4000, STEPS = 60000 };

static struct resident {
    void *block;
    size_t size;
    enum block_kind kind;
} model[MODEL];

static void count(void *block, void *context)
{
    (void)block;
    ++*(size_t *)context;
}

static size_t model_containers(void)
{
    size_t containers = 0;
    for (size_t i = 0; i < MODEL; i++)
        containers += model[i].block != NULL && model[i].kind == BLOCK_CONTAINER;
    return containers;
}

static void toggle(struct resident *r, uint64_t random)
{
    if (r->block != NULL) {
        assert_int_equal(((unsigned char *)r->block)[r->size - 1], r->size % 251);
        give_block(&heap, r->kind, r->size, r->block);
        r->block = NULL;
        return;
    }
    *r = (struct resident){.size = 32 + random % 481,
                           .kind = (unsigned)(random >> 32) % BLOCK_KINDS};
    assert_non_null(r->block = take_block(&heap, r->kind, r->size));
    assert_true(block_is_clear(r->kind, link_of(r->kind), r->block));
    if (r->kind == BLOCK_CONTAINER)
        set_collector_word(r->block, 1);
    ((unsigned char *)r->block)[r->size - 1] = (unsigned char)(r->size % 251);
}

static void check_all(void)
{
    assert_true(heap_is_valid(&heap));
    size_t found = 0;
    walk_containers(WALK_ALL, COLLECTOR, count, &found);
    assert_int_equal(found, model_containers());
}

static void empty_model(void)
{
    for (size_t i = 0; i < MODEL; i++)
        if (model[i].block != NULL)
            toggle(&model[i], 0);
}

static void trimming_disturbs_nobody(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252U;
    size_t given_back = 0;
    for (size_t step = 0; step < STEPS; step++) {
        const uint64_t x = next_random(&random);
        const size_t span = step / 6000 % 2 == 0 ? MODEL : MODEL / 40; /* by turns many, few */
        toggle(&model[x % span], x);
        if (step % 500 == 0 || step % 6000 == 0) {
            given_back += heap_trim(&heap);
            check_all();
        }
        if (step % 12000 == 5999)
            empty_model();
    }
    empty_model();
    assert_true(given_back > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pages_without_a_used_block_are_given_back, begin, end),
        cmocka_unit_test_setup_teardown(what_was_given_back_serves_again, begin, end),
        cmocka_unit_test_setup_teardown(free_slots_are_given_back, begin, end),
        cmocka_unit_test_setup_teardown(trimming_disturbs_nobody, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
