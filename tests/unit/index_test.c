/* The index: what is added is found until it is removed, and a removed node waits for readers. */
#include "alloc/base/index.h"

#include "alloc/base/check.h"
#include "tests/sanitized.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- numbers in an index ---------------------------------------------------------------------- */

struct number {
    uint64_t value;
    uint64_t hash;
};

static bool is_number(const struct index_node *node, void *context)
{
    const struct number *number = index_item(node);
    const struct number *wanted = context;
    return number != NULL && number->value == wanted->value;
}

static bool has(struct index *index, uint64_t value, uint64_t hash)
{
    struct number wanted = {value, hash};
    return index_find(index, hash, is_number, &wanted);
}

static bool put(struct index *index, struct index_node *node, struct number *number)
{
    index_name(node, number);
    return index_add(index, node, number->hash, is_number, number);
}

static size_t reclaim_all(struct index *index)
{
    size_t nodes = 0;
    for (struct index_node *node = index_reclaim(index, 1); node != NULL; node = node->next)
        nodes++;
    return nodes;
}

static int start(void **state)
{
    static struct index index;
    index_attach();
    *state = &index;
    return index_init(&index) ? 0 : -1;
}

static int stop(void **state)
{
    struct index *index = *state;
    const bool empty = load_relaxed(&index->length) == 0 && load_relaxed(&index->retired) == NULL;
    if (empty)
        index_fini(index);
    index_detach();
    return empty ? 0 : -1;
}

#define INDEX_TEST(test) cmocka_unit_test_setup_teardown(test, start, stop)

/* --- one thread ------------------------------------------------------------------------------- */

static void finds_what_was_added_until_it_is_removed(void **state)
{
    struct index *index = *state;
    struct number seven = {7, 7};
    struct index_node node;
    assert_false(has(index, 7, 7));
    assert_true(put(index, &node, &seven));
    assert_true(has(index, 7, 7));
    assert_false(has(index, 7, 8));
    assert_int_equal(load_relaxed(&index->length), 1);
    index_remove(index, 7, &seven);
    assert_false(has(index, 7, 7));
    assert_null(index_item(&node));
    assert_ptr_equal(index_former_item(&node), &seven);
    assert_int_equal(load_relaxed(&index->length), 0);
    assert_ptr_equal(index_reclaim(index, 1), &node);
    assert_null(node.next);
}

static void adds_nothing_that_match_accepts(void **state)
{
    struct index *index = *state;
    struct number seven = {7, 7};
    struct number twin = {7, 7};
    struct index_node nodes[2];
    assert_true(put(index, &nodes[0], &seven));
    assert_false(put(index, &nodes[1], &twin));
    assert_int_equal(load_relaxed(&index->length), 1);
    index_remove(index, 7, &seven);
    assert_true(put(index, &nodes[1], &twin)); /* though the old node waits */
    index_remove(index, 7, &twin);
    assert_int_equal(reclaim_all(index), 2);
}

static void tells_items_of_one_hash_apart(void **state)
{
    struct index *index = *state;
    enum { NUMBERS = 20 };
    struct number numbers[NUMBERS];
    struct index_node nodes[NUMBERS];
    for (uint64_t i = 0; i < NUMBERS; i++) {
        numbers[i] = (struct number){i, 99};
        assert_true(put(index, &nodes[i], &numbers[i]));
    }
    for (uint64_t i = 0; i < NUMBERS; i += 2)
        index_remove(index, 99, &numbers[i]);
    for (uint64_t i = 0; i < NUMBERS; i++)
        assert_int_equal(has(index, i, 99), i % 2);
    for (uint64_t i = 1; i < NUMBERS; i += 2)
        index_remove(index, 99, &numbers[i]);
    assert_int_equal(reclaim_all(index), NUMBERS);
}

static void reclaims_when_there_are_enough(void **state)
{
    struct index *index = *state;
    enum { ENOUGH = 10 };
    struct number numbers[ENOUGH];
    struct index_node nodes[ENOUGH];
    for (uint64_t i = 0; i < ENOUGH; i++) {
        assert_null(index_reclaim(index, ENOUGH));
        numbers[i] = (struct number){i, i};
        assert_true(put(index, &nodes[i], &numbers[i]));
        index_remove(index, i, &numbers[i]);
    }
    size_t reclaimed = 0;
    for (struct index_node *node = index_reclaim(index, ENOUGH); node != NULL; node = node->next)
        reclaimed++;
    assert_int_equal(reclaimed, ENOUGH);
    assert_null(index_reclaim(index, 1));
}

static struct index *cleared;
static unsigned visits;

static void remove_visited(void *item)
{
    const struct number *number = item;
    index_remove(cleared, number->hash, number);
    visits++;
}

static void visits_each_item_and_lets_it_be_removed(void **state)
{
    enum { NUMBERS = 1000 };
    static struct number numbers[NUMBERS];
    static struct index_node nodes[NUMBERS];
    cleared = *state;
    visits = 0;
    for (uint64_t i = 0; i < NUMBERS; i++) {
        numbers[i] = (struct number){i, i / 2}; /* two of each hash */
        assert_true(put(cleared, &nodes[i], &numbers[i]));
    }
    index_each(cleared, remove_visited);
    assert_int_equal(visits, NUMBERS);
    assert_int_equal(load_relaxed(&cleared->length), 0);
    assert_int_equal(reclaim_all(cleared), NUMBERS);
}

struct removal {
    struct index *index;
    struct number *item;
    bool reclaimed;
};

static bool remove_instead(const struct index_node *node, void *context)
{
    struct removal *removal = context;
    const struct number *number = index_item(node);
    if (number != NULL && number == removal->item) {
        index_remove(removal->index, removal->item->hash, removal->item);
        removal->reclaimed = index_reclaim(removal->index, 1) != NULL;
        index_fit(removal->index);
    }
    return false;
}

/* Who is in a section must not wait for the end of all sections. */
static void match_may_remove_what_it_looks_at(void **state)
{
    struct index *index = *state;
    struct number numbers[3] = {{0, 5}, {1, 5}, {2, 5}};
    struct index_node nodes[3];
    for (int i = 0; i < 3; i++)
        assert_true(put(index, &nodes[i], &numbers[i]));
    for (int i = 0; i < 3; i++) {
        struct removal removal = {index, &numbers[i], false};
        assert_false(index_find(index, 5, remove_instead, &removal));
        assert_false(removal.reclaimed);
        assert_false(has(index, numbers[i].value, 5));
    }
    assert_int_equal(reclaim_all(index), 3);
}

static uint64_t spread(uint64_t i) { return i * UINT64_C(0x9e3779b97f4a7c15); }

static void buckets_follow_the_length(void **state)
{
    struct index *index = *state;
    enum { MANY = 20000 };
    struct number *numbers = calloc(MANY, sizeof *numbers);
    struct index_node *nodes = calloc(MANY, sizeof *nodes);
    assert_true(numbers != NULL && nodes != NULL);
    const size_t first = load_relaxed(&index->buckets);
    for (uint64_t i = 0; i < MANY; i++) {
        numbers[i] = (struct number){i, spread(i)};
        assert_true(put(index, &nodes[i], &numbers[i]));
        index_fit(index);
    }
    assert_in_range(load_relaxed(&index->buckets), MANY, 2 * MANY);
    for (uint64_t i = 0; i < MANY; i++)
        assert_true(has(index, i, spread(i)));
    for (uint64_t i = 0; i < MANY; i++) {
        index_remove(index, spread(i), &numbers[i]);
        index_fit(index);
        if (i + 1 < MANY)
            assert_true(has(index, MANY - 1, spread(MANY - 1)));
    }
    assert_int_equal(load_relaxed(&index->buckets), first);
    assert_int_equal(reclaim_all(index), MANY);
    free(nodes);
    free(numbers);
}

/* --- several threads -------------------------------------------------------------------------- */

/* With all processors taken by readers, each turn may last until one of them is interrupted. */
enum { READERS = 2, KEYS = 4, TURNS = ROUNDS(5000) };

struct crowd {
    struct index *index;
    _Atomic bool over;
    _Atomic uint64_t looks;
};

/* Looks at the node and nothing else, so that nothing but the section's end comes before its reuse. */
static bool look(const struct index_node *node, void *context)
{
    uint64_t *looks = context;
    *looks += index_item(node) != NULL;
    return false;
}

static void *read_all_the_while(void *argument)
{
    struct crowd *crowd = argument;
    uint64_t looks = 0;
    index_attach();
    while (!load_relaxed(&crowd->over))
        for (uint64_t key = 0; key < KEYS; key++)
            (void)index_find(crowd->index, key, look, &looks);
    index_detach();
    fetch_add_relaxed(&crowd->looks, looks);
    return NULL;
}

static void add_and_remove(struct index *index, uint64_t key)
{
    static struct number numbers[KEYS];
    struct index_node *node = malloc(sizeof *node);
    CHECK(node != NULL, "no memory for a node");
    numbers[key] = (struct number){key, key};
    CHECK(put(index, node, &numbers[key]), "the key is there already");
    sched_yield();
    index_remove(index, key, &numbers[key]);
}

/* A reader that still looked at a node would find what no node says; the sanitizers say it first. */
static void write_over_and_free(struct index_node *node)
{
    while (node != NULL) {
        struct index_node *next = node->next;
        memset((void *)node, 0xfe, sizeof *node);
        free(node);
        node = next;
    }
}

static void retired_nodes_are_out_of_sight(void **state)
{
    struct index *index = *state;
    struct crowd crowd = {.index = index};
    pthread_t readers[READERS];
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_create(&readers[i], NULL, read_all_the_while, &crowd), 0);
    for (uint64_t turn = 0; turn < TURNS; turn++) {
        add_and_remove(index, turn % KEYS);
        write_over_and_free(index_reclaim(index, 1 + turn % 8));
    }
    store_relaxed(&crowd.over, true);
    for (int i = 0; i < READERS; i++)
        assert_int_equal(pthread_join(readers[i], NULL), 0);
    write_over_and_free(index_reclaim(index, 1));
    assert_true(load_relaxed(&crowd.looks) > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        INDEX_TEST(finds_what_was_added_until_it_is_removed),
        INDEX_TEST(adds_nothing_that_match_accepts),
        INDEX_TEST(tells_items_of_one_hash_apart),
        INDEX_TEST(reclaims_when_there_are_enough),
        INDEX_TEST(visits_each_item_and_lets_it_be_removed),
        INDEX_TEST(match_may_remove_what_it_looks_at),
        INDEX_TEST(buckets_follow_the_length),
        INDEX_TEST(retired_nodes_are_out_of_sight),
    };
    return cmocka_run_group_tests_name("index", tests, NULL, NULL);
}
