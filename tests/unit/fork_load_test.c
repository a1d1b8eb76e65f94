/* A child of fork has the allocator, whatever many threads of the parent were doing at that moment. */
#include "tests/unit/fork_fixture.h"

#include "alloc/base/poison.h"
#include "tests/sanitized.h"

#ifdef POISON_BY_SANITIZER
enum {
    MAY_MALLOC = 0
}; /* in such a child: a lock of the address sanitizer's may stay held there */
#else
enum { MAY_MALLOC = 1 };
#endif

/* --- under load ------------------------------------------------------------------------------------------------------ */

enum { SLOTS = 256, STOCK = 64 };

static _Atomic(void *) mailbox[SLOTS];
static void *stock[STOCK];
static _Atomic bool is_over;

static void exchange(struct heap *heap, uint64_t *random)
{
    const uint64_t r = next_random(random);
    void *letter = r % 8 == 0 ? NULL : pack(heap, r >> 8);
    unpack(heap, xchg_acq_rel(&mailbox[(r >> 3) % SLOTS], letter)); /* pairs with itself */
}

static void empty_mailbox(void)
{
    for (unsigned i = 0; i < SLOTS; i++)
        unpack(&heaps[0], xchg_acq_rel(&mailbox[i], NULL));
}

static void *make_and_exit(void *argument)
{
    (void)argument;
    return general_alloc(100);
}

/* Takes every lock again and again. */
static void *work_until_over(void *argument)
{
    const size_t number = (size_t)((struct heap *)argument - heaps);
    uint64_t random = number + 77;
    grace_online(&readers[number]);
    for (unsigned step = 0; !load_relaxed(&is_over); step++) {
        exchange(&heaps[number], &random);
        grace_quiescent(&readers[number]);
        if (step % 64 == 0)
            heap_flush(&heaps[number]);
        if (step % 1024 == 0)
            general_free(await_thread(start_thread(make_and_exit, NULL)));
    }
    grace_offline(&readers[number]);
    heap_flush(&heaps[number]);
    return NULL;
}

static void live_in_child(void)
{
    use_allocator();
    in_child(use_allocator);
    empty_mailbox();
    for (unsigned i = 0; i < STOCK; i++)
        unpack(&heaps[0], stock[i]);
    pass_grace_period();
    use_allocator();
}

static void fork_once(uint64_t *random)
{
    for (unsigned i = 0; i < STOCK; i++)
        stock[i] = pack(&heaps[0], next_random(random));
    pid_t child = start_child(live_in_child);
    for (unsigned i = 0; i < STOCK; i++)
        unpack(&heaps[0], stock[i]);
    for (unsigned i = 0; i < MANY; i++)
        exchange(&heaps[0], random);
    grace_quiescent(&readers[0]);
    await_child(child);
}

static void fork_under_load(void)
{
    enum { FORKS = SANITIZED ? 20 : 50 };
    pthread_t threads[WORKERS];
    uint64_t random = 1;
    store_relaxed(&is_over, false);
    for (unsigned i = 0; i < WORKERS; i++)
        threads[i] = start_thread(work_until_over, &heaps[1 + i]);
    for (unsigned i = 0; i < FORKS; i++)
        fork_once(&random);
    store_relaxed(&is_over, true);
    for (unsigned i = 0; i < WORKERS; i++)
        await_thread(threads[i]);
    empty_mailbox();
}

static void children_of_a_busy_process(void **state)
{
    (void)state;
    largest = BLOCK_MAX;
    fork_under_load();
}

static void children_of_a_busy_process_with_late_readers(void **state)
{
    (void)state;
    largest = BLOCK_MAX;
    heap_set_late_readers(true);
    fork_under_load();
}

static void children_of_a_busy_process_with_large_blocks(void **state)
{
    (void)state;
    if (!MAY_MALLOC)
        skip();
    fork_under_load();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORK_TEST(children_of_a_busy_process),
        FORK_TEST(children_of_a_busy_process_with_late_readers),
        FORK_TEST(children_of_a_busy_process_with_large_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
