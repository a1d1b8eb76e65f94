/*
 * Random object work on two threads at a time and then on four, for long.
 *
 * Threads make objects of every type, nest them, tie them into cycles, pass them on through shared
 * containers and through mailboxes, exit and are replaced in the middle, and collect now and then.
 * Whatever they read is inspected.  In the end nothing may be left: no object, block, pool, arena
 * or thread.
 *
 * Half of the operations go through shared containers, and many objects end in another thread than
 * the one that made them: the test counts both and demands 30 % and 10 %.
 *
 * With two the same objects meet the same pair again and again; with four there is always somebody who is neither.
 *
 * REFBENCH_STRESS_OPS and REFBENCH_STRESS_SEED in the environment override the number of operations
 * and the seed; the first line of output tells both.  Threads race, so the same seed does not give
 * the same run, only the same work.
 */
#include "tests/stress/letters.h"
#include "tests/stress/operations.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum {
    OPERATIONS = REFBENCH_DEBUG ? 1000000 : 10000000,
    HALVES = 2, /* one for each number of threads */
    COLLECT_EVERY = 20000,
};

/* --- a thread's work -------------------------------------------------------------------------- */

typedef void operation(struct thread *T, struct work *w);
static operation *const own_operations[] = {do_make, do_make, do_alias, do_drop,
                                            do_nest, do_read, do_tie,   do_drop};
static operation *const shared_operations[] = {do_list, do_dict, do_board, do_mail};

static void collect(struct thread *T, struct work *w)
{
    gc_collect(T, pick(w, GC_GENERATIONS));
    w->tally.collections++;
}

static void operate(struct thread *T, struct work *w)
{
    bool shared = pick(w, 2) == 0;
    if (shared)
        shared_operations[pick(w, sizeof shared_operations / sizeof *shared_operations)](T, w);
    else
        own_operations[pick(w, sizeof own_operations / sizeof *own_operations)](T, w);
    w->tally.operations++;
    w->tally.through_shared += shared;
    if (pick(w, COLLECT_EVERY) == 0)
        collect(T, w);
}

static void add_tally(struct stress *s, const struct tally *tally)
{
    pthread_mutex_lock(&s->mutex);
    s->total.operations += tally->operations;
    s->total.through_shared += tally->through_shared;
    s->total.made += tally->made;
    s->total.ended_by_other += tally->ended_by_other;
    s->total.collections += tally->collections;
    s->total.threads++;
    pthread_mutex_unlock(&s->mutex);
}

static void work(struct thread *T, struct work *w, uint64_t operations)
{
    struct stress *s = w->stress;
    RC_FRAME(T, f, 4 + REGISTERS);
    w->list = &f[0];
    w->dict = &f[1];
    w->board = &f[2];
    w->hub = &f[3];
    w->registers = &f[4];
    f[0] = rc_load(T, NULL, &s->list);
    f[1] = rc_load(T, NULL, &s->dict);
    f[2] = rc_load(T, NULL, &s->board);
    f[3] = rc_load(T, NULL, &s->hub);
    for (unsigned i = 0; i < REGISTERS; i++)
        w->registers[i] = rc_move(T, none_ref(T));
    for (uint64_t i = 0; i < operations; i++) {
        operate(T, w);
        thread_safepoint(T);
    }
    for (unsigned i = 0; i < REGISTERS; i++)
        rc_clear(T, &w->registers[i]);
    leave_letters(T, w);
    for (unsigned i = 0; i < 4; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
    add_tally(s, &w->tally);
}

struct shift {
    struct stress *stress;
    unsigned seat;
    uint64_t seed;
    uint64_t operations;
};

static void *run_shift(void *argument)
{
    const struct shift *shift = argument;
    struct work w = {.stress = shift->stress, .seat = shift->seat, .random = shift->seed};
    w.maker = fetch_add_relaxed(&shift->stress->makers, 1);
    struct thread *T = thread_attach();
    CHECK(T != NULL, "thread %" PRId64 " cannot attach", w.maker);
    work(T, &w, shift->operations);
    thread_detach(T);
    return NULL;
}

/* Fills one seat with one thread after another; is no thread of the runtime itself. */
static void *run_seat(void *argument)
{
    struct shift shift = *(struct shift *)argument;
    uint64_t left = shift.operations;
    for (unsigned i = 0; i < SHIFTS; i++) {
        pthread_t thread;
        shift.operations = i + 1 < SHIFTS ? left * (1 + (shift.seat + i) % 3) / SHIFTS : left;
        shift.seed = shift.seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        left -= shift.operations;
        CHECK(pthread_create(&thread, NULL, run_shift, &shift) == 0, "no thread for seat %u",
              shift.seat);
        CHECK(pthread_join(thread, NULL) == 0, "the thread at seat %u is lost", shift.seat);
    }
    fetch_or_relaxed(&shift.stress->closed_seats, 1U << shift.seat);
    return NULL;
}

/* --- the test --------------------------------------------------------------------------------- */

static uint64_t setting(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    if (text == NULL || *text == '\0')
        return otherwise;
    char *end;
    uint64_t value = strtoull(text, &end, 10);
    CHECK(*end == '\0' && value > 0, "%s must be a number above 0, not '%s'", name, text);
    return value;
}

static rc_ref new_instance(struct thread *T, const struct type *type)
{
    rc_ref fields[SEATS * BOXES] = {{NULL}};
    return instance_new(T, type, fields);
}

static void furnish(struct thread *T, struct stress *s)
{
    rc_init_slot(T, &s->list, list_new(T, 0));
    rc_init_slot(T, &s->dict, dict_new(T));
    rc_init_slot(T, &s->board, new_instance(T, &board_type));
    rc_init_slot(T, &s->hub, new_instance(T, &hub_type));
}

static void clear_out(struct thread *T, struct stress *s)
{
    rc_store(T, NULL, &s->list, RC_NULL_REF);
    rc_store(T, NULL, &s->dict, RC_NULL_REF);
    rc_store(T, NULL, &s->board, RC_NULL_REF);
    rc_store(T, NULL, &s->hub, RC_NULL_REF);
}

static void run_seats(struct thread *T, struct stress *s)
{
    pthread_t seats[SEATS];
    struct shift shifts[SEATS];
    for (unsigned i = 0; i < s->seats; i++) {
        shifts[i] = (struct shift){s, i, s->seed + i, s->operations / s->seats};
        assert_int_equal(pthread_create(&seats[i], NULL, run_seat, &shifts[i]), 0);
    }
    thread_block(T);
    for (unsigned i = 0; i < s->seats; i++)
        pthread_join(seats[i], NULL);
    thread_unblock(T);
}

static const char *program;

static void tell(const struct stress *s, const char *how)
{
    print_message("stress on %s with %u threads: %s: seed %" PRIu64 ", %" PRIu64 " operations; "
                  "again: REFBENCH_STRESS_SEED=%" PRIu64 " REFBENCH_STRESS_OPS=%" PRIu64 " %s\n",
                  RC_NAME, s->seats, how, s->seed, s->operations, s->seed, s->operations * HALVES,
                  program);
    fflush(stdout);
}

static void expect_nothing_left(const struct stress *s, struct runtime_census left)
{
    if (left.objects + left.blocks + left.pools + left.arenas + left.threads == 0)
        return;
    tell(s, "leaked");
    fail_msg("leaked %zu objects, %zu blocks, %zu pools, %zu arenas, %zu threads", left.objects,
             left.blocks, left.pools, left.arenas, left.threads);
}

static void expect_much_sharing(const struct stress *s)
{
    const struct tally *t = &s->total;
    print_message("%" PRIu64 " threads; %" PRIu64 " of %" PRIu64
                  " operations through shared containers; %" PRIu64 " of %" PRIu64
                  " objects ended by another thread than their maker; %" PRIu64 " collections\n",
                  t->threads, t->through_shared, t->operations, t->ended_by_other, t->made,
                  t->collections);
    assert_int_equal(t->threads, s->seats * SHIFTS);
    assert_int_equal(t->operations, s->operations / s->seats * s->seats);
    assert_true(t->through_shared * 10 >= t->operations * 3);
    assert_true(t->ended_by_other * 10 >= t->made || !RC_FREES);
}

static void leaves_nothing(unsigned seats)
{
    if (seats + 1 > RC_MAX_THREADS)
        skip();
    struct stress s = {.mutex = PTHREAD_MUTEX_INITIALIZER, .seats = seats};
    s.seed = setting("REFBENCH_STRESS_SEED", 20261122);
    s.operations = setting("REFBENCH_STRESS_OPS", OPERATIONS) / HALVES;
    tell(&s, "begins");
    struct thread *T = runtime_start();
    assert_non_null(T);
    furnish(T, &s);
    run_seats(T, &s);
    clear_out(T, &s);
    expect_nothing_left(&s, runtime_stop(T));
    expect_much_sharing(&s);
}

static void two_threads_leave_nothing(void **state)
{
    (void)state;
    leaves_nothing(2);
}

static void four_threads_leave_nothing(void **state)
{
    (void)state;
    leaves_nothing(SEATS);
}

int main(int argc, char **argv)
{
    program = argc > 0 ? argv[0] : "test-stress";
    const struct CMUnitTest tests[] = {cmocka_unit_test(two_threads_leave_nothing),
                                       cmocka_unit_test(four_threads_leave_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
