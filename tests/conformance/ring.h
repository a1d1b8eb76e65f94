/*
 * Boxes and rings of them: what cases about policy, threads and memory are made of; and what the statistics say in sum.
 */
#ifndef TESTS_CONFORMANCE_RING_H
#define TESTS_CONFORMANCE_RING_H

#include "tests/conformance/case.h"
#include "tests/conformance/cell.h"

static const char *const box_fields[] = {"left", "right"};
static const struct type box_type = INSTANCE_TYPE("Box", box_fields);
enum { BOX_LEFT, BOX_RIGHT };

static inline rc_ref box_new(struct thread *T, rc_ref left, rc_ref right)
{
    return sure_instance(T, &box_type, (rc_ref[]){left, right});
}

/* A box whose left field is the number. */
static inline rc_ref numbered_box(struct thread *T, int64_t number)
{
    return box_new(T, sure_int(T, number), RC_NULL_REF);
}

static inline int64_t box_number(struct thread *T, rc_loc box)
{
    EXPECT(obj_get(box)->type == &box_type, "a box, whole");
    RC_FRAME(T, f, 1);
    f[0] = instance_get(T, box, BOX_LEFT);
    int64_t number = int_value(obj_get(f[0]));
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return number;
}

/* The first of `n` boxes, each the left field of the next, the last that of the first. */
static inline rc_ref ring_new(struct thread *T, unsigned n)
{
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, box_new(T, RC_NULL_REF, RC_NULL_REF));
    f[1] = rc_dup(T, f[0]);
    for (unsigned i = 1; i < n; i++)
        f[1] = rc_move(T, box_new(T, cell_own(T, &f[1]), RC_NULL_REF));
    instance_set(T, f[0], BOX_LEFT, cell_own(T, &f[1]));
    rc_ref first = cell_own(T, &f[0]);
    RC_LEAVE(T, f);
    return first;
}

/* Makes garbage of `n` containers. */
static inline void leave_ring(struct thread *T, unsigned n) { rc_release(T, ring_new(T, n)); }

/* --- statistics ---------------------------------------------------------------------------------------------------- */

static inline uint64_t runs(unsigned generation) { return gc_statistics(generation).collections; }

static inline uint64_t all_runs(void) { return runs(0) + runs(1) + runs(2); }

static inline uint64_t all_collected(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collected;
    return sum;
}

/* Ends the garbage that is left and expects that `made` containers were found in all, each once; where nothing is freed, that
 * nothing was. */
static inline void expect_all_collected(struct thread *T, uint64_t made)
{
    case_collect(T);
    EXPECT_EQUAL(all_collected(), RC_FREES ? made : 0, "containers that collections ended");
    EXPECT_LEFT(T, 0, "objects left");
}

#endif
