/* Pause logs and what they come to; and that a collection leaves one. */
#include "alloc/base/os.h"
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <time.h>

#include <cmocka.h>

/* A tenth of a collection is waiting for the others, half of it work while they are stopped. */
static void record(struct pause_log *log, enum pause_kind kind, uint64_t total_ns)
{
    struct pause pause = {.total_ns = total_ns, .kind = (uint8_t)kind};
    if (kind == PAUSE_COLLECTING) {
        pause.phase_ns[PHASE_STOP] = total_ns / 10;
        pause.phase_ns[PHASE_SUBTRACT] = total_ns / 4;
        pause.phase_ns[PHASE_AGAIN] = total_ns / 4;
        pause.phase_ns[PHASE_CLEAR] = total_ns - total_ns / 10 - total_ns / 4 * 2;
    }
    pause_record(log, pause);
}

static void assert_us(double found, double expected) { assert_float_equal(found, expected, 1e-6); }

static void no_logs_no_pauses(void **state)
{
    (void)state;
    struct pause_log empty = {0};
    const struct pause_log *logs[] = {&empty};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_int_equal(summary.all.count, 0);
    assert_us(summary.all.p50_us, 0);
    assert_us(summary.all.max_us, 0);
    assert_us(summary.phases[PHASE_STOP].max_us, 0);
    assert_int_equal(pause_summarise(NULL, 0).all.count, 0);
}

static void one_pause_is_every_percentile(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, PAUSE_COLLECTING, 4000);
    const struct pause_log *logs[] = {&log};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_int_equal(summary.all.count, 1);
    assert_us(summary.all.p50_us, 4);
    assert_us(summary.all.p90_us, 4);
    assert_us(summary.all.p99_us, 4);
    assert_us(summary.all.p999_us, 4);
    assert_us(summary.all.max_us, 4);
    assert_us(summary.all.total_us, 4);
    assert_us(summary.phases[PHASE_STOP].p50_us, 0.4);
    assert_us(summary.stopped.max_us, 2);
    pause_fini(&log);
}

/* 1000 pauses of 1..1000 us, out of order, in two logs that had to grow. */
static void nearest_rank_over_all_logs(void **state)
{
    (void)state;
    struct pause_log first = {0};
    struct pause_log second = {0};
    for (uint64_t i = 0; i < 1000; i++)
        record(i % 3 == 0 ? &first : &second, PAUSE_COLLECTING, (i * 387 % 1000 + 1) * 1000);
    assert_int_equal(first.length + second.length, 1000);
    const struct pause_log *logs[] = {&first, &second};
    struct pause_summary summary = pause_summarise(logs, 2);
    assert_int_equal(summary.all.count, 1000);
    assert_us(summary.all.p50_us, 500);
    assert_us(summary.all.p90_us, 900);
    assert_us(summary.all.p99_us, 990);
    assert_us(summary.all.p999_us, 999);
    assert_us(summary.all.max_us, 1000);
    assert_us(summary.all.total_us, 500500);
    assert_us(summary.phases[PHASE_STOP].p50_us, 50);
    assert_us(summary.phases[PHASE_STOP].max_us, 100);
    assert_us(summary.stopped.p50_us, 250);
    assert_us(summary.stopped.max_us, 500);
    pause_fini(&first);
    pause_fini(&second);
}

static void nearest_rank_rounds_up(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, PAUSE_PARKED, 3000);
    record(&log, PAUSE_PARKED, 1000);
    record(&log, PAUSE_PARKED, 2000);
    const struct pause_log *logs[] = {&log};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_us(summary.all.p50_us, 2);
    assert_us(summary.all.p90_us, 3);
    pause_fini(&log);
}

/* Waiting counts as a pause, but has no time to a safepoint. */
static void only_collectors_wait_for_safepoints(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, PAUSE_COLLECTING, 1000);
    record(&log, PAUSE_PARKED, 9000);
    record(&log, PAUSE_WAITING, 8000);
    log.lost = 2;
    const struct pause_log *logs[] = {&log};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_int_equal(summary.all.count, 3);
    assert_int_equal(summary.lost, 2);
    assert_us(summary.all.max_us, 9);
    assert_int_equal(summary.collecting[0].count, 1);
    assert_int_equal(summary.phases[PHASE_STOP].count, 1);
    assert_us(summary.phases[PHASE_STOP].max_us, 0.1);
    assert_us(summary.stopped.p50_us, 0.5);
    pause_clear(&log);
    assert_int_equal(pause_summarise(logs, 1).all.count, 0);
    assert_int_equal(log.lost, 0);
    pause_fini(&log);
    assert_null(log.entries);
}

/* A phase is told of the collections that came to it, a generation of its own collections, and what
 * the processor did for them of those that were weighed. */
static void phases_and_generations_are_told_apart(void **state)
{
    (void)state;
    struct pause_log log = {0};
    struct pause young = {.total_ns = 1000, .kind = PAUSE_COLLECTING};
    young.phase_ns[PHASE_MARK] = 1000;
    struct pause old = {.total_ns = 9000,
                        .kind = PAUSE_COLLECTING,
                        .generation = 2,
                        .is_weighed = true,
                        .cpu_ns = 6000,
                        .switches = 3};
    old.phase_ns[PHASE_MARK] = 4000;
    old.phase_ns[PHASE_USER] = 5000;
    pause_record(&log, young);
    pause_record(&log, young);
    pause_record(&log, old);
    const struct pause_log *logs[] = {&log};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_int_equal(summary.collecting[0].count, 2);
    assert_int_equal(summary.collecting[1].count, 0);
    assert_int_equal(summary.collecting[2].count, 1);
    assert_us(summary.collecting[0].max_us, 1);
    assert_us(summary.collecting[2].total_us, 9);
    assert_int_equal(summary.phases[PHASE_MARK].count, 3);
    assert_us(summary.phases[PHASE_MARK].total_us, 6);
    assert_int_equal(summary.phases[PHASE_USER].count, 1);
    assert_us(summary.phases[PHASE_USER].p50_us, 5);
    assert_us(summary.stopped.max_us, 4);
    assert_us(summary.weighed_us, 9);
    assert_us(summary.cpu_us, 6);
    assert_int_equal(summary.switches, 3);
    pause_fini(&log);
}

enum { MILLISECOND = 1000000 };

static void take_a_millisecond(struct thread *T)
{
    (void)T;
    uint64_t start = os_clock_ns();
    while (os_clock_ns() < start + MILLISECOND)
        continue;
}

static void finalize_for_a_millisecond(struct thread *T, struct fake_node *self)
{
    (void)self;
    take_a_millisecond(T);
}

static void assert_phases_add_up(const struct pause *pause)
{
    uint64_t sum = 0;
    for (enum phase phase = 0; phase < PHASES; phase++)
        sum += pause->phase_ns[phase];
    assert_int_equal(sum, pause->total_ns);
}

static void a_collection_logs_itself(void **state)
{
    (void)state;
    fake_start(4);
    uint64_t begin = os_clock_ns();
    struct fake_node *loop = fake_new();
    fake_link(loop, loop);
    fake_release(loop);
    fake_heap.on_clear = take_a_millisecond;
    assert_int_equal(gc_collect(fake_heap.T, 1), 1);
    uint64_t end = os_clock_ns();
    const struct pause_log *log = &fake_heap.T->gc.pauses;
    assert_int_equal(log->length, 1);
    const struct pause *pause = &log->entries[0];
    assert_int_equal(pause->kind, PAUSE_COLLECTING);
    assert_int_equal(pause->generation, 1);
    assert_in_range(pause->begin_ns, begin, end);
    assert_in_range(pause->total_ns, MILLISECOND, end - pause->begin_ns);
    assert_phases_add_up(pause);
    assert_in_range(pause->phase_ns[PHASE_CLEAR], MILLISECOND, pause->total_ns);
    assert_int_equal(pause->phase_ns[PHASE_USER], 0);
    assert_int_equal(pause->phase_ns[PHASE_AGAIN], 0);
    fake_stop();
}

/* With a finalizer that takes a millisecond, as each stop does, and each settling. */
static void both_stops_count(void **state)
{
    (void)state;
    fake_start(4);
    struct fake_node *loop = fake_new();
    fake_link(loop, loop);
    fake_release(loop);
    loop->finalize = finalize_for_a_millisecond;
    fake_heap.on_stop = take_a_millisecond;
    fake_heap.on_settle = take_a_millisecond;
    assert_int_equal(gc_collect(fake_heap.T, 2), 1);
    assert_int_equal(fake_heap.stops, 2);
    const struct pause_log *log = &fake_heap.T->gc.pauses;
    assert_int_equal(log->length, 1);
    const struct pause *pause = &log->entries[0];
    assert_phases_add_up(pause);
    assert_in_range(pause->phase_ns[PHASE_STOP], 2 * MILLISECOND, pause->total_ns);
    assert_in_range(pause->phase_ns[PHASE_SETTLE], MILLISECOND, pause->total_ns);
    assert_in_range(pause->phase_ns[PHASE_USER], MILLISECOND, pause->total_ns);
    assert_in_range(pause->phase_ns[PHASE_AGAIN], MILLISECOND, pause->total_ns);
    assert_in_range(pause_stopped_ns(pause), 2 * MILLISECOND, pause->total_ns - 3 * MILLISECOND);
    fake_stop();
}

static void sleep_for_ten_milliseconds(struct thread *T)
{
    (void)T;
    struct timespec time = {.tv_nsec = 10 * MILLISECOND};
    while (nanosleep(&time, &time) != 0)
        continue;
}

/* Only where the system calls do not count: not in generation 0. */
static void a_sleeping_collector_has_no_processor(void **state)
{
    (void)state;
    fake_start(4);
    fake_heap.on_settle = sleep_for_ten_milliseconds;
    gc_collect(fake_heap.T, 0);
    gc_collect(fake_heap.T, 1);
    const struct pause *entries = fake_heap.T->gc.pauses.entries;
    assert_false(entries[0].is_weighed);
    assert_int_equal(entries[0].cpu_ns, 0);
    assert_true(entries[1].is_weighed);
    assert_in_range(entries[1].cpu_ns, 1, entries[1].total_ns - 5 * MILLISECOND);
    fake_stop();
}

/* One entry for each collection, the newest first, and none for those that were over. */
static void who_waited_logs_each_collection(void **state)
{
    (void)state;
    fake_start(4);
    gc_collect(fake_heap.T, 0);
    uint64_t since = os_clock_ns();
    gc_collect(fake_heap.T, 0);
    gc_collect(fake_heap.T, 2);
    const struct pause_log *own = &fake_heap.T->gc.pauses;
    struct pause_log waiting = {0};
    gc_record_waits(&waiting, since);
    assert_int_equal(waiting.length, 2);
    for (size_t i = 0; i < waiting.length; i++) {
        const struct pause *collection = &own->entries[own->length - 1 - i];
        assert_int_equal(waiting.entries[i].kind, PAUSE_WAITING);
        assert_int_equal(waiting.entries[i].begin_ns, collection->begin_ns);
        assert_int_equal(waiting.entries[i].total_ns, collection->total_ns);
    }
    pause_clear(&waiting);
    const struct pause *last = &own->entries[own->length - 1];
    gc_record_waits(&waiting, last->begin_ns + last->total_ns - 1);
    assert_int_equal(waiting.length, 1);
    assert_int_equal(waiting.entries[0].total_ns, 1);
    pause_fini(&waiting);
    fake_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_logs_no_pauses),
        cmocka_unit_test(one_pause_is_every_percentile),
        cmocka_unit_test(nearest_rank_over_all_logs),
        cmocka_unit_test(nearest_rank_rounds_up),
        cmocka_unit_test(only_collectors_wait_for_safepoints),
        cmocka_unit_test(phases_and_generations_are_told_apart),
        cmocka_unit_test(a_collection_logs_itself),
        cmocka_unit_test(a_sleeping_collector_has_no_processor),
        cmocka_unit_test(both_stops_count),
        cmocka_unit_test(who_waited_logs_each_collection),
    };
    return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
