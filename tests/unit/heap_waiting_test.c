/* Late readers: empty pools and large objects wait for a grace period, and keep their headers zero meanwhile. */
#include "tests/unit/blocks.h"

#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/waiting.h"

#include <pthread.h>
#include <sched.h>

static struct heap heaps[3];
static struct heap *const heap = &heaps[0];

static _Atomic uint32_t request;
static struct grace_reader reader;

static int begin(void **state)
{
    (void)state;
    heap_set_late_readers(true);
    for (unsigned i = 0; i < 3; i++)
        heap_init(&heaps[i]);
    store_relaxed(&request, 0);
    reader = (struct grace_reader){.request = &request, .request_bit = 4};
    grace_online(&reader);
    return 0;
}

static int end(void **state)
{
    (void)state;
    grace_offline(&reader);
    for (unsigned i = 0; i < 3; i++)
        heap_flush(&heaps[i]);
    grace_all_quiescent();
    heap_reclaim();
    assert_nothing_left();
    assert_true(waiting_is_empty());
    return 0;
}

/* Makes and frees one block and flushes, so that its pool waits. */
static struct pool *wait_with_pool(enum block_kind kind, size_t size)
{
    void *block = take_block(heap, kind, size);
    struct pool *pool = arena_pool(block);
    give_block(heap, kind, size, block);
    heap_flush(heap);
    return pool;
}

static void empty_pool_waits_for_readers(void **state)
{
    (void)state;
    struct pool *pool = wait_with_pool(BLOCK_OBJECT, 64);
    assert_int_equal(pool->state, POOL_WAITING);
    assert_int_equal(heap_census().waiting, 1);
    assert_int_equal(heap_census().pools, 1);
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 1);
    grace_request(pool->ticket);
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 1);
    grace_quiescent(&reader);
    assert_int_equal(heap_census().waiting, 1);
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 0);
    assert_int_equal(heap_census().arenas, 0);
}

static void data_does_not_wait(void **state)
{
    (void)state;
    wait_with_pool(BLOCK_DATA, 64);
    assert_int_equal(heap_census().pools, 0);
    assert_int_equal(heap_census().arenas, 0);
}

static void waiting_pool_serves_its_own_class(void **state)
{
    (void)state;
    struct pool *pool = wait_with_pool(BLOCK_CONTAINER, 64);
    uint16_t carved = pool->carved;
    void *block = take_block(&heaps[1], BLOCK_CONTAINER, 64);
    assert_ptr_equal(arena_pool(block), pool);
    assert_ptr_equal(pool_owner(pool), &heaps[1]);
    assert_int_equal(pool->carved, carved);
    assert_int_equal(heap_census().waiting, 0);
    assert_true(waiting_is_empty());
    give_block(&heaps[1], BLOCK_CONTAINER, 64, block);
}

static void waiting_pool_serves_no_other_class(void **state)
{
    (void)state;
    struct pool *pool = wait_with_pool(BLOCK_CONTAINER, 64);
    void *same_kind = take_block(heap, BLOCK_CONTAINER, 80);
    void *same_class = take_block(heap, BLOCK_OBJECT, 64);
    void *data = take_block(heap, BLOCK_DATA, 64);
    assert_ptr_not_equal(arena_pool(same_kind), pool);
    assert_ptr_not_equal(arena_pool(same_class), pool);
    assert_ptr_not_equal(arena_pool(data), pool);
    assert_int_equal(pool->state, POOL_WAITING);
    grace_all_quiescent();
    heap_reclaim();
    void *later = take_block(heap, BLOCK_DATA, 16);
    assert_ptr_equal(arena_pool(later), pool);
    give_block(heap, BLOCK_DATA, 16, later);
    give_block(heap, BLOCK_DATA, 64, data);
    give_block(heap, BLOCK_OBJECT, 64, same_class);
    give_block(heap, BLOCK_CONTAINER, 80, same_kind);
}

static void headers_stay_zero_while_waiting(void **state)
{
    (void)state;
    enum { COUNT = 600 };
    static void *blocks[COUNT];
    for (unsigned i = 0; i < COUNT; i++)
        memset(blocks[i] = take_block(heap, BLOCK_CONTAINER, 112), 0xEE, 112);
    for (unsigned i = 0; i < COUNT; i++)
        give_block(heap, BLOCK_CONTAINER, 112, blocks[i]);
    heap_flush(heap);
    assert_true(heap_census().waiting >= 4);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(word_at(blocks[i], 0), 0);
        assert_int_equal(word_at(blocks[i], COLLECTOR), 0);
    }
}

static void large_object_waits(void **state)
{
    (void)state;
    char *object = take_block(heap, BLOCK_OBJECT, 3000);
    char *container = take_block(heap, BLOCK_CONTAINER, 3000);
    char *data = take_block(heap, BLOCK_DATA, 3000);
    give_block(heap, BLOCK_OBJECT, 3000, object);
    give_block(heap, BLOCK_CONTAINER, 3000, container);
    give_block(heap, BLOCK_DATA, 3000, data);
    assert_int_equal(heap_census().waiting, 2);
    assert_int_equal(heap_census().large, 0);
    assert_int_equal(word_at(object, 0), 0);
    assert_int_equal(word_at(container, 0), 0);
    assert_int_equal(word_at(container, COLLECTOR), 0);
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 2);
    grace_all_quiescent();
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 0);
}

/* Those that are over go; those that became free since stay. */
static void tickets_are_looked_at_one_by_one(void **state)
{
    (void)state;
    void *early = take_block(heap, BLOCK_OBJECT, 1000);
    void *late = take_block(heap, BLOCK_OBJECT, 1000);
    wait_with_pool(BLOCK_OBJECT, 64);
    give_block(heap, BLOCK_OBJECT, 1000, early);
    grace_request(grace_ticket());
    struct pool *later = wait_with_pool(BLOCK_OBJECT, 96);
    give_block(heap, BLOCK_OBJECT, 1000, late);
    grace_quiescent(&reader);
    heap_reclaim();
    assert_int_equal(heap_census().waiting, 2);
    assert_int_equal(later->state, POOL_WAITING);
    assert_int_equal(word_at(late, 0), 0);
}

/* Too much waits: a grace period is asked for, and the reader told. */
static void budget_asks_for_a_grace_period(void **state)
{
    (void)state;
    enum { COUNT = WAITING_BUDGET / POOL_BYTES + 1, PER_POOL = POOL_BYTES / 512 };
    static void *blocks[COUNT * PER_POOL];
    for (unsigned i = 0; i < COUNT * PER_POOL; i++)
        blocks[i] = take_block(heap, BLOCK_OBJECT, 512);
    for (unsigned i = 0; i < 3 * PER_POOL; i++)
        give_block(heap, BLOCK_OBJECT, 512, blocks[i]);
    assert_false(waiting_is_empty());
    assert_int_equal(load_relaxed(&request), 0);
    for (unsigned i = 3 * PER_POOL; i < COUNT * PER_POOL; i++)
        give_block(heap, BLOCK_OBJECT, 512, blocks[i]);
    heap_flush(heap);
    assert_int_equal(load_relaxed(&request), reader.request_bit);
    grace_quiescent(&reader);
    heap_reclaim();
    assert_in_range(heap_census().waiting, 0, 2);
}

static void large_budget_asks_for_a_grace_period(void **state)
{
    (void)state;
    void *first = take_block(heap, BLOCK_CONTAINER, WAITING_BUDGET / 2);
    void *second = take_block(heap, BLOCK_CONTAINER, WAITING_BUDGET / 2);
    give_block(heap, BLOCK_CONTAINER, WAITING_BUDGET / 2, first);
    assert_int_equal(load_relaxed(&request), 0);
    give_block(heap, BLOCK_CONTAINER, WAITING_BUDGET / 2, second);
    assert_int_equal(load_relaxed(&request), reader.request_bit);
}

/* --- a real late reader ---------------------------------------------------------------------------------------------- */

enum { SHARED = 64, STEPS = 40000 };

static _Atomic(void *) shared[SHARED];
static _Atomic uint32_t done;

struct object {
    _Atomic uint64_t count;
    void *type;
};

static void publish(struct heap *own, unsigned slot, size_t size)
{
    struct object *made = take_block(own, BLOCK_OBJECT, size);
    CHECK(made != NULL, "no memory for %zu bytes", size);
    store_relaxed(&made->count, size);
    struct object *old =
        xchg_acq_rel(&shared[slot], made); /* pairs with itself and with the reader's load */
    if (old == NULL)
        return;
    size_t old_size = load_relaxed(&old->count);
    store_relaxed(&old->count, 0);
    heap_free(own, BLOCK_OBJECT, LINK, old_size, old);
}

static void *write_objects(void *argument)
{
    struct heap *own = argument;
    _Atomic uint32_t asked = 0;
    struct grace_reader self = {.request = &asked, .request_bit = 1};
    uint64_t random = (uint64_t)(own - heaps) + 5;
    grace_online(&self);
    for (unsigned step = 0; step < STEPS; step++) {
        uint64_t r = next_random(&random);
        size_t phase = step / 2000 % 8; /* whole pools empty now and then, and change class */
        publish(own, (unsigned)(r % SHARED), 32 + 64 * phase + 400 * (r >> 32) % 3);
        if (load_relaxed(&asked) != 0) {
            store_relaxed(&asked, 0);
            grace_quiescent(&self);
            heap_reclaim();
        }
    }
    grace_offline(&self);
    heap_flush(own);
    return NULL;
}

/* Looks at objects that may be dead, until the next quiescent state: their headers are counts or zero, and mapped. */
static void *read_objects(void *argument)
{
    struct object *seen[SHARED];
    _Atomic uint32_t asked = 0;
    struct grace_reader self = {.request = &asked, .request_bit = 1};
    (void)argument;
    grace_online(&self);
    while (load_relaxed(&done) == 0) {
        for (unsigned i = 0; i < SHARED; i++)
            seen[i] = load_acquire(&shared[i]);
        for (unsigned pass = 0; pass < 10; pass++)
            for (unsigned i = 0; i < SHARED; i++)
                CHECK(seen[i] == NULL || load_relaxed(&seen[i]->count) < 2000,
                      "object %p has count %zu", (void *)seen[i],
                      (size_t)load_relaxed(&seen[i]->count));
        if (load_relaxed(&asked) != 0) {
            store_relaxed(&asked, 0);
            grace_quiescent(&self);
        }
        sched_yield();
    }
    grace_offline(&self);
    return NULL;
}

static void dead_objects_can_be_looked_at(void **state)
{
    (void)state;
    pthread_t threads[3];
    grace_offline(&reader);
    store_relaxed(&done, 0);
    assert_int_equal(pthread_create(&threads[0], NULL, read_objects, NULL), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, write_objects, &heaps[1]), 0);
    assert_int_equal(pthread_create(&threads[2], NULL, write_objects, &heaps[2]), 0);
    pthread_join(threads[1], NULL);
    pthread_join(threads[2], NULL);
    store_relaxed(&done, 1);
    pthread_join(threads[0], NULL);
    for (unsigned i = 0; i < SHARED; i++) {
        struct object *object = xchg_acquire(&shared[i], NULL); /* pairs with publish */
        size_t size = object == NULL ? 0 : load_relaxed(&object->count);
        if (object != NULL)
            give_block(heap, BLOCK_OBJECT, size, object);
    }
    assert_int_equal(live_blocks(), 0);
    grace_online(&reader);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(empty_pool_waits_for_readers, begin, end),
        cmocka_unit_test_setup_teardown(data_does_not_wait, begin, end),
        cmocka_unit_test_setup_teardown(waiting_pool_serves_its_own_class, begin, end),
        cmocka_unit_test_setup_teardown(waiting_pool_serves_no_other_class, begin, end),
        cmocka_unit_test_setup_teardown(headers_stay_zero_while_waiting, begin, end),
        cmocka_unit_test_setup_teardown(large_object_waits, begin, end),
        cmocka_unit_test_setup_teardown(tickets_are_looked_at_one_by_one, begin, end),
        cmocka_unit_test_setup_teardown(budget_asks_for_a_grace_period, begin, end),
        cmocka_unit_test_setup_teardown(large_budget_asks_for_a_grace_period, begin, end),
        cmocka_unit_test_setup_teardown(dead_objects_can_be_looked_at, begin, end),
    };
    use_plain_blocks();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
