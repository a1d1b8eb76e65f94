/* Tracking: what a collection looks at. */
#include "runtimes/object/weakref.h"
#include "tests/conformance/ring.h"

static bool is_tracked(rc_loc loc)
{
    return gc_head_is_tracked(&((struct container *)obj_get(loc))->gc);
}

/* How many containers a collection of everything looks at. */
static size_t visited(struct thread *T)
{
    const uint64_t before = gc_statistics(CASE_FULL).visited;
    EXPECT_EQUAL(case_collect(T), 0, "unreachable containers");
    return gc_statistics(CASE_FULL).visited - before;
}

void case_atoms_never_tracked(struct thread *T)
{
    enum { ATOMS = 500 };
    gc_enable(false);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, sure_list(T, 0));
    EXPECT_EQUAL(visited(T), 1, "containers looked at where there is a list");
    for (int i = 0; i < ATOMS; i++) {
        sure_append(T, f[0], sure_int(T, 1000 + i));
        sure_append(T, f[0], sure_text(T, "text"));
        sure_append(T, f[0], sure_float(T, 0.5));
        sure_append(T, f[0], none_ref(T));
        sure_append(T, f[0], bool_ref(T, true));
    }
    EXPECT_EQUAL(case_objects(T), 1 + 3 * ATOMS, "objects in the heap");
    EXPECT_EQUAL(visited(T), 1, "containers looked at where the list is full of atoms");
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
}

static rc_ref tuple_of_atoms(struct thread *T)
{
    rc_ref items[] = {sure_int(T, 1000), sure_text(T, "text"), none_ref(T)};
    return sure_tuple(T, 3, items);
}

void case_tuple_of_atoms(struct thread *T)
{
    case_needs_frees();
    gc_enable(false);
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, tuple_of_atoms(T));
    rc_ref list = sure_list(T, 0);
    f[1] = rc_move(T, sure_tuple(T, 1, &list));
    rc_ref inner = tuple_of_atoms(T);
    f[2] = rc_move(T, sure_tuple(T, 1, &inner));
    EXPECT(is_tracked(f[0]), "a new tuple is tracked");
    EXPECT_EQUAL(gc_collect(T, 0), 0, "unreachable containers");
    EXPECT(!is_tracked(f[0]), "a tuple of atoms is not tracked after a collection");
    EXPECT(is_tracked(f[1]), "a tuple of a list is still tracked");
    EXPECT_EQUAL(gc_collect(T, 1), 0, "unreachable containers");
    EXPECT(!is_tracked(f[2]), "a tuple of such a tuple is not tracked after two");
    EXPECT_EQUAL(visited(T), 2, "containers looked at: the list and its tuple");
    for (int i = 0; i < 3; i++)
        rc_clear(T, &f[i]);
    EXPECT_EQUAL(case_objects(T), 0, "objects after the last references");
    RC_LEAVE(T, f);
}

void case_mutable_and_instance_tracked(struct thread *T)
{
    enum { OBJECTS = 5 };
    static const char *const names[OBJECTS] = {"list", "dict", "set", "instance", "weak reference"};
    gc_enable(false);
    RC_FRAME(T, f, OBJECTS);
    f[0] = rc_move(T, sure_list(T, 0));
    f[1] = rc_move(T, sure_dict(T));
    f[2] = rc_move(T, sure_set(T));
    f[3] = rc_move(T, numbered_box(T, 1000));
    f[4] = rc_move(T, sure_weakref(T, f[0], NULL, RC_NULL_REF));
    sure_append(T, f[0], sure_text(T, "text"));
    for (unsigned generation = 0; generation < GC_GENERATIONS; generation++) {
        for (int i = 0; i < OBJECTS; i++)
            EXPECT(is_tracked(f[i]), "a %s is tracked after %u collections", names[i], generation);
        EXPECT_EQUAL(gc_collect(T, generation), 0, "unreachable containers");
    }
    EXPECT_EQUAL(visited(T), OBJECTS, "containers looked at");
    for (int i = 0; i < OBJECTS; i++)
        rc_clear(T, &f[i]);
    RC_LEAVE(T, f);
}
