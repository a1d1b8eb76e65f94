/* Threads that come and go, meet, block and stop one another; objects that change hands meanwhile.
 * */
#include "tests/contract/rc_fixture.h"

#include <sched.h>

/* --- hand-over -------------------------------------------------------------------------------- */

enum { LETTERS = 100000 };

struct mailbox {
    rc_slot slot;
    _Atomic uint64_t sum;
};

/* Lets the others run: a strategy with a global lock hands it over only in time, or when somebody
 * blocks. */
static void let_others_run(struct thread *T)
{
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

static void send(struct thread *T, struct mailbox *mailbox, rc_ref letter)
{
    while (rc_peek(&mailbox->slot) != NULL)
        let_others_run(T);
    rc_release(T, rc_xchg(T, NULL, &mailbox->slot, letter));
}

static void send_all(struct thread *T, struct worker *self)
{
    struct mailbox *mailbox = self->context;
    for (int64_t i = 1; i <= ROUNDS(LETTERS); i++) {
        send(T, mailbox, numbered_box(T, i));
        thread_safepoint(T);
    }
}

/* The last reference to a letter is always another thread's than its maker's. */
static void receive_all(struct thread *T, struct mailbox *mailbox)
{
    RC_FRAME(T, f, 1);
    for (unsigned received = 0; received < ROUNDS(LETTERS);) {
        f[0] = rc_move(T, rc_xchg(T, NULL, &mailbox->slot, RC_NULL_REF));
        if (loc_is_null(f[0])) {
            let_others_run(T);
            continue;
        }
        fetch_add_relaxed(&mailbox->sum, (uint64_t)box_number(T, f[0]));
        rc_clear(T, &f[0]);
        received++;
        thread_safepoint(T);
    }
    RC_LEAVE(T, f);
}

static void letters_arrive_and_die_with_the_receiver(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct mailbox mailbox = {.sum = 0};
    struct worker sender = {.work = send_all, .context = &mailbox};
    size_t before = live_objects(T);
    rc_init_slot(T, &mailbox.slot, RC_NULL_REF);
    worker_start(&sender);
    receive_all(T, &mailbox);
    worker_join(T, &sender);
    assert_int_equal(load_relaxed(&mailbox.sum),
                     (uint64_t)ROUNDS(LETTERS) * (ROUNDS(LETTERS) + 1) / 2);
    runtime_settle(T);
    assert_live(T, before);
}

/* --- coming and going ------------------------------------------------------------------------- */

enum { GENERATIONS = 1500, CROWDS = 200 };

struct relay {
    rc_slot slot;
    struct thread *record; /* of the thread before */
    unsigned taken_over;
};

/* Ends what the thread before left, perhaps having its record, and leaves something of its own. */
static void run_relay(struct thread *T, struct worker *self)
{
    struct relay *relay = self->context;
    relay->taken_over += relay->record == T;
    relay->record = T;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &relay->slot);
    int64_t number = box_number(T, f[0]);
    CHECK(!RC_FREES || references(T, f[0]) == 2, "thread %lld finds %zu references, not 2",
          (long long)number, references(T, f[0]));
    rc_store(T, NULL, &relay->slot, numbered_box(T, number + 1));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void threads_in_sequence(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct relay relay = {.record = NULL};
    size_t before = live_objects(T);
    rc_init_slot(T, &relay.slot, numbered_box(T, 0));
    for (unsigned i = 0; i < GENERATIONS; i++) {
        struct worker worker;
        workers_run(T, &worker, 1, run_relay, &relay);
    }
    assert_int_equal(relay.taken_over, GENERATIONS - 1);
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &relay.slot);
    assert_int_equal(box_number(T, f[0]), GENERATIONS);
    assert_held(T, f[0], 2);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    rc_store(T, NULL, &relay.slot, RC_NULL_REF);
    assert_int_equal(world_threads(), 1);
    assert_live(T, before);
}

/* Replaces whatever an earlier thread left in some place. */
static void leave_something(struct thread *T, struct worker *self)
{
    rc_slot *places = self->context;
    for (int64_t i = 0; i < 20; i++) {
        rc_ref box = numbered_box(T, i);
        rc_store(T, NULL, &places[(self->index + (unsigned)i) % WORKERS], box);
        thread_safepoint(T);
    }
}

static void threads_in_crowds(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[2 * WORKERS];
    rc_slot places[WORKERS];
    size_t before = live_objects(T);
    for (unsigned i = 0; i < WORKERS; i++)
        rc_init_slot(T, &places[i], RC_NULL_REF);
    for (unsigned i = 0; i < CROWDS; i++)
        workers_run(T, workers, 2 * WORKERS, leave_something, places);
    for (unsigned i = 0; i < WORKERS; i++)
        rc_store(T, NULL, &places[i], RC_NULL_REF);
    runtime_settle(T);
    assert_int_equal(world_threads(), 1);
    assert_live(T, before);
}

static void wait_at_gate(struct thread *T, struct worker *self)
{
    pthread_barrier_t *gate = self->context;
    rc_ref box = numbered_box(T, self->index);
    gate_pass(T, gate);
    gate_pass(T, gate);
    rc_release(T, box);
}

static void as_many_threads_as_promised_and_no_more(void **state)
{
    needs_threads(1);
    struct thread *T = *state;
    static struct worker workers[RC_MAX_THREADS];
    pthread_barrier_t gate;
    pthread_barrier_init(&gate, NULL, RC_MAX_THREADS);
    for (unsigned i = 0; i + 1 < RC_MAX_THREADS; i++) {
        workers[i] = (struct worker){.work = wait_at_gate, .context = &gate, .index = i};
        worker_start(&workers[i]);
    }
    gate_pass(T, &gate);
    assert_int_equal(world_threads(), RC_MAX_THREADS);
    assert_null(thread_attach());
    gate_pass(T, &gate);
    for (unsigned i = 0; i + 1 < RC_MAX_THREADS; i++)
        worker_join(T, &workers[i]);
    assert_int_equal(world_threads(), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(letters_arrive_and_die_with_the_receiver),
        OBJECT_TEST(threads_in_sequence),
        OBJECT_TEST(threads_in_crowds),
        OBJECT_TEST(as_many_threads_as_promised_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
