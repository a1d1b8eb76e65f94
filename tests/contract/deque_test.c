/* The deque: the newest comes out at one end and the oldest at the other, and between threads each object once. */
#include "tests/contract/object_fixture.h"

#include "bench/trial/deque.h"

#include <sched.h>

enum { PLACES = 8 };

static bool push_int(struct thread *T, struct deque *deque, rc_loc places, int64_t value)
{
    rc_ref object = int_new(T, value);
    bool pushed = deque_push(T, deque, places, object);
    if (!pushed)
        rc_release(T, object);
    return pushed;
}

typedef rc_ref take(struct thread *T, struct deque *deque, rc_loc places);

/* -1 if there is none. */
static int64_t take_int(struct thread *T, struct deque *deque, rc_loc places, take *one)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, one(T, deque, places));
    int64_t value = loc_is_null(f[0]) ? -1 : int_value(obj_get(f[0]));
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    return value;
}

static void expect_both_ends(struct thread *T, struct deque *deque, rc_loc places)
{
    assert_int_equal(take_int(T, deque, places, deque_pop), -1);
    assert_int_equal(take_int(T, deque, places, deque_steal), -1);
    for (int64_t i = 0; i < PLACES; i++)
        assert_true(push_int(T, deque, places, 1000 + i));
    assert_false(push_int(T, deque, places, 5000));
    assert_int_equal(deque_length(deque), PLACES);
    assert_int_equal(take_int(T, deque, places, deque_steal), 1000);
    assert_true(push_int(T, deque, places, 1000 + PLACES));
    for (int64_t i = PLACES; i > 1; i--)
        assert_int_equal(take_int(T, deque, places, deque_pop), 1000 + i);
    assert_int_equal(take_int(T, deque, places, deque_steal), 1001);
    assert_int_equal(take_int(T, deque, places, deque_steal), -1);
    assert_int_equal(take_int(T, deque, places, deque_pop), -1);
    assert_int_equal(deque_length(deque), 0);
}

static void has_two_ends(void **state)
{
    struct thread *T = *state;
    struct deque deque = {0};
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, deque_places(T, PLACES));
    expect_both_ends(T, &deque, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void numbers_overflow(void **state)
{
    struct thread *T = *state;
    struct deque deque;
    const uint64_t late = UINT32_MAX - 3;
    store_relaxed(&deque.ends, late << 32 | late);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, deque_places(T, PLACES));
    expect_both_ends(T, &deque, f[0]);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void what_is_taken_is_not_held(void **state)
{
    needs_frees();
    struct thread *T = *state;
    struct deque deque = {0};
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, deque_places(T, PLACES));
    f[1] = rc_move(T, int_new(T, 1000));
    assert_true(deque_push(T, &deque, f[0], cell_ref(T, f[1])));
    assert_true(deque_push(T, &deque, f[0], cell_ref(T, f[1])));
    assert_int_equal(count_of(T, f[1]), 3);
    assert_int_equal(take_int(T, &deque, f[0], deque_pop), 1000);
    assert_int_equal(take_int(T, &deque, f[0], deque_steal), 1000);
    if (!RC_PROMPT_DEATH)
        runtime_settle(T);
    assert_int_equal(count_of(T, f[1]), 1);
    cell_drop(T, &f[0]);
    cell_drop(T, &f[1]);
    RC_LEAVE(T, f);
}

/* --- an owner and two thieves ------------------------------------------------------------------------------------- */

enum { OBJECTS = 3000, THIEVES = 2 };

static struct {
    struct deque deque;
    rc_slot places;
    _Atomic uint32_t taken[OBJECTS];
    _Atomic uint32_t left;
} shared;

static bool take_shared(struct thread *T, rc_loc places, take *one)
{
    int64_t value = take_int(T, &shared.deque, places, one);
    if (value < 0)
        return false;
    fetch_add_relaxed(&shared.taken[value - 1000], 1);
    fetch_sub_relaxed(&shared.left, 1);
    return true;
}

static void give_way(struct thread *T)
{
    thread_block(T);
    sched_yield();
    thread_unblock(T);
}

static void *steal_all(void *argument)
{
    (void)argument;
    struct thread *T = thread_attach();
    if (T == NULL)
        return NULL;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &shared.places);
    while (load_relaxed(&shared.left) != 0) {
        thread_safepoint(T);
        if (!take_shared(T, f[0], deque_steal))
            give_way(T);
    }
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
    thread_detach(T);
    return NULL;
}

/* Every third is popped again. */
static void push_all(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &shared.places);
    for (int64_t i = 0; i < OBJECTS; i++) {
        thread_safepoint(T);
        while (!push_int(T, &shared.deque, f[0], 1000 + i))
            give_way(T);
        if (i % 3 == 2)
            take_shared(T, f[0], deque_pop);
    }
    while (load_relaxed(&shared.left) != 0)
        if (!take_shared(T, f[0], deque_pop))
            give_way(T);
    cell_drop(T, &f[0]);
    RC_LEAVE(T, f);
}

static void each_object_comes_out_once(void **state)
{
    needs_threads(THIEVES);
    struct thread *T = *state;
    pthread_t thieves[THIEVES];
    memset(&shared, 0, sizeof shared);
    store_relaxed(&shared.left, OBJECTS);
    rc_init_slot(T, &shared.places, deque_places(T, PLACES));
    for (int i = 0; i < THIEVES; i++)
        assert_int_equal(pthread_create(&thieves[i], NULL, steal_all, NULL), 0);
    push_all(T);
    thread_block(T);
    for (int i = 0; i < THIEVES; i++)
        pthread_join(thieves[i], NULL);
    thread_unblock(T);
    for (int i = 0; i < OBJECTS; i++)
        assert_int_equal(load_relaxed(&shared.taken[i]), 1);
    rc_store(T, NULL, &shared.places, RC_NULL_REF);
    runtime_settle(T);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(has_two_ends),
        OBJECT_TEST(numbers_overflow),
        OBJECT_TEST(what_is_taken_is_not_held),
        OBJECT_TEST(each_object_comes_out_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
