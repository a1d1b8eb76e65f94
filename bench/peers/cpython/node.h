/*
 * Nodes: objects with one, two or three fields that the cycle collector knows, of types written in C.
 *
 * The cheapest such objects that CPython's interface allows: no dict, no slots looked up by name, fields read and written
 * as C does.  A class written in Python costs several times as much.
 */
#ifndef PEERS_CPYTHON_NODE_H
#define PEERS_CPYTHON_NODE_H

#include "bench/peers/cpython/thread.h"

enum { NODE_FIELDS_MAX = 3 };

struct node {
    PyObject ob_base;
    PyObject *fields[];
};

extern PyTypeObject node_types[NODE_FIELDS_MAX + 1]; /* by the number of fields; none of 0 */

/* False, and an exception set, if the types cannot be made ready. */
bool node_start(void);

/* A node with `n` fields, a constant: references to values[0..n), which it takes for itself. */
static inline PyObject *node_new(unsigned n, PyObject *const *values)
{
    struct node *node = PyObject_GC_New(struct node, &node_types[n]);
    if (node == NULL)
        return NULL;
    for (unsigned i = 0; i < n; i++)
        node->fields[i] = Py_NewRef(values[i]);
    PyObject_GC_Track(node);
    return &node->ob_base;
}

/* Replaces field number `field` by `value`, which is consumed. */
static inline void node_set(PyObject *node, unsigned field, PyObject *value)
{
    PyObject **slot = &((struct node *)node)->fields[field];
    PyObject *old = *slot;
    *slot = value;
    Py_DECREF(old);
}

#endif
