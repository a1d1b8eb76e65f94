/*
 * The operating system refuses one request, each in its turn: NULL upwards or nothing to be seen, and everything goes on.
 *
 * Every number is tried in a child of its own, so that each begins with no arena, no heap and no key of threads' exit.
 */
#include "alloc/base/check.h"
#include "alloc/base/grace.h"
#include "alloc/base/index.h"
#include "alloc/base/os.h"
#include "alloc/base/refusal.h"
#include "alloc/general.h"
#include "tests/sanitized.h"
#include "tests/unit/blocks.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void need_refusals(void)
{
    if (!REFBENCH_DEBUG)
        skip();
}

/* --- a whole life of the allocator ------------------------------------------------------------------------------------- */

enum {
    SMALL = 2500, /* of 512 bytes: more than an arena has */
    SIZES = 7,
    BLOCKS = SMALL + BLOCK_KINDS * SIZES,
    SPARSE = 640, /* of these, one in 32 stays, so that there are whole pages to discard */
    GENERAL = 40,
};

static const size_t sizes[SIZES] = {24, 40, 64, 500, 600, 5000, 200000};

static struct heap heap;
static void *blocks[BLOCKS];
static void *general[GENERAL];
static unsigned nulls; /* how often there was no memory */

static enum block_kind kind_at(unsigned i) { return i < SMALL ? BLOCK_DATA : i % BLOCK_KINDS; }

static size_t size_at(unsigned i) { return i < SMALL ? 512 : sizes[(i - SMALL) / BLOCK_KINDS]; }

static size_t general_size(unsigned i) { return 1 + (size_t)i * 31; }

static void check_heaps(void)
{
    CHECK(heap_is_valid(&heap), "the heap is broken");
    (void)heap_census(); /* validates arenas and shards */
}

static void take(struct heap *from, unsigned i)
{
    blocks[i] = take_block(from, kind_at(i), size_at(i));
    if (blocks[i] == NULL)
        nulls++;
    else
        memset((char *)blocks[i] + SMALLEST, (int)i, size_at(i) - SMALLEST);
}

static void give(struct heap *to, unsigned i)
{
    if (blocks[i] == NULL)
        return;
    const unsigned char *bytes = blocks[i];
    for (size_t at = SMALLEST; at < size_at(i); at++)
        CHECK(bytes[at] == (unsigned char)i, "block %u changed at %zu", i, at);
    give_block(to, kind_at(i), size_at(i), blocks[i]);
    blocks[i] = NULL;
}

/* Those that are not there. */
static void take_all(void)
{
    for (unsigned i = 0; i < BLOCKS; i++)
        if (blocks[i] == NULL)
            take(&heap, i);
    check_heaps();
}

static void give_all(struct heap *to, unsigned step)
{
    for (unsigned i = 0; i < BLOCKS; i += step)
        give(to, i);
}

static void take_general(unsigned first)
{
    for (unsigned i = first; i < GENERAL; i += 2) {
        general[i] = general_alloc(general_size(i));
        nulls += general[i] == NULL;
    }
}

static void give_general(unsigned first)
{
    for (unsigned i = first; i < GENERAL; i += 2) {
        CHECK(general[i] == NULL || general_usable(general[i]) >= general_size(i), "block %u", i);
        general_free(general[i]);
        general[i] = NULL;
    }
}

/* A second thread gives back every third block of the first one's, and leaves some of its own behind. */
static void *exchange(void *argument)
{
    struct heap *own = general_heap();
    nulls += own == NULL;
    if (own != NULL)
        give_all(own, 3);
    give_general(0);
    take_general(1);
    if (own != NULL)
        CHECK(heap_is_valid(own), "the second heap is broken");
    return argument;
}

static void in_thread(void *(*work)(void *))
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0, "pthread_create");
    CHECK(pthread_join(thread, NULL) == 0, "pthread_join");
}

/* The heap of a thread that has exited is adopted, takes in what came back meanwhile, and is left again. */
static void *adopt(void *argument)
{
    general_flush();
    nulls += general_heap() == NULL;
    general_flush();
    return argument;
}

/* Slots that held DATA become pools of another kind, whose free blocks must have zeros where an object has its header. */
static void use_slots_anew(void)
{
    static void *containers[SPARSE];
    for (unsigned i = 0; i < SPARSE; i++)
        nulls += (containers[i] = take_block(&heap, BLOCK_CONTAINER, 480)) == NULL;
    for (unsigned i = 0; i < SPARSE; i++)
        if (containers[i] != NULL)
            give_block(&heap, BLOCK_CONTAINER, 480, containers[i]);
}

static void live_once(void)
{
    take_all();
    take_general(0);
    in_thread(exchange);
    check_heaps();
    for (unsigned i = 0; i < SPARSE; i++)
        if (i % 32 != 1)
            give(&heap, i);
    heap_trim(&heap);
    check_heaps();
    use_slots_anew();
    take_all();
    in_thread(adopt);
    give_general(0);
    give_general(1);
    give_all(&heap, 1);
    heap_flush(&heap);
    general_flush();
    in_thread(adopt);
    grace_all_quiescent();
    heap_reclaim();
    heap_trim(&heap);
    check_heaps();
}

/* --- one refusal in it ------------------------------------------------------------------------------------------------- */

enum outcome { ABSORBED, PASSED_ON, NOT_COME }; /* the refusal */

static unsigned here(void) { return 1; }

static bool prefer(void *start, size_t size, unsigned node)
{
    (void)node;
    CHECK((uintptr_t)start % ARENA_BYTES == 0 && size == ARENA_BYTES, "no arena");
    return true;
}

static void check_nothing_left(void)
{
    const struct heap_census census = heap_census();
    CHECK(live_blocks() == 0 && census.large == 0, "%zu blocks left", live_blocks());
    CHECK(census.pools == 0 && census.waiting == 0, "%zu pools left", census.pools);
    CHECK(census.arenas == 0, "%zu arenas left", census.arenas);
    CHECK(os_kept_bytes() == 0, "%zu bytes still kept", os_kept_bytes());
}

/* What was refused once is there the second time: nothing must be missed, and nothing left. */
static enum outcome live_with_refusal(unsigned n)
{
    node_source = (struct node_source){2, here, prefer};
    heap_init(&heap);
    heap_settle(&heap);
    refusal_at(n);
    live_once();
    const bool has_come = !refusal_is_pending();
    const unsigned missed = nulls;
    refusal_at(0);
    CHECK(missed <= 1, "one refusal, and %u times no memory", missed);
    nulls = 0;
    live_once();
    CHECK(nulls == 0, "%u times no memory, though nothing is refused any more", nulls);
    check_nothing_left();
    if (!has_come)
        return NOT_COME;
    return missed != 0 ? PASSED_ON : ABSORBED;
}

static enum outcome outcome_in_child(unsigned n)
{
    int status = -1;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        _exit((int)live_with_refusal(n));
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) > NOT_COME)
        fail_msg("refusal %u: status %#x", n, (unsigned)status);
    return (enum outcome)WEXITSTATUS(status);
}

static void refuse_each(void)
{
    enum { LEAST = ROUNDS(30), MOST = 1000 }; /* of the requests of a life */
    unsigned count[NOT_COME + 1] = {0};
    for (unsigned n = 1; count[NOT_COME] == 0 && n < MOST; n += SANITIZED ? 7 : 1)
        count[outcome_in_child(n)]++;
    print_message("%u refusals absorbed, %u passed on\n", count[ABSORBED], count[PASSED_ON]);
    assert_int_equal(count[NOT_COME], 1);
    assert_in_range(count[ABSORBED], LEAST, MOST);
    assert_in_range(count[PASSED_ON], LEAST, MOST);
}

static void every_refusal_is_survived(void **state)
{
    (void)state;
    need_refusals();
    refuse_each();
}

static void every_refusal_is_survived_with_late_readers(void **state)
{
    (void)state;
    need_refusals();
    heap_set_late_readers(true);
    refuse_each();
    heap_set_late_readers(false);
}

/* --- an index ---------------------------------------------------------------------------------------------------------- */

enum { NODES = 2000 };

static bool is_item(const struct index_node *node, void *item) { return index_item(node) == item; }

static void add_and_find(struct index *index, struct index_node nodes[NODES])
{
    for (size_t i = 0; i < NODES; i++) {
        index_name(&nodes[i], &blocks[i]);
        assert_true(index_add(index, &nodes[i], i, is_item, &blocks[i]));
        index_fit(index);
    }
    for (size_t i = 0; i < NODES; i++)
        assert_true(index_find(index, i, is_item, &blocks[i]));
}

/* The first request is for the table, each of the others for one doubling, which comes later then. */
static void try_index(unsigned n)
{
    static struct index_node nodes[NODES];
    struct index index;
    refusal_at(n);
    const bool made = index_init(&index);
    assert_int_equal(made, n != 1);
    if (!made)
        return;
    add_and_find(&index, nodes);
    assert_int_equal(refusal_is_pending(), n > 4);
    refusal_at(0);
    index_fit(&index);
    assert_in_range(load_relaxed(&index.buckets), NODES / 2, 2 * NODES);
    for (size_t i = 0; i < NODES; i++)
        index_remove(&index, i, &blocks[i]);
    assert_non_null(index_reclaim(&index, 1));
    index_fini(&index);
}

static void an_index_does_without(void **state)
{
    (void)state;
    need_refusals();
    index_attach();
    for (unsigned n = 1; n <= 6; n++)
        try_index(n);
    index_detach();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_refusal_is_survived),
        cmocka_unit_test(every_refusal_is_survived_with_late_readers),
        cmocka_unit_test(an_index_does_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
