/* Slots and counts under several threads at a time. */
#include "tests/contract/rc_fixture.h"

#include <stdlib.h>

/* --- all exchange ----------------------------------------------------------------------------- */

enum { PLACES = 16, SWAPS = 200000 };

struct carousel {
    rc_slot slots[PLACES];
};

/* What is taken from one place is put in another one. */
static void swap_places(struct thread *T, struct worker *self)
{
    struct carousel *c = self->context;
    uint64_t random = 88172645463325252U + self->index;
    rc_ref held = RC_NULL_REF;
    for (unsigned i = 0; i < ROUNDS(SWAPS); i++) {
        held = rc_xchg(T, NULL, &c->slots[random_next(&random) % PLACES], held);
        thread_safepoint(T);
    }
    for (unsigned i = 0; held.p != NULL;
         i = (i + 1) % PLACES) /* a place is free, but not for long */
        held = rc_xchg(T, NULL, &c->slots[i], held);
}

static void nothing_is_lost_or_doubled_by_exchanges(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct carousel c;
    int64_t sum = 0;
    for (int64_t i = 0; i < PLACES; i++)
        rc_init_slot(T, &c.slots[i], numbered_box(T, INT64_C(1) << i));
    workers_run(T, workers, WORKERS, swap_places, &c);
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; i < PLACES; i++) {
        f[0] = rc_move(T, rc_xchg(T, NULL, &c.slots[i], RC_NULL_REF));
        assert_held(T, f[0], 1);
        sum += box_number(T, f[0]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    assert_int_equal(sum, (INT64_C(1) << PLACES) - 1);
}

/* --- two slots that change together ----------------------------------------------------------- */

enum { PAIRS = 300000 };

struct pair_race {
    rc_slot shared;
    _Atomic uint64_t torn;
};

static void write_pair(struct thread *T, struct instance_obj *box, int64_t i)
{
    struct rc_header *host = &box->container.obj.rc;
    rc_ref left = int_new(T, i);
    rc_ref right = int_new(T, i);
    rc_lock(T, host);
    rc_ref old_left = rc_xchg_locked(T, host, &box->fields[BOX_LEFT], left);
    rc_ref old_right = rc_xchg_locked(T, host, &box->fields[BOX_RIGHT], right);
    rc_unlock(T, host);
    rc_release(T, old_left);
    rc_release(T, old_right);
}

/* Both, in one look; then one of them without the lock. */
static bool pair_is_torn(struct thread *T, struct instance_obj *box)
{
    struct rc_header *host = &box->container.obj.rc;
    RC_FRAME(T, f, 2);
    rc_lock(T, host);
    f[0] = rc_load_locked(T, host, &box->fields[BOX_LEFT]);
    f[1] = rc_load_locked(T, host, &box->fields[BOX_RIGHT]);
    rc_unlock(T, host);
    bool torn = int_value(obj_get(f[0])) != int_value(obj_get(f[1]));
    rc_clear(T, &f[1]);
    f[1] = rc_load(T, host, &box->fields[BOX_RIGHT]);
    torn |= !obj_is(obj_get(f[1]), OBJ_INT);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
    return torn;
}

static void write_and_read_pairs(struct thread *T, struct worker *self)
{
    struct pair_race *race = self->context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &race->shared);
    for (int64_t i = 0; i < ROUNDS(PAIRS); i++) {
        if (self->index % 2 == 0)
            write_pair(T, box_of(f[0]), i * WORKERS + self->index);
        fetch_add_relaxed(&race->torn, pair_is_torn(T, box_of(f[0])));
        thread_safepoint(T);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void the_lock_holds_two_slots_together(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct pair_race race = {.torn = 0};
    rc_init_slot(T, &race.shared, box_new(T, int_new(T, 0), int_new(T, 0)));
    workers_run(T, workers, WORKERS, write_and_read_pairs, &race);
    assert_int_equal(load_relaxed(&race.torn), 0);
    rc_store(T, NULL, &race.shared, RC_NULL_REF);
}

/* --- one count, many hands -------------------------------------------------------------------- */

enum { TAKES = 200000 };

static void take_and_drop(struct thread *T, struct worker *self)
{
    rc_slot *shared = self->context;
    uint64_t random = 88172645463325252U + self->index;
    RC_FRAME(T, f, 8);
    for (unsigned i = 0; i < ROUNDS(TAKES); i++) {
        rc_loc *cell = &f[random_next(&random) % 8];
        rc_clear(T, cell);
        *cell = i % 2 == 0 ? rc_load(T, NULL, shared) : rc_dup(T, f[random % 8]);
        thread_safepoint(T);
    }
    for (unsigned i = 0; i < 8; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

static void expect_exact_count_after_hammering(struct thread *T, rc_ref object)
{
    struct worker workers[WORKERS];
    rc_slot shared;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, object);
    size_t before = rc_count(rc_get(f[0]));
    rc_init_slot(T, &shared, cell_ref(T, f[0]));
    workers_run(T, workers, WORKERS, take_and_drop, &shared);
    rc_store(T, NULL, &shared, RC_NULL_REF);
    size_t after = references(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    assert_int_equal(after, before);
}

static void counts_are_exact_after_many_hands(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    expect_exact_count_after_hammering(T, int_new(T, 12345));
}

static void immortals_do_not_change_in_many_hands(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    expect_exact_count_after_hammering(T, none_ref(T));
}

static void claim_unique(struct thread *T, struct worker *self)
{
    struct pair_race *race = self->context;
    RC_FRAME(T, f, 1);
    for (unsigned i = 0; i < ROUNDS(TAKES); i++) {
        f[0] = rc_load(T, NULL, &race->shared);
        fetch_add_relaxed(&race->torn, rc_is_unique(T, rc_get(f[0])));
        rc_clear(T, &f[0]);
        thread_safepoint(T);
    }
    RC_LEAVE(T, f);
}

static void what_a_slot_holds_is_never_unique(void **state)
{
    needs_threads(WORKERS);
    struct thread *T = *state;
    struct worker workers[WORKERS];
    struct pair_race race = {.torn = 0};
    rc_init_slot(T, &race.shared, int_new(T, 12345));
    workers_run(T, workers, WORKERS, claim_unique, &race);
    assert_int_equal(load_relaxed(&race.torn), 0);
    rc_store(T, NULL, &race.shared, RC_NULL_REF);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(nothing_is_lost_or_doubled_by_exchanges),
        OBJECT_TEST(the_lock_holds_two_slots_together),
        OBJECT_TEST(counts_are_exact_after_many_hands),
        OBJECT_TEST(immortals_do_not_change_in_many_hands),
        OBJECT_TEST(what_a_slot_holds_is_never_unique),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
