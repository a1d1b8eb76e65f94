/* What the benchmarks of objects begin with, as bench/stock.h: objects that live on, and a dict of them by name. */
#ifndef PEERS_CPYTHON_STOCK_H
#define PEERS_CPYTHON_STOCK_H

#include "bench/peers/cpython/thread.h"

enum { STOCK_ITEMS = 8, STOCK_KEYS = 1000 };

struct stock {
    PyObject *items[STOCK_ITEMS]; /* nodes */
    PyObject *keys[STOCK_KEYS];   /* interned strs of 10 characters */
    PyObject *dict;               /* keys[i]: items[i % STOCK_ITEMS] */
};

/* As `setup` and `teardown` of struct micro. */
void *stock_new(struct thread *T);
void stock_free(struct thread *T, void *context);

#endif
