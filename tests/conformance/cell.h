/*
 * Short words for cells of frames and for what cases are made of.
 *
 * A loc is in a cell before the next safepoint, and a cell whose loc is consumed becomes null: the rules of rc.h, or a
 * strategy that borrows would be blamed for a case.
 */
#ifndef TESTS_CONFORMANCE_CELL_H
#define TESTS_CONFORMANCE_CELL_H

#include "runtimes/object/dict.h"
#include "runtimes/object/float.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/set.h"
#include "runtimes/object/str.h"
#include "runtimes/object/tuple.h"
#include "tests/conformance/sure.h"

/* The cell's reference itself. */
static inline rc_ref cell_own(struct thread *T, rc_loc *cell)
{
    rc_loc loc = *cell;
    *cell = RC_NULL_LOC;
    return rc_own(T, loc);
}

/* A second reference to what a cell refers to. */
static inline rc_ref cell_ref(struct thread *T, rc_loc cell) { return rc_own(T, rc_dup(T, cell)); }

static inline rc_ref text_ref(struct thread *T, const char *text)
{
    return str_new(T, text, strlen(text));
}

#endif
