/* Callbacks: when they come, what they are told, what they may do. */
#include "tests/gc/fake_client.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { ROOM = 64, FULL = GC_GENERATIONS - 1, MOST_REPORTS = 8 };

/* What a callback was told. */
static struct {
    struct gc_report reports[MOST_REPORTS];
    unsigned length;
} told;

static int set_up(void **state)
{
    (void)state;
    fake_start(ROOM);
    told.length = 0;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stop();
    return 0;
}

static void note(struct thread *T, const struct gc_report *report, void *context)
{
    (void)context;
    assert_ptr_equal(T, fake_heap.T);
    assert_false(fake_heap.stopped);
    assert_in_range(told.length, 0, MOST_REPORTS - 1);
    told.reports[told.length++] = *report;
}

static struct fake_node *make_loop(void)
{
    struct fake_node *node = fake_new();
    fake_link(node, node);
    fake_release(node);
    return node;
}

static void assert_told(unsigned i, enum gc_phase phase, unsigned generation, size_t collected)
{
    assert_in_range(i, 0, told.length - 1);
    assert_int_equal(told.reports[i].phase, phase);
    assert_int_equal(told.reports[i].generation, generation);
    assert_int_equal(told.reports[i].collected, collected);
    assert_int_equal(told.reports[i].uncollectable, 0);
}

static void start_and_stop_of_each_collection(void **state)
{
    (void)state;
    assert_true(gc_add_callback(note, NULL));
    make_loop();
    make_loop();
    gc_collect(fake_heap.T, 1);
    gc_enable(true);
    for (int i = 0; i < 701; i++)
        if (gc_will_allocate(&fake_heap.T->gc, FAKE_BYTES))
            gc_collect_due(fake_heap.T);
    assert_int_equal(told.length, 4);
    assert_told(0, GC_PHASE_START, 1, 0);
    assert_told(1, GC_PHASE_STOP, 1, 2);
    assert_told(2, GC_PHASE_START, 0, 0);
    assert_told(3, GC_PHASE_STOP, 0, 0);
}

static void nothing_due_nothing_told(void **state)
{
    (void)state;
    assert_true(gc_add_callback(note, NULL));
    gc_enable(true);
    gc_collect_due(fake_heap.T);
    assert_int_equal(told.length, 0);
}

static void save(struct thread *T, struct fake_node *self)
{
    (void)T;
    self->count++;
}

/* As the statistics have it: the resurrected are not collected. */
static void told_is_what_statistics_add(void **state)
{
    (void)state;
    struct fake_node *saved = make_loop();
    saved->finalize = save;
    make_loop();
    assert_true(gc_add_callback(note, NULL));
    gc_collect(fake_heap.T, FULL);
    assert_told(1, GC_PHASE_STOP, FULL, 1);
    struct gc_statistics full = gc_statistics(FULL);
    assert_int_equal(full.collections, 1);
    assert_int_equal(full.collected, 1);
    assert_int_equal(full.resurrected, 1);
    assert_int_equal(full.survivors, 0);
    assert_int_equal(full.visited, 2);
    fake_release(saved);
}

static void told_what_is_kept_for_lack_of_memory(void **state)
{
    (void)state;
    struct fake_node *loop = make_loop();
    loop->finalize = save;
    fake_heap.no_memory = true;
    assert_true(gc_add_callback(note, NULL));
    gc_collect(fake_heap.T, FULL);
    assert_int_equal(told.reports[1].collected, 0);
    assert_int_equal(told.reports[1].uncollectable, 1);
}

static size_t collected_inside;

static void collect_and_allocate(struct thread *T, const struct gc_report *report, void *context)
{
    (void)report;
    (void)context;
    collected_inside += gc_collect(T, FULL);
    for (int i = 0; i < 1000; i++)
        if (gc_will_allocate(&T->gc, FAKE_BYTES))
            gc_collect_due(T);
}

static void no_collection_inside(void **state)
{
    (void)state;
    collected_inside = 0;
    gc_enable(true);
    make_loop();
    assert_true(gc_add_callback(collect_and_allocate, NULL));
    assert_int_equal(gc_collect(fake_heap.T, FULL), 1);
    assert_int_equal(collected_inside, 0);
    assert_int_equal(gc_statistics(0).collections, 0);
    assert_int_equal(gc_statistics(FULL).collections, 1);
}

static void count_call(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    (void)report;
    ++*(unsigned *)context;
}

static void only_the_one_that_is_meant_is_removed(void **state)
{
    (void)state;
    unsigned first = 0;
    unsigned second = 0;
    assert_true(gc_add_callback(count_call, &first));
    assert_true(gc_add_callback(count_call, &second));
    gc_collect(fake_heap.T, 0);
    assert_true(gc_remove_callback(count_call, &first));
    assert_false(gc_remove_callback(count_call, &first));
    assert_false(gc_remove_callback(note, &second));
    gc_collect(fake_heap.T, 0);
    assert_int_equal(first, 2);
    assert_int_equal(second, 4);
}

static void as_many_as_there_is_room_for(void **state)
{
    (void)state;
    unsigned calls = 0;
    for (int i = 0; i < GC_CALLBACKS; i++)
        assert_true(gc_add_callback(count_call, &calls));
    assert_false(gc_add_callback(count_call, &calls));
    gc_collect(fake_heap.T, 0);
    assert_int_equal(calls, 2 * GC_CALLBACKS);
    assert_true(gc_remove_callback(count_call, &calls));
    assert_true(gc_add_callback(count_call, &calls));
}

static void remove_self(struct thread *T, const struct gc_report *report, void *context)
{
    count_call(T, report, context);
    assert_true(gc_remove_callback(remove_self, context));
}

static void may_remove_itself(void **state)
{
    (void)state;
    unsigned calls = 0;
    unsigned others = 0;
    assert_true(gc_add_callback(remove_self, &calls));
    assert_true(gc_add_callback(count_call, &others));
    gc_collect(fake_heap.T, 0);
    gc_collect(fake_heap.T, 0);
    assert_int_equal(calls, 1);
    assert_int_equal(others, 4);
}

/* --- registering while collections run ------------------------------------------------------------- */

enum { ROUNDS = 20 * 1000 };

struct registrar {
    pthread_t thread;
    _Atomic unsigned calls;
    bool added;
    bool removed;
};

static void count_atomically(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    (void)report;
    fetch_add_relaxed(&((struct registrar *)context)->calls, 1);
}

static void *come_and_go(void *argument)
{
    struct registrar *registrar = argument;
    registrar->added = registrar->removed = true;
    for (int i = 0; i < ROUNDS; i++) {
        registrar->added &= gc_add_callback(count_atomically, registrar);
        registrar->removed &= gc_remove_callback(count_atomically, registrar);
    }
    return NULL;
}

/* One that stays is called twice by every collection, whoever else comes and goes. */
static void registering_races(void **state)
{
    (void)state;
    static struct registrar registrars[3];
    unsigned calls = 0;
    uint64_t collections = 0;
    assert_true(gc_add_callback(count_call, &calls));
    for (int i = 0; i < 3; i++) {
        store_relaxed(&registrars[i].calls, 0);
        assert_int_equal(pthread_create(&registrars[i].thread, NULL, come_and_go, &registrars[i]),
                         0);
    }
    while (collections < 2000) {
        gc_collect(fake_heap.T, 0);
        collections++;
    }
    for (int i = 0; i < 3; i++) {
        assert_int_equal(pthread_join(registrars[i].thread, NULL), 0);
        assert_true(registrars[i].added);
        assert_true(registrars[i].removed);
        assert_in_range(load_relaxed(&registrars[i].calls), 0, 2 * collections);
    }
    assert_int_equal(calls, 2 * collections);
    assert_true(gc_remove_callback(count_call, &calls));
    assert_false(gc_remove_callback(count_call, &calls));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(start_and_stop_of_each_collection),
        TEST(nothing_due_nothing_told),
        TEST(told_is_what_statistics_add),
        TEST(told_what_is_kept_for_lack_of_memory),
        TEST(no_collection_inside),
        TEST(only_the_one_that_is_meant_is_removed),
        TEST(as_many_as_there_is_room_for),
        TEST(may_remove_itself),
        TEST(registering_races),
    };
    return FAKE_RUN_BOTH("callback", tests);
}
