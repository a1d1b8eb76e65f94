/* Pushing, popping, stealing. */
#include "bench/trial/deque.h"

#include "bench/trial/cell.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

static uint32_t top_of(uint64_t ends) { return (uint32_t)ends; }
static uint32_t bottom_of(uint64_t ends) { return (uint32_t)(ends >> 32); }

static uint64_t ends_from(uint32_t top, uint32_t bottom) { return (uint64_t)bottom << 32 | top; }

uint32_t deque_length(const struct deque *deque)
{
    uint64_t ends = load_relaxed(&deque->ends);
    return bottom_of(ends) - top_of(ends);
}

rc_ref deque_places(struct thread *T, size_t length)
{
    CHECK(length != 0 && (length & (length - 1)) == 0, "a deque of %zu places", length);
    RC_FRAME(T, f, 1);
    f[0] = rc_move(T, list_new(T, length));
    bool ok = !loc_is_null(f[0]);
    for (size_t i = 0; ok && i < length; i++)
        ok = list_append(T, f[0], none_ref(T));
    rc_ref places = ok ? rc_own(T, cell_take(&f[0])) : RC_NULL_REF;
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return places;
}

static size_t place_of(struct thread *T, rc_loc places, uint32_t number)
{
    return number & (list_length(T, places) - 1);
}

static bool is_free(struct thread *T, rc_loc places, uint32_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, places, place_of(T, places, number));
    bool is_none = obj_is_none(obj_get(f[0]));
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
    return is_none || FAULT(push_unlooked);
}

bool deque_push(struct thread *T, struct deque *deque, rc_loc places, rc_ref object)
{
    uint64_t ends = load_relaxed(&deque->ends);
    uint32_t bottom = bottom_of(ends); /* which only the caller changes */
    if (bottom - top_of(ends) == list_length(T, places) || !is_free(T, places, bottom))
        return false;
    list_set(T, places, place_of(T, places, bottom), object);
    while (!cas_weak_release(&deque->ends, &ends, ends_from(top_of(ends), bottom + 1))) /* (Q1) */
        ;
    return true;
}

/* What the caller has taken out, and nobody else. */
static rc_ref empty_place(struct thread *T, rc_loc places, uint32_t number)
{
    RC_FRAME(T, f, 1);
    f[0] = list_get(T, places, place_of(T, places, number));
    list_set(T, places, place_of(T, places, number), none_ref(T));
    rc_ref object = rc_own(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return object;
}

rc_ref deque_pop(struct thread *T, struct deque *deque, rc_loc places)
{
    uint64_t ends = load_relaxed(&deque->ends);
    do
        if (bottom_of(ends) == top_of(ends))
            return RC_NULL_REF;
    while (!cas_weak_relaxed(&deque->ends, &ends, ends_from(top_of(ends), bottom_of(ends) - 1)));
    return empty_place(T, places, bottom_of(ends) - 1);
}

rc_ref deque_steal(struct thread *T, struct deque *deque, rc_loc places)
{
    uint64_t ends = load_relaxed(&deque->ends);
    do
        if (bottom_of(ends) == top_of(ends))
            return RC_NULL_REF;
    while (!cas_weak_acquire(&deque->ends, &ends,
                             ends_from(top_of(ends) + 1, bottom_of(ends)))); /* (Q2) */
    return empty_place(T, places, top_of(ends));
}
