/* A list of places that are empty at first: [None] * length. */
#ifndef BENCH_TRIAL_PLACES_H
#define BENCH_TRIAL_PLACES_H

#include "bench/trial/cell.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

/* Null if there is no memory. */
static inline rc_ref places_new(struct thread *T, size_t length)
{
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

#endif
