/*
 * Cells of a frame: short words for what a compiler would emit for local variables.
 */
#ifndef BENCH_TRIAL_CELL_H
#define BENCH_TRIAL_CELL_H

#include "runtimes/rc/rc.h"

/* What a cell holds, to be dropped or handed on; the cell is empty. */
static inline rc_loc cell_take(rc_loc *cell)
{
    rc_loc loc = *cell;
    *cell = RC_NULL_LOC;
    return loc;
}

/* Overwrites a cell; what it held before is dropped. */
static inline void cell_set(struct thread *T, rc_loc *cell, rc_loc loc)
{
    rc_loc old = *cell;
    *cell = loc;
    rc_drop(T, old);
}

static inline void cells_drop(struct thread *T, rc_loc *cells, size_t length)
{
    for (size_t i = 0; i < length; i++)
        rc_drop(T, cell_take(&cells[i]));
}

#endif
