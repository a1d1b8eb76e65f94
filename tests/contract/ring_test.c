/* The ring: objects come out as they went in, none is lost when it is full, and its counts may overflow. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/ring.h"

static bool send_int(struct thread *T, struct ring *ring, rc_loc places, int64_t value)
{
    rc_ref object = int_new(T, value);
    bool sent = ring_send(T, ring, places, object);
    if (!sent)
        rc_release(T, object);
    return sent;
}

/* -1 if the ring is empty. */
static int64_t receive_int(struct thread *T, struct ring *ring, rc_loc places)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_receive(T, ring, places));
    int64_t value = loc_is_null(f[0]) ? -1 : int_value(obj_get(f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return value;
}

static void is_bounded_and_in_order(void **state)
{
    struct thread *T = *state;
    static struct ring ring;
    ring = (struct ring){0};
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_places(T));
    assert_int_equal(receive_int(T, &ring, f[0]), -1);
    assert_false(ring_can_receive(&ring));
    for (int64_t i = 0; i < RING_PLACES; i++) {
        assert_true(ring_can_send(&ring));
        assert_true(send_int(T, &ring, f[0], 1000 + i));
        assert_true(ring_can_receive(&ring));
    }
    assert_false(ring_can_send(&ring));
    assert_false(send_int(T, &ring, f[0], 5000));
    for (int64_t i = 0; i < RING_PLACES; i++) {
        assert_int_equal(receive_int(T, &ring, f[0]), 1000 + i);
        assert_true(ring_can_send(&ring));
    }
    assert_false(ring_can_receive(&ring));
    assert_int_equal(receive_int(T, &ring, f[0]), -1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void counts_overflow(void **state)
{
    struct thread *T = *state;
    static struct ring ring;
    const uint32_t late = UINT32_MAX - 2 * 100 + 1; /* 100 before the overflow */
    store_relaxed(&ring.sent, late);
    store_relaxed(&ring.received, late);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, ring_places(T));
    for (int64_t i = 0; i < RING_PLACES; i++)
        assert_true(send_int(T, &ring, f[0], 1000 + i));
    assert_false(send_int(T, &ring, f[0], 5000));
    ring_await_object(T, &ring); /* returns: there is one */
    for (int64_t i = 0; i < RING_PLACES; i++)
        assert_int_equal(receive_int(T, &ring, f[0]), 1000 + i);
    ring_await_place(T, &ring);
    assert_int_equal(receive_int(T, &ring, f[0]), -1);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void received_objects_are_not_held(void **state)
{
    needs_frees();
    struct thread *T = *state;
    static struct ring ring;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, ring_places(T));
    f[1] = rc_move(T, int_new(T, 1000));
    assert_true(ring_send(T, &ring, f[0], cell_ref(T, f[1])));
    assert_int_equal(count_of(T, f[1]), 2);
    assert_int_equal(receive_int(T, &ring, f[0]), 1000);
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(count_of(T, f[1]), 1);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

/* --- two threads, the slower of which is waited for ---------------------------------------------- */

enum { OBJECTS = 3 * RING_PLACES };

struct pair {
    struct ring there;
    struct ring back;
    rc_slot places[2];
};

static void wait_and_send(struct thread *T, struct ring *ring, rc_loc places, int64_t value)
{
    while (!send_int(T, ring, places, value))
        ring_await_place(T, ring);
}

static int64_t wait_and_receive(struct thread *T, struct ring *ring, rc_loc places)
{
    int64_t value;
    while ((value = receive_int(T, ring, places)) == -1)
        ring_await_object(T, ring);
    return value;
}

static void *send_back(void *argument)
{
    struct pair *pair = argument;
    struct thread *T = thread_attach();
    if (T == NULL)
        return NULL;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &pair->places[0]);
    f[1] = rc_load(T, NULL, &pair->places[1]);
    for (int i = 0; i < OBJECTS; i++)
        wait_and_send(T, &pair->back, f[1], 1 + wait_and_receive(T, &pair->there, f[0]));
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    thread_detach(T);
    return NULL;
}

static void waiting_threads_are_woken(void **state)
{
    needs_threads(1);
    struct thread *T = *state;
    static struct pair pair;
    pthread_t other;
    for (int i = 0; i < 2; i++)
        rc_init_slot(T, &pair.places[i], ring_places(T));
    assert_int_equal(pthread_create(&other, NULL, send_back, &pair), 0);
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &pair.places[0]);
    f[1] = rc_load(T, NULL, &pair.places[1]);
    for (int64_t i = 0; i < OBJECTS; i++) { /* each waits for the other at every turn */
        wait_and_send(T, &pair.there, f[0], 1000 + i);
        assert_int_equal(wait_and_receive(T, &pair.back, f[1]), 1001 + i);
    }
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
    thread_block(T);
    pthread_join(other, NULL);
    thread_unblock(T);
    for (int i = 0; i < 2; i++)
        rc_store(T, NULL, &pair.places[i], RC_NULL_REF);
    runtime_settle(T);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(is_bounded_and_in_order),
        OBJECT_TEST(counts_overflow),
        OBJECT_TEST(received_objects_are_not_held),
        OBJECT_TEST(waiting_threads_are_woken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
