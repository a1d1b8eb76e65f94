/* References, as bench/micro_pair.c and bench/micro_store.c. */
#include "bench/micro.h"
#include "bench/peers/cpython/node.h"
#include "bench/peers/cpython/stock.h"

enum { BATCH = 4096 };

static bool pair_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    PyObject *item = ((struct stock *)context)->items[0];
    for (uint64_t i = 0; i < iterations; i++) {
        Py_INCREF(item);
        item = (PyObject *)hide((uintptr_t)item);
        Py_DECREF(item);
        item = (PyObject *)hide((uintptr_t)item);
    }
    return true;
}

/* Into a field of C, not by name. */
static bool new_store_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    PyObject *host = ((struct stock *)context)->items[0];
    for (uint64_t i = 0; i < iterations; i++) {
        PyObject *box = node_new(1, (PyObject *[]){Py_None});
        if (box == NULL)
            return false;
        node_set(host, 0, box);
        host = (PyObject *)hide((uintptr_t)host);
    }
    return true;
}

const struct micro micro_pair_private = {
    .name = "micro/pair_private",
    .group = MICRO_COUNT,
    .summary = "Py_INCREF and Py_DECREF of an object",
    .threads = 1,
    .batch = BATCH,
    .setup = stock_new,
    .body = pair_body,
    .teardown = stock_free,
};

const struct micro micro_new_store = {
    .name = "micro/new_store",
    .group = MICRO_COUNT,
    .summary = "a new object of a C type into a field; the one before dies",
    .threads = 1,
    .batch = BATCH,
    .setup = stock_new,
    .body = new_store_body,
    .teardown = stock_free,
};
