/*
 * Counts at their end: an object that has had more references than its count can tell lives for
 * ever.
 *
 * So many references need more memory than a test has; each strategy that saturates is helped to
 * them here, by its own words.  One whose count is as wide as an address cannot get there, and
 * skips.
 */
#include "tests/contract/rc_fixture.h"

#if defined(ATOMIC_SATURATED)

#define SATURATES true

static void set_references(struct rc_header *o, uint32_t missing)
{
    store_relaxed(&o->count, ATOMIC_SATURATED - missing);
}

static bool is_saturated(const struct rc_header *o) { return rc_count(o) >= ATOMIC_SATURATED; }

static void revive_with_one(struct thread *T, struct rc_header *o)
{
    (void)T;
    store_relaxed(&o->count, 1);
}

#elif defined(BIASED_SATURATED)

#define SATURATES true

/* Nobody's object; the shared word steps by BIASED_ONE. */
static void set_references(struct rc_header *o, uint32_t missing)
{
    store_relaxed(&o->owned, 0);
    store_relaxed(&o->shared, ((uint32_t)BIASED_SATURATED - missing * BIASED_ONE) | BIASED_MERGED);
}

static bool is_saturated(const struct rc_header *o)
{
    return biased_is_immortal(load_relaxed(&o->shared));
}

static void revive_with_one(struct thread *T, struct rc_header *o)
{
    store_relaxed(&o->shared, 0);
    strategy_init(T, o);
}

#else

#define SATURATES false

static void set_references(struct rc_header *o, uint32_t missing) { (void)o, (void)missing; }
static bool is_saturated(const struct rc_header *o) { return o == NULL; }
static void revive_with_one(struct thread *T, struct rc_header *o) { (void)T, (void)o; }

#endif

static struct rc_header *object_in(rc_loc cell)
{
    CHECK(!loc_is_null(cell), "no memory for a box");
    return rc_get(cell);
}

enum { MISSING = 3, HANDS = 16 };

static void a_count_below_the_end_still_counts(void **state)
{
    struct thread *T = *state;
    if (!SATURATES)
        skip();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, numbered_box(T, 4711));
    set_references(object_in(f[0]), MISSING);
    size_t before = rc_count(object_in(f[0]));
    f[1] = rc_dup(T, f[0]);
    assert_int_equal(rc_count(object_in(f[0])), before + 1);
    assert_false(is_saturated(object_in(f[0])));
    rc_clear(T, &f[1]);
    assert_int_equal(rc_count(object_in(f[0])), before);
    revive_with_one(T, object_in(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void a_saturated_count_never_comes_back(void **state)
{
    struct thread *T = *state;
    if (!SATURATES)
        skip();
    RC_FRAME(T, f, 1 + HANDS);
    f[0] = rc_move(T, numbered_box(T, 4711));
    struct rc_header *o = object_in(f[0]);
    set_references(o, MISSING);
    for (unsigned i = 1; i <= HANDS; i++)
        f[i] = rc_dup(T, f[0]);
    assert_true(is_saturated(o));
    size_t count = rc_count(o);
    for (unsigned round = 0; round < 100; round++)
        rc_drop(T, rc_dup(T, f[0]));
    for (unsigned i = 1; i <= HANDS; i++)
        rc_clear(T, &f[i]);
    assert_true(is_saturated(o));
    assert_int_equal(rc_count(o), count);
    assert_false(rc_is_unique(T, o));
    assert_int_equal(box_number(T, f[0]), 4711);
    revive_with_one(T, o);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

enum { CROSSINGS = 100000 };

static void cross_the_end(struct thread *T, struct worker *self)
{
    rc_slot *shared = self->context;
    RC_FRAME(T, f, 2);
    for (unsigned i = 0; i < ROUNDS(CROSSINGS); i++) {
        f[0] = rc_load(T, NULL, shared);
        f[1] = rc_dup(T, f[0]);
        rc_clear(T, &f[0]);
        rc_clear(T, &f[1]);
        thread_safepoint(T);
    }
    RC_LEAVE(T, f);
}

/* Who drops may have looked before the count got there, who takes after it. */
static void threads_may_cross_the_end_together(void **state)
{
    struct thread *T = *state;
    if (!SATURATES)
        skip();
    struct worker workers[WORKERS];
    rc_slot shared;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered_box(T, 4711));
    struct rc_header *o = object_in(f[0]);
    rc_init_slot(T, &shared, cell_ref(T, f[0]));
    set_references(o, MISSING);
    workers_run(T, workers, WORKERS, cross_the_end, &shared);
    bool at_the_end = is_saturated(o) || rc_count(o) > 1000000;
    int64_t number = box_number(T, f[0]);
    revive_with_one(T, o);
    (void)rc_take(T, &shared); /* its reference was not counted */
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    assert_true(at_the_end);
    assert_int_equal(number, 4711);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OBJECT_TEST(a_count_below_the_end_still_counts),
        OBJECT_TEST(a_saturated_count_never_comes_back),
        OBJECT_TEST(threads_may_cross_the_end_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
