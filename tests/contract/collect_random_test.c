/*
 * Graphs of real objects that change at random, while collections of random generations run: after
 * each full one exactly what can be reached from the table is left.  This is where pools of several
 * generations, reused blocks and the walks over them meet.
 */
#include "tests/contract/rc_fixture.h"

#include <stdlib.h>

enum {
    FULL = GC_GENERATIONS - 1,
    TABLE = 500,
    FIRST_ID = INT_SHARED_MAX + 1,
    MOST_NODES = 200 * 1000
};

static const char *const node_fields[] = {"id", "left", "right"};
static const struct type node_type = INSTANCE_TYPE("Node", node_fields);
enum { NODE_ID, NODE_LEFT, NODE_RIGHT };

struct game {
    struct thread *T;
    uint64_t random;
    size_t nodes; /* made so far; the next one's id is FIRST_ID more */
};

static uint32_t draw(struct game *g, uint32_t below)
{
    return (uint32_t)(random_next(&g->random) >> 32) % below;
}

/* A reference to what stands in a random place of the table: a node or None. */
static rc_ref draw_ref(struct game *g, rc_loc table)
{
    return rc_own(g->T, list_get(g->T, table, draw(g, TABLE)));
}

static rc_ref new_node(struct game *g, rc_loc table)
{
    rc_ref values[] = {int_new(g->T, (int64_t)(FIRST_ID + g->nodes++)), draw_ref(g, table),
                       draw_ref(g, table)};
    return instance_new(g->T, &node_type, values);
}

static void change_a_field(struct game *g, rc_loc table)
{
    RC_FRAME(g->T, f, 1);
    f[0] = list_get(g->T, table, draw(g, TABLE));
    if (!obj_is_none(obj_get(f[0])))
        instance_set(g->T, f[0], NODE_LEFT + draw(g, 2), draw_ref(g, table));
    rc_clear(g->T, &f[0]);
    RC_LEAVE(g->T, f);
}

static void change(struct game *g, rc_loc table)
{
    switch (draw(g, 4)) {
    case 0:
        list_set(g->T, table, draw(g, TABLE), new_node(g, table));
        break;
    case 1:
        list_set(g->T, table, draw(g, TABLE), none_ref(g->T));
        break;
    default:
        change_a_field(g, table);
        break;
    }
}

/* --- what can be reached, found by going there ------------------------------------------------ */

struct search {
    bool found[MOST_NODES];
    const struct instance_obj *stack[MOST_NODES];
    size_t depth;
    size_t count;
};

static void search_add(struct search *s, const struct rc_header *object)
{
    const struct obj *o = (const struct obj *)(const void *)object;
    if (o->type != &node_type)
        return;
    const struct instance_obj *node = (const struct instance_obj *)o;
    size_t id = (size_t)int_value(obj_of(rc_peek(&node->fields[NODE_ID]))) - FIRST_ID;
    if (s->found[id])
        return;
    s->found[id] = true;
    s->stack[s->depth++] = node;
    s->count++;
}

static size_t count_reachable(rc_loc table)
{
    struct search *s = calloc(1, sizeof *s);
    assert_non_null(s);
    const struct list_obj *list = list_of(table);
    for (size_t i = 0; i < TABLE; i++)
        search_add(s, rc_peek(&load_relaxed(&list->table)->items[i]));
    while (s->depth > 0) {
        const struct instance_obj *node = s->stack[--s->depth];
        search_add(s, rc_peek(&node->fields[NODE_LEFT]));
        search_add(s, rc_peek(&node->fields[NODE_RIGHT]));
    }
    size_t count = s->count;
    free(s);
    return count;
}

/* --- the game --------------------------------------------------------------------------------- */

static void play(struct game *g, rc_loc table, int rounds)
{
    for (int round = 0; round < rounds; round++) {
        uint32_t changes = draw(g, 2000);
        for (uint32_t i = 0; i < changes; i++)
            change(g, table);
        unsigned generation = draw(g, GC_GENERATIONS);
        if (!RC_PROMPT_DEATH)
            runtime_settle(g->T);
        gc_collect(g->T, generation);
        if (generation == FULL)
            assert_int_equal(live_objects(g->T), 2 * count_reachable(table) + 1);
    }
}

static void play_all(struct thread *T, bool automatic)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct game game = {.T = T, .random = seed};
        RC_FRAME(T, f, 1);
        gc_enable(automatic);
        gc_set_threshold(0, 100);
        f[0] = rc_move(T, list_new(T, TABLE));
        for (int i = 0; i < TABLE; i++)
            assert_true(list_append(T, f[0], none_ref(T)));
        play(&game, f[0], ROUNDS(200));
        assert_in_range(game.nodes, 1000, MOST_NODES);
        rc_clear(T, &f[0]);
        runtime_settle(T);
        gc_collect(T, FULL);
        assert_int_equal(live_objects(T), 0);
        RC_LEAVE(T, f);
    }
}

static void by_number(void **state)
{
    needs_frees();
    gc_number_from(0);
    play_all(*state, false);
    gc_number_from(GC_NUMBER_FROM);
}

static void in_words(void **state)
{
    needs_frees();
    gc_number_from(SIZE_MAX);
    play_all(*state, false);
    gc_number_from(GC_NUMBER_FROM);
}

static void with_automatic_collections(void **state)
{
    needs_frees();
    play_all(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(by_number),
        OBJECT_TEST(in_words),
        OBJECT_TEST(with_automatic_collections),
    };
    return cmocka_run_group_tests_name("collect_random " RC_NAME, tests, NULL, NULL);
}
