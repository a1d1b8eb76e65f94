/*
 * A full collection of a live heap, as bench/micro_collect.c: a million containers in one list, or more, each with a reference to
 * the following one and one to None.
 *
 * None of the links is garbage, so a collection looks at all of them and frees none.
 */
#include "bench/micro_collect.h"
#include "bench/peers/cpython/node.h"
#include "bench/trial/order.h"

#include <stdlib.h>

enum { NEXT = 0 };

static PyObject *new_links(uint32_t length)
{
    PyObject *list = PyList_New(length);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < length; i++) {
        PyObject *node = node_new(2, (PyObject *[]){Py_None, Py_None});
        ok = node != NULL;
        if (ok)
            PyList_SET_ITEM(list, i, node);
    }
    if (!ok)
        Py_CLEAR(list);
    return list;
}

/* list[order[i]].next = list[order[i + 1]] */
static void link_up(PyObject *list, const uint32_t *order, uint32_t length)
{
    for (uint32_t i = 0; i + 1 < length; i++)
        node_set(PyList_GET_ITEM(list, order[i]), NEXT,
                 Py_NewRef(PyList_GET_ITEM(list, order[i + 1])));
}

static void *collect_setup(struct thread *T, uint32_t length, bool shuffled)
{
    (void)T;
    uint32_t *order = order_new(length, shuffled);
    if (order == NULL)
        return PyErr_NoMemory();
    int enabled = PyGC_Disable();
    PyObject *list = new_links(length);
    if (list != NULL)
        link_up(list, order, length);
    if (enabled)
        PyGC_Enable();
    free(order);
    PyGC_Collect();
    return list;
}

/* Unlinked first: an end of the list would otherwise be the end of a chain. */
static void collect_teardown(struct thread *T, void *context)
{
    (void)T;
    PyObject *list = context;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++)
        node_set(PyList_GET_ITEM(list, i), NEXT, Py_NewRef(Py_None));
    Py_DECREF(list);
}

static bool collect_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T, (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        PyGC_Collect();
    return true;
}

#include "bench/micro_collect.def"
