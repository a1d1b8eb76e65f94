/* Pause logs and what they come to; and that a collection leaves one. */
#include "alloc/base/os.h"
#include "tests/gc/fake_client.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static void record(struct pause_log *log, enum pause_kind kind, uint64_t total_ns)
{
    struct pause pause = {.total_ns = total_ns, .kind = (uint8_t)kind};
    if (kind == PAUSE_COLLECTING) {
        pause.safepoint_ns = total_ns / 10;
        pause.work_ns = total_ns / 2;
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
    assert_int_equal(summary.count, 0);
    assert_us(summary.p50_us, 0);
    assert_us(summary.max_us, 0);
    assert_us(summary.safepoint_max_us, 0);
    assert_int_equal(pause_summarise(NULL, 0).count, 0);
}

static void one_pause_is_every_percentile(void **state)
{
    (void)state;
    struct pause_log log = {0};
    record(&log, PAUSE_COLLECTING, 4000);
    const struct pause_log *logs[] = {&log};
    struct pause_summary summary = pause_summarise(logs, 1);
    assert_int_equal(summary.count, 1);
    assert_us(summary.p50_us, 4);
    assert_us(summary.p90_us, 4);
    assert_us(summary.p99_us, 4);
    assert_us(summary.max_us, 4);
    assert_us(summary.total_us, 4);
    assert_us(summary.safepoint_p50_us, 0.4);
    assert_us(summary.work_max_us, 2);
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
    assert_int_equal(summary.count, 1000);
    assert_us(summary.p50_us, 500);
    assert_us(summary.p90_us, 900);
    assert_us(summary.p99_us, 990);
    assert_us(summary.max_us, 1000);
    assert_us(summary.total_us, 500500);
    assert_us(summary.safepoint_p50_us, 50);
    assert_us(summary.safepoint_max_us, 100);
    assert_us(summary.work_p50_us, 250);
    assert_us(summary.work_max_us, 500);
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
    assert_us(summary.p50_us, 2);
    assert_us(summary.p90_us, 3);
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
    assert_int_equal(summary.count, 3);
    assert_int_equal(summary.lost, 2);
    assert_us(summary.max_us, 9);
    assert_us(summary.safepoint_p50_us, 0.1);
    assert_us(summary.safepoint_max_us, 0.1);
    assert_us(summary.work_p50_us, 0.5);
    pause_clear(&log);
    assert_int_equal(pause_summarise(logs, 1).count, 0);
    assert_int_equal(log.lost, 0);
    pause_fini(&log);
    assert_null(log.entries);
}

enum { MILLISECOND = 1000000 };

static void take_a_millisecond(struct thread *T)
{
    (void)T;
    uint64_t start = os_clock_ns();
    while (os_clock_ns() < start + MILLISECOND)
        continue;
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
    assert_in_range(pause->safepoint_ns + pause->work_ns, 0, pause->total_ns - MILLISECOND);
    fake_stop();
}

static void do_nothing(struct thread *T, struct fake_node *self)
{
    (void)T;
    (void)self;
}

/* Each takes a millisecond to stop the world and one to work. */
static void both_stops_count(void **state)
{
    (void)state;
    fake_start(4);
    struct fake_node *loop = fake_new();
    fake_link(loop, loop);
    fake_release(loop);
    loop->finalize = do_nothing;
    fake_heap.on_stop = take_a_millisecond;
    fake_heap.on_settle = take_a_millisecond;
    assert_int_equal(gc_collect(fake_heap.T, 2), 1);
    assert_int_equal(fake_heap.stops, 2);
    const struct pause_log *log = &fake_heap.T->gc.pauses;
    assert_int_equal(log->length, 1);
    const struct pause *pause = &log->entries[0];
    assert_in_range(pause->safepoint_ns, 2 * MILLISECOND, pause->total_ns - 2 * MILLISECOND);
    assert_in_range(pause->work_ns, 2 * MILLISECOND, pause->total_ns - 2 * MILLISECOND);
    assert_in_range(pause->safepoint_ns + pause->work_ns, 0, pause->total_ns);
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
        cmocka_unit_test(a_collection_logs_itself),
        cmocka_unit_test(both_stops_count),
        cmocka_unit_test(who_waited_logs_each_collection),
    };
    return cmocka_run_group_tests_name("pause", tests, NULL, NULL);
}
