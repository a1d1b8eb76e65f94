/*
 * Arithmetic on boxed floats, as a compiler without types would emit it: every result is a new object.
 *
 * An operand that is null, for want of memory, makes the result null: who has made a chain of operations looks at the end.
 */
#ifndef BENCH_TRIAL_ARITH_H
#define BENCH_TRIAL_ARITH_H

#include "bench/trial/cell.h"
#include "runtimes/object/float.h"

#include <math.h>

static inline bool arith_ready(rc_loc a, rc_loc b) { return !loc_is_null(a) && !loc_is_null(b); }

static inline double arith_value(rc_loc number) { return float_value(obj_get(number)); }

/* The operands are borrowed. */
static inline rc_ref arith_add(struct thread *T, rc_loc a, rc_loc b)
{
    return arith_ready(a, b) ? float_new(T, arith_value(a) + arith_value(b)) : RC_NULL_REF;
}

static inline rc_ref arith_sub(struct thread *T, rc_loc a, rc_loc b)
{
    return arith_ready(a, b) ? float_new(T, arith_value(a) - arith_value(b)) : RC_NULL_REF;
}

static inline rc_ref arith_mul(struct thread *T, rc_loc a, rc_loc b)
{
    return arith_ready(a, b) ? float_new(T, arith_value(a) * arith_value(b)) : RC_NULL_REF;
}

static inline rc_ref arith_div(struct thread *T, rc_loc a, rc_loc b)
{
    return arith_ready(a, b) ? float_new(T, arith_value(a) / arith_value(b)) : RC_NULL_REF;
}

static inline rc_ref arith_sqrt(struct thread *T, rc_loc a)
{
    return loc_is_null(a) ? RC_NULL_REF : float_new(T, sqrt(arith_value(a)));
}

#endif
