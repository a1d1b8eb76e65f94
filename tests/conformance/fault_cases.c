/*
 * Faults of programs: counts that are too small or too large.
 */
#include "tests/conformance/count_words.h"
#include "tests/conformance/ring.h"
#include "tests/sanitized.h"

/* --- a count that is too small --------------------------------------------------------------------------------------- */

/* A list that holds itself three times and of which one reference too many is ended. */
static void collect_what_is_counted_short(struct thread *T)
{
    gc_enable(false);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    for (int i = 0; i < 3; i++)
        sure_append(T, f[0], cell_ref(T, f[0]));
    rc_release(T, (rc_ref){rc_get(f[0])});
    rc_clear(T, &f[0]);
    gc_collect(T, CASE_FULL);
    RC_LEAVE(T, f);
}

static struct rc_header *object_in(rc_loc cell)
{
    EXPECT(!loc_is_null(cell), "memory for an object");
    return rc_get(cell);
}

/* Ends a reference to an object that has none. */
static void end_what_has_none(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_int(T, 4711));
    count_words_none(object_in(f[0]));
    rc_clear(T, &f[0]);
    runtime_settle(T);
    RC_LEAVE(T, f);
}

void case_count_too_small(struct thread *T)
{
    case_needs_frees();
    case_dies(T, collect_what_is_counted_short, "its count, 2, is less than the references to it");
    case_dies(T, collect_what_is_counted_short, "collector  generation ");
    case_dies(T, collect_what_is_counted_short, "holds      3 references");
    if (COUNT_WORDS)
        case_dies(T, end_what_has_none, "is less than the references to it");
}

/* --- a count that is too large --------------------------------------------------------------------------------------- */

enum { MISSING = 3, HANDS = 16, THREADS = 4, CROSSINGS = 20 * 1000 };

static void expect_to_count_below_the_end(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, numbered_box(T, 4711));
    struct rc_header *o = object_in(f[0]);
    count_words_set(o, MISSING);
    const size_t before = rc_count(o);
    f[1] = rc_move(T, cell_ref(T, f[0]));
    runtime_settle(T); /* what is counted elsewhere comes to the object */
    EXPECT_EQUAL(rc_count(o), before + 1, "references below the end of a count");
    EXPECT(!count_words_saturated(o), "a count below its end to count");
    count_words_one(T, o);
    rc_own(T, f[1]);
    f[1] = RC_NULL_LOC;
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void take_and_end(struct thread *T, rc_loc cell, int hands)
{
    for (int i = 0; i < hands; i++)
        cell_ref(T, cell);
    runtime_settle(T);
    for (int i = 0; i < hands; i++)
        rc_release(T, (rc_ref){rc_get(cell)});
    runtime_settle(T);
}

static void expect_to_stay_at_the_end(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered_box(T, 4711));
    struct rc_header *o = object_in(f[0]);
    count_words_set(o, MISSING);
    take_and_end(T, f[0], HANDS);
    EXPECT(count_words_saturated(o), "a count that overflowed to stay");
    const size_t count = rc_count(o);
    take_and_end(T, f[0], 100 * HANDS);
    EXPECT_EQUAL(rc_count(o), count, "the count of what became immortal");
    EXPECT(!rc_is_unique(T, o), "what is immortal not to be unique");
    EXPECT_EQUAL(box_number(T, f[0]), 4711, "what the box holds");
    count_words_one(T, o);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* Each has more references than are missing. */
static void cross_the_end(struct thread *T, unsigned index, void *context)
{
    (void)index;
    RC_FRAME(T, f, 2 * MISSING);
    for (unsigned i = 0; i < ROUNDS(CROSSINGS); i++) {
        for (int j = 0; j < 2 * MISSING; j++)
            f[j] = rc_load(T, NULL, context);
        thread_safepoint(T);
        for (int j = 0; j < 2 * MISSING; j++)
            rc_clear(T, &f[j]);
    }
    RC_LEAVE(T, f);
}

/* Who drops may have looked before the count got there, who takes after it. */
static void expect_threads_to_cross_together(struct thread *T)
{
    rc_slot shared;
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, numbered_box(T, 4711));
    struct rc_header *o = object_in(f[0]);
    rc_init_slot(T, &shared, cell_ref(T, f[0]));
    count_words_set(o, MISSING);
    case_threads(T, THREADS, cross_the_end, &shared);
    runtime_settle(T);
    EXPECT(count_words_saturated(o) || rc_count(o) > 1000000, "a count at its end");
    EXPECT_EQUAL(box_number(T, f[0]), 4711, "what the box holds");
    count_words_one(T, o);
    (void)rc_take(T, &shared); /* its reference was not counted */
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_count_overflow(struct thread *T)
{
    if (!COUNT_WORDS)
        case_skip(
            "nobody told how many references a count can tell (tests/conformance/count_words.h)");
    expect_to_count_below_the_end(T);
    expect_to_stay_at_the_end(T);
    expect_threads_to_cross_together(T);
}
