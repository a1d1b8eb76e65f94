/*
 * Circles: rings of objects, which counting cannot free.
 *
 * A circle has 2 to 20 members, each an instance, a list or a dict, that refer to the next and to the previous one and carry a
 * number.  What circle r is like depends on r alone: how many members, of which kinds, and their numbers, no two of which are
 * the same in all circles.  It can be made in parts, each closed, that are joined later.
 *
 * Invariant: member.next.back is member, and member.back.next, but while circles are joined.
 */
#ifndef BENCH_TRIAL_CIRCLE_H
#define BENCH_TRIAL_CIRCLE_H

#include "bench/trial/mix.h"
#include "runtimes/thread.h"

enum { CIRCLE_MIN = 2, CIRCLE_MAX = 20 };

/* Of a member: fields of instances, places in lists, and of dicts the names. */
enum circle_field { CIRCLE_NEXT, CIRCLE_BACK, CIRCLE_VALUE, CIRCLE_FIELDS };

/* What code that handles circles has at hand. */
struct circle_hand {
    struct thread *T;
    const rc_loc *names; /* cells with the names of the fields */
};

/* How many members circle r has. */
static inline unsigned circle_length(uint64_t r)
{
    return CIRCLE_MIN + mix_below(mix64(r), CIRCLE_MAX - CIRCLE_MIN + 1);
}

/* The number of its member i. */
static inline int64_t circle_number(uint64_t r, unsigned i)
{
    return (int64_t)(r * CIRCLE_MAX + i);
}

/* The name of a field; null if there is no memory. */
rc_ref circle_name(struct thread *T, enum circle_field field);

/* Members [begin, end) of circle r, closed to a circle: the first of them; null if there is no memory. */
rc_ref circle_new(const struct circle_hand *hand, uint64_t r, unsigned begin, unsigned end);

/* Makes two circles, both arguments, one.  False if there is no memory. */
bool circle_join(const struct circle_hand *hand, rc_loc a, rc_loc b);

/* Walks a circle, an argument, once, adding the numbers, mixed, to *sum.  How many members it has. */
unsigned circle_walk(const struct circle_hand *hand, rc_loc circle, uint64_t *sum);

#endif
