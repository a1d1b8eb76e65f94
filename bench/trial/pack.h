/*
 * Packs: tuples of what was just made, some of which may have found no memory, and tuples emptied into cells.
 *
 *   pack = (a, b, c)        each made by a call of its own
 *   a, b, c = pack          for instance the constants of a program, which its code keeps in its frame
 */
#ifndef BENCH_TRIAL_PACK_H
#define BENCH_TRIAL_PACK_H

#include "bench/trial/cell.h"
#include "runtimes/object/tuple.h"

/* As tuple_new, of items of which some may be null: then there is no memory, and null is returned. */
static inline rc_ref pack_new(struct thread *T, size_t length, const rc_ref *items)
{
    bool ok = true;
    for (size_t i = 0; i < length; i++)
        ok = ok && !ref_is_null(items[i]);
    return ok ? tuple_new(T, length, items) : obj_refuse(T, length, items);
}

/* Fills cells, which are empty, with the first items of a pack that a slot holds. */
static inline void pack_load(struct thread *T, rc_slot *slot, rc_loc *cells, size_t length)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, slot);
    for (size_t i = 0; i < length; i++)
        cells[i] = tuple_get(T, f[0], i);
    cells_drop(T, f, 1);
    RC_LEAVE(T, f);
}

#endif
