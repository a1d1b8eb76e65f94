/*
 * An object made and dropped, as bench/micro_object.h, with the fewest calls that the interface asks for: a list literal
 * writes its items with PyList_SET_ITEM, a str is PyUnicode_New filled in by hand, which leaves out the decoding of
 * PyUnicode_FromStringAndSize.
 */
#include "bench/micro.h"
#include "bench/peers/cpython/node.h"
#include "bench/peers/cpython/stock.h"

#include <string.h>

enum { BATCH = 4000 };

typedef PyObject *make(const struct stock *stock, uint64_t i);

static inline PyObject *make_float(const struct stock *stock, uint64_t i)
{
    (void)stock;
    return PyFloat_FromDouble((double)i);
}

static inline PyObject *make_str10(const struct stock *stock, uint64_t i)
{
    static const char text[] = "what ten bytes cost to count";
    (void)stock;
    PyObject *str = PyUnicode_New(10, 127);
    if (str != NULL)
        memcpy(PyUnicode_1BYTE_DATA(str), &text[i % 16], 10);
    return str;
}

static inline PyObject *make_tuple3(const struct stock *stock, uint64_t i)
{
    (void)i;
    PyObject *tuple = PyTuple_New(3);
    if (tuple != NULL)
        for (unsigned j = 0; j < 3; j++)
            PyTuple_SET_ITEM(tuple, j, Py_NewRef(stock->items[j]));
    return tuple;
}

static inline PyObject *make_node3(const struct stock *stock, uint64_t i)
{
    (void)i;
    return node_new(3, stock->items);
}

static inline PyObject *make_list3(const struct stock *stock, uint64_t i)
{
    (void)i;
    PyObject *list = PyList_New(3);
    if (list != NULL)
        for (unsigned j = 0; j < 3; j++)
            PyList_SET_ITEM(list, j, Py_NewRef(stock->items[j]));
    return list;
}

static inline PyObject *make_dict0(const struct stock *stock, uint64_t i)
{
    (void)stock, (void)i;
    return PyDict_New();
}

static inline PyObject *make_dict3(const struct stock *stock, uint64_t i)
{
    (void)i;
    PyObject *dict = PyDict_New();
    bool ok = dict != NULL;
    for (unsigned j = 0; ok && j < 3; j++)
        ok = PyDict_SetItem(dict, stock->keys[j], stock->items[j]) == 0;
    if (!ok)
        Py_CLEAR(dict);
    return dict;
}

/* Inlined, and `make_one` into it. */
static inline __attribute__((always_inline)) bool
make_and_drop(uint64_t iterations, const struct stock *stock, make *make_one)
{
    for (uint64_t i = 0; i < iterations; i++) {
        PyObject *made = make_one(stock, i);
        if (made == NULL)
            return false;
        made = (PyObject *)hide((uintptr_t)made);
        Py_DECREF(made);
    }
    return true;
}

#define ALLOC(what, text)                                                                          \
    static bool alloc_##what(struct thread *T, uint64_t iterations, void *context)                 \
    {                                                                                              \
        (void)T;                                                                                   \
        return make_and_drop(iterations, context, make_##what);                                    \
    }                                                                                              \
    const struct micro micro_alloc_free_##what = {                                                 \
        .name = "micro/alloc_free/" #what,                                                         \
        .group = MICRO_ALLOC,                                                                      \
        .summary = (text),                                                                         \
        .threads = 1,                                                                              \
        .batch = BATCH,                                                                            \
        .setup = stock_new,                                                                        \
        .body = alloc_##what,                                                                      \
        .teardown = stock_free,                                                                    \
    };
#include "bench/micro_alloc.def"
#undef ALLOC
