/*
 * What the benchmarks of objects begin with: some objects that live on, and a dict of them by name.
 *
 * Keys are interned, items are ordinary objects.  The slots are outside of any object: a body loads what it needs into
 * cells first, where compiled code would have it.
 */
#ifndef BENCH_STOCK_H
#define BENCH_STOCK_H

#include "runtimes/object/instance.h"

enum { STOCK_ITEMS = 8, STOCK_KEYS = 1000 };

struct stock {
    rc_slot items[STOCK_ITEMS]; /* instances */
    rc_slot keys[STOCK_KEYS];   /* strs of 10 bytes */
    rc_slot dict;               /* keys[i]: items[i % STOCK_ITEMS] */
};

/* As `setup` and `teardown` of struct micro. */
void *stock_new(struct thread *T);
void stock_free(struct thread *T, void *context);

#endif
