/* Counts and values: which events add a reference and which end one, and what a change does to an object. */
#include "tests/conformance/ring.h"

#define EXPECT_REFERENCES(T, cell, n, when)                                                        \
    EXPECT_EQUAL(obj_refcount(T, cell), n, "references to an object " when)

/* --- events ------------------------------------------------------------------------------------------------------- */

static void alias(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_text(T, "abc"));
    EXPECT_REFERENCES(T, f[0], 1, "that was just made");
    f[1] = rc_dup(T, f[0]);
    EXPECT_REFERENCES(T, f[0], 2, "with an alias");
    rc_clear(T, &f[0]);
    EXPECT_REFERENCES(T, f[1], 1, "whose first name is gone");
    rc_clear(T, &f[1]);
    RC_LEAVE(T, f);
}

/* A parameter that the callee keeps. */
static size_t references_inside(struct thread *T, rc_loc argument)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_dup(T, argument);
    const size_t references = obj_refcount(T, f[0]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return references;
}

static void argument(struct thread *T)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    EXPECT_EQUAL(references_inside(T, f[0]), 2, "references to an argument inside the call");
    EXPECT_REFERENCES(T, f[0], 1, "after the call");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void insertion(struct thread *T)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, numbered_box(T, 1));
    f[1] = rc_move(T, sure_list(T, 0));
    sure_append(T, f[1], cell_ref(T, f[0]));
    sure_append(T, f[1], cell_ref(T, f[0]));
    EXPECT_REFERENCES(T, f[0], 3, "that is twice in a list");
    f[2] = list_get(T, f[1], 0);
    EXPECT_REFERENCES(T, f[0], 4, "that was read from the list besides");
    rc_clear(T, &f[2]);
    EXPECT(list_set(T, f[1], 0, none_ref(T)), "an item to replace");
    case_deaths(T);
    EXPECT_REFERENCES(T, f[0], 2, "that was replaced once");
    rc_clear(T, &f[1]);
    case_deaths(T);
    EXPECT_REFERENCES(T, f[0], 1, "whose list is gone");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void assignment(struct thread *T)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, numbered_box(T, 1));
    f[1] = rc_move(T, numbered_box(T, 2));
    f[2] = rc_move(T, box_new(T, cell_ref(T, f[0]), RC_NULL_REF));
    EXPECT_REFERENCES(T, f[0], 2, "that a field holds");
    instance_set(T, f[2], BOX_LEFT, cell_ref(T, f[1]));
    case_deaths(T);
    EXPECT_REFERENCES(T, f[0], 1, "whose field was assigned another");
    EXPECT_REFERENCES(T, f[1], 2, "that was assigned to a field");
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}

void case_count_events(struct thread *T)
{
    case_needs_frees();
    alias(T);
    argument(T);
    insertion(T);
    assignment(T);
}

void case_zero_frees_at_once(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_list(T, 4));
    sure_append(T, f[0], numbered_box(T, 1000));
    f[1] = rc_dup(T, f[0]);
    EXPECT_EQUAL(case_objects(T), 3, "objects: a list, a box in it, its number");
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_objects(T), 3, "objects while an alias refers to the list");
    rc_clear(T, &f[1]);
    EXPECT_EQUAL(case_objects(T), 0, "objects after the last reference");
    RC_LEAVE(T, f);
}

/* --- values ------------------------------------------------------------------------------------------------------- */

static void number_rebinds(struct thread *T)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, sure_int(T, 1000));
    f[1] = rc_dup(T, f[0]);
    f[2] = rc_move(T, sure_int(T, 1));
    rc_ref sum = sure_sum(T, f[0], f[2]);
    rc_clear(T, &f[0]);
    f[0] = rc_move(T, sum);
    EXPECT(rc_get(f[0]) != rc_get(f[1]), "x += 1 makes another int");
    EXPECT_EQUAL(int_value(obj_get(f[1])), 1000, "the int that the other name has");
    EXPECT_EQUAL(case_objects(T), 2, "ints, the old and the new one");
    rc_clear(T, &f[1]);
    EXPECT_EQUAL(case_objects(T), 1, "ints when the old one has no name");
    rc_clear(T, &f[2]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static void text_rebinds(struct thread *T)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_text(T, "ab"));
    f[1] = rc_dup(T, f[0]);
    rc_ref longer = sure_concat(T, f[0], f[1]);
    rc_clear(T, &f[0]);
    f[0] = rc_move(T, longer);
    EXPECT(rc_get(f[0]) != rc_get(f[1]), "s += s makes another str");
    EXPECT(strcmp(str_text(obj_get(f[1])), "ab") == 0, "the old str is as it was");
    rc_clear(T, &f[1]);
    EXPECT_EQUAL(case_objects(T), 1, "strs when the old one has no name");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_immutable_rebinds(struct thread *T)
{
    case_needs_frees();
    number_rebinds(T);
    text_rebinds(T);
}

void case_mutable_in_place(struct thread *T)
{
    enum { ITEMS = 1000 };
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_list(T, 0));
    f[1] = rc_dup(T, f[0]);
    const struct rc_header *before = rc_get(f[0]);
    for (int64_t i = 0; i < ITEMS; i++)
        sure_append(T, f[0], sure_int(T, i));
    EXPECT(list_set(T, f[0], 0, none_ref(T)), "an item to replace");
    EXPECT(rc_get(f[0]) == before, "a list that grew is the object that it was");
    EXPECT_EQUAL(list_length(T, f[1]), ITEMS, "items as an alias sees them");
    if (RC_FREES)
        EXPECT_REFERENCES(T, f[0], 2, "that grew");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

/* --- shared values ------------------------------------------------------------------------------------------------ */

void case_interned_strings(struct thread *T)
{
    case_needs_frees();
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, sure_intern(T, "shared text", 11));
    f[1] = rc_move(T, sure_intern(T, "shared text", 11));
    f[2] = rc_move(T, sure_text(T, "shared text"));
    EXPECT(rc_get(f[0]) == rc_get(f[1]), "the same text twice is one object");
    EXPECT(rc_get(f[0]) != rc_get(f[2]), "a str that is not interned is another object");
    EXPECT_REFERENCES(T, f[0], 2, "that was interned twice");
    EXPECT_EQUAL(case_objects(T), 2, "strs");
    rc_clear(T, &f[2]);
    rc_clear(T, &f[1]);
    EXPECT_REFERENCES(T, f[0], 1, "that one name refers to");
    rc_clear(T, &f[0]);
    EXPECT_EQUAL(case_objects(T), 0, "strs after the last reference: interning is none");
    RC_LEAVE(T, f);
}

static void expect_shared(struct thread *T, int64_t value, bool shared)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, sure_int(T, value));
    f[1] = rc_move(T, sure_int(T, value));
    EXPECT((rc_get(f[0]) == rc_get(f[1])) == shared, "%lld twice is %s", (long long)value,
           shared ? "one object" : "two objects");
    EXPECT_EQUAL(int_value(obj_get(f[0])), value, "value of an int");
    rc_clear(T, &f[1]);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_small_ints_shared(struct thread *T)
{
    for (int64_t value = -5; value <= 256; value++)
        expect_shared(T, value, true);
    expect_shared(T, -6, false);
    expect_shared(T, 257, false);
    EXPECT_LEFT(T, 0, "ints in the heap");
}

/* Consumes the reference. */
static void expect_immortal(struct thread *T, rc_ref ref, const char *name)
{
    enum { ITEMS = 100 };
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, ref);
    const size_t before = obj_refcount(T, f[0]);
    f[1] = rc_move(T, sure_list(T, 0));
    for (int i = 0; i < ITEMS; i++)
        sure_append(T, f[1], cell_ref(T, f[0]));
    const size_t held = obj_refcount(T, f[0]);
    rc_clear(T, &f[1]);
    case_deaths(T);
    const size_t after = obj_refcount(T, f[0]);
    EXPECT(before == held && held == after,
           "references to %s never change (there were %zu, %zu in a list too, %zu then)", name,
           before, held, after);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

void case_immortals_never_change(struct thread *T)
{
    expect_immortal(T, none_ref(T), "None");
    expect_immortal(T, bool_ref(T, true), "True");
    expect_immortal(T, bool_ref(T, false), "False");
    expect_immortal(T, sure_int(T, 7), "7");
}
