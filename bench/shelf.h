/*
 * A box with a box in it: what the benchmarks of references take references to.
 *
 * The outer box lies in a slot outside of any object, the inner one in the outer one's only field.
 */
#ifndef BENCH_SHELF_H
#define BENCH_SHELF_H

#include "runtimes/object/instance.h"

struct shelf {
    rc_slot outer;
};

enum { BOX_ITEM }; /* the field of a box */

/* A box with that item, whose reference it takes; null if there is no memory. */
rc_ref box_new(struct thread *T, rc_ref item);

/* As `setup` and `teardown` of struct micro. */
void *shelf_new(struct thread *T);
void shelf_free(struct thread *T, void *context);

#endif
