/*
 * Interning by several threads at a time: few texts, whose strings die and come again all the while
 * in memory that other objects use in between.
 */
#include "tests/contract/rc_fixture.h"

enum {
    TEXTS = 8, /* so few that threads meet */
    HELD = 4,  /* how many a thread keeps at a time */
    TURNS = 40000,
};

struct race {
    rc_slot shared[TEXTS]; /* while the texts are held by all */
    _Atomic uint64_t wrong;
    pthread_barrier_t gate;
};

static size_t write_text(char *text, size_t size, uint64_t number)
{
    return (size_t)snprintf(text, size, "text %llu", (unsigned long long)number);
}

static rc_ref intern_number(struct thread *T, uint64_t number)
{
    char text[32];
    return str_intern(T, text, write_text(text, sizeof text, number));
}

static bool says_number(const struct obj *o, uint64_t number)
{
    char text[32];
    size_t length = write_text(text, sizeof text, number);
    return obj_is(o, OBJ_STR) && ((const struct str_obj *)o)->interned != 0 &&
           str_length(o) == length && memcmp(str_text(o), text, length + 1) == 0;
}

static void race_run(struct thread *T, struct race *race,
                     void (*work)(struct thread *T, struct worker *self))
{
    struct worker workers[WORKERS];
    store_relaxed(&race->wrong, 0);
    assert_int_equal(pthread_barrier_init(&race->gate, NULL, WORKERS), 0);
    workers_run(T, workers, WORKERS, work, race);
    pthread_barrier_destroy(&race->gate);
    assert_int_equal(load_relaxed(&race->wrong), 0);
}

static void assert_nothing_left(struct thread *T)
{
    if (!RC_FREES)
        return;
    runtime_settle(T);
    assert_int_equal(runtime_census().objects, 0);
    assert_int_equal(runtime_census().blocks, 0);
}

/* --- strings that die all the while ----------------------------------------------------------- */

/* Takes up the memory of a string that died, by its like: of the same text, but not interned. */
static void reuse_memory(struct thread *T, uint64_t number)
{
    char text[32];
    rc_release(T, str_new(T, text, write_text(text, sizeof text, number)));
}

/* Writes over what was a node, as a table may. */
static void reuse_node(struct thread *T)
{
    enum { NODE_BYTES = 32, NODES = 4 };
    void *nodes[NODES];
    for (unsigned i = 0; i < NODES; i++) {
        nodes[i] = heap_alloc(thread_heap(T), BLOCK_DATA, 0, NODE_BYTES);
        CHECK(nodes[i] != NULL, "no memory for a table");
        memset(nodes[i], 0xff, NODE_BYTES);
    }
    for (unsigned i = 0; i < NODES; i++)
        heap_free(thread_heap(T), BLOCK_DATA, 0, NODE_BYTES, nodes[i]);
}

static void hold_and_drop(struct thread *T, struct worker *self)
{
    struct race *race = self->context;
    uint64_t random = self->index + 1;
    uint64_t numbers[HELD] = {0};
    RC_FRAME(T, f, HELD);
    gate_pass(T, &race->gate);
    for (unsigned turn = 0; turn < ROUNDS(TURNS); turn++) {
        const unsigned place = turn % HELD;
        const uint64_t number = random_next(&random) % TEXTS;
        if (!loc_is_null(f[place]) && !says_number(obj_get(f[place]), numbers[place]))
            fetch_add_relaxed(&race->wrong, 1);
        rc_clear(T, &f[place]);
        reuse_memory(T, numbers[place]);
        reuse_node(T);
        f[place] = rc_move(T, intern_number(T, number));
        numbers[place] = number;
        if (loc_is_null(f[place]) || !says_number(obj_get(f[place]), number))
            fetch_add_relaxed(&race->wrong, 1);
        for (unsigned i = 0; i < HELD; i++) /* one living object for a text */
            if (!loc_is_null(f[i]) && numbers[i] == number && rc_get(f[i]) != rc_get(f[place]))
                fetch_add_relaxed(&race->wrong, 1);
        thread_safepoint(T);
    }
    for (unsigned i = 0; i < HELD; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

static void strings_die_and_come_again(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct race race;
    race_run(T, &race, hold_and_drop);
    assert_nothing_left(T);
}

/* --- one object for all ----------------------------------------------------------------------- */

/* All ask for a text that nobody has: all must get the same object. */
static void ask_for_each(struct thread *T, struct worker *self)
{
    struct race *race = self->context;
    RC_FRAME(T, f, 1);
    for (unsigned round = 0; round < ROUNDS(1000); round++) {
        rc_slot *slot = &race->shared[round % TEXTS];
        gate_pass(T, &race->gate);
        f[0] = rc_move(T, intern_number(T, round));
        if (self->index == 0)
            rc_store(T, NULL, slot, cell_ref(T, f[0]));
        gate_pass(T, &race->gate);
        if (rc_peek(slot) != rc_get(f[0]) || !says_number(obj_get(f[0]), round))
            fetch_add_relaxed(&race->wrong, 1);
        gate_pass(T, &race->gate);
        if (self->index == 0)
            rc_store(T, NULL, slot, RC_NULL_REF);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

static void all_get_the_same_object(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct race race;
    for (unsigned i = 0; i < TEXTS; i++)
        rc_init_slot(T, &race.shared[i], RC_NULL_REF);
    race_run(T, &race, ask_for_each);
    assert_nothing_left(T);
}

/* --- growing and shrinking meanwhile ---------------------------------------------------------- */

enum { CROWD = SANITIZED ? 1500 : 6000 };

/* Each has texts of its own and, with every third, one that all have. */
static uint64_t crowd_number(const struct worker *self, uint64_t i)
{
    return i % 3 == 0 ? i : (self->index + 1) * UINT64_C(1000000) + i;
}

static void come_and_go_in_crowds(struct thread *T, struct worker *self)
{
    struct race *race = self->context;
    static rc_ref crowds[WORKERS][CROWD];
    rc_ref *crowd = crowds[self->index];
    for (unsigned round = 0; round < 3; round++) {
        gate_pass(T, &race->gate);
        for (unsigned i = 0; i < CROWD; i++) {
            crowd[i] = intern_number(T, crowd_number(self, i));
            thread_safepoint(T);
        }
        for (unsigned i = 0; i < CROWD; i++) {
            rc_ref again = intern_number(T, crowd_number(self, i));
            if (again.p != crowd[i].p || !says_number(obj_of(again.p), crowd_number(self, i)))
                fetch_add_relaxed(&race->wrong, 1);
            rc_release(T, again);
            thread_safepoint(T);
        }
        for (unsigned i = 0; i < CROWD; i++) {
            rc_release(T, crowd[i]);
            thread_safepoint(T);
        }
    }
}

static void the_index_grows_and_shrinks_meanwhile(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct race race;
    race_run(T, &race, come_and_go_in_crowds);
    assert_nothing_left(T);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(strings_die_and_come_again),
        OBJECT_TEST(all_get_the_same_object),
        OBJECT_TEST(the_index_grows_and_shrinks_meanwhile),
    };
    return cmocka_run_group_tests_name("object_intern_threads " RC_NAME, tests, NULL, NULL);
}
