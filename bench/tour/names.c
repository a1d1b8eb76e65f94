/*
 * Names hold references; objects live on the heap.
 *
 * Two names for the literal 'abc' are two cells of this function's frame that hold one address, since literals are
 * interned; the same text made at run time is another object, equal to it.
 */
#include "bench/tour/place.h"
#include "bench/tour/scene.h"
#include "bench/tour/text.h"
#include "runtimes/object/str.h"

/* Whether the cell lies between the frame of a function further up and this one, on a stack that grows down. */
__attribute__((noinline)) static bool is_in_frame(const rc_loc *cell, const void *frame)
{
    uintptr_t address = (uintptr_t)cell;
    return (uintptr_t)__builtin_frame_address(0) < address && address < (uintptr_t)frame;
}

static rc_loc literal(struct tour *tour) { return tour_cell(tour, str_intern(tour->T, "abc", 3)); }

static void show(struct tour *tour, const char *code, const rc_loc *f)
{
    const struct obj *first = loc_is_null(f[1]) ? NULL : obj_get(f[1]);
    const struct obj *other = loc_is_null(f[2]) ? NULL : obj_get(f[2]);
    scene_write(tour, &(struct scene){.code = code,
                                      .names = {{"a", &f[0]}, {"b", &f[1]}, {"c", &f[2]}},
                                      .objects = {first, other}});
}

static void claim_cells(struct tour *tour, const rc_loc *f, const void *frame)
{
    text_address(&tour->json, "frame", frame);
    claim_true(&tour->claims, "the cells of a and b lie in a frame of the stack",
               is_in_frame(&f[0], frame) && is_in_frame(&f[1], frame));
}

static void claim_one_object(struct tour *tour, const rc_loc *f, size_t before)
{
    struct claims *claims = &tour->claims;
    claim_true(claims, "the object lies in an arena of the heap", place_is_in_arena(rc_get(f[0])));
    claim_same(claims, "b holds the address that a holds", rc_get(f[0]), rc_get(f[1]));
    claim_equal(claims, "objects made by the two assignments", 1, tour_objects(tour) - before);
    claim_equal(claims, "references to that object", 2, obj_refcount(tour->T, f[0]));
}

static void claim_two_objects(struct tour *tour, const rc_loc *f)
{
    struct claims *claims = &tour->claims;
    claim_other(claims, "c is another object", rc_get(f[0]), rc_get(f[2]));
    claim_true(claims, "c equals a", obj_equals(obj_get(f[0]), obj_get(f[2])));
}

/* Without the sanitizer of addresses, which would put the frame elsewhere. */
__attribute__((no_sanitize_address)) void tour_names(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, 3);
    size_t before = tour_objects(tour);
    claim_cells(tour, f, __builtin_frame_address(0));
    json_open(&tour->json, "scenes", '[');
    f[0] = literal(tour);
    f[1] = literal(tour);
    claim_one_object(tour, f, before);
    show(tour, "a = 'abc';  b = 'abc'", f);
    f[2] = tour_cell(tour, str_new(T, "abc", 3));
    claim_two_objects(tour, f);
    rc_clear(T, &f[0]);
    claim_equal(&tour->claims, "references after del a", 1, obj_refcount(T, f[1]));
    show(tour, "c = ''.join(['a', 'bc']);  del a", f);
    json_close(&tour->json, ']');
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
}
