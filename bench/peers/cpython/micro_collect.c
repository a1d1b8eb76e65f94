/*
 * A full collection of a live heap, as bench/micro_collect.c: a million containers in one list, each with a reference to
 * the following one and one to None.
 *
 * None of the links is garbage, so a collection looks at all of them and frees none.
 */
#include "bench/micro.h"
#include "bench/peers/cpython/node.h"
#include "bench/trial/mix.h"

#include <stdlib.h>

enum { LENGTH = 1000000, COLLECTIONS = 5, NEXT = 0 };

/* order[0..n) is a permutation of 0..n-1 (R. Durstenfeld's shuffle, CACM 1964). */
static void shuffle(uint32_t *order, uint32_t n)
{
    for (uint32_t i = n - 1; i > 0; i--) {
        uint32_t j = mix_below(mix64(i), i + 1);
        uint32_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
}

static PyObject *new_links(void)
{
    PyObject *list = PyList_New(LENGTH);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < LENGTH; i++) {
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
static void link_up(PyObject *list, const uint32_t *order)
{
    for (uint32_t i = 0; i + 1 < LENGTH; i++)
        node_set(PyList_GET_ITEM(list, order[i]), NEXT,
                 Py_NewRef(PyList_GET_ITEM(list, order[i + 1])));
}

static void *collect_setup(bool shuffled)
{
    uint32_t *order = malloc(LENGTH * sizeof(order[0]));
    if (order == NULL)
        return NULL;
    for (uint32_t i = 0; i < LENGTH; i++)
        order[i] = i;
    if (shuffled)
        shuffle(order, LENGTH);
    int enabled = PyGC_Disable();
    PyObject *list = new_links();
    if (list != NULL)
        link_up(list, order);
    if (enabled)
        PyGC_Enable();
    free(order);
    PyGC_Collect();
    return list;
}

static void *ordered_setup(struct thread *T)
{
    (void)T;
    return collect_setup(false);
}

static void *shuffled_setup(struct thread *T)
{
    (void)T;
    return collect_setup(true);
}

/* Unlinked first: an end of the list would otherwise be the end of a chain. */
static void collect_teardown(struct thread *T, void *context)
{
    (void)T;
    PyObject *list = context;
    for (uint32_t i = 0; i < LENGTH; i++)
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

const struct micro micro_collect_full_1M_ordered = {
    .name = "micro/collect_full/1M_ordered",
    .group = MICRO_COLLECT,
    .summary = "a full collection of a million live objects, linked in the order of memory",
    .threads = 1,
    .batch = 1,
    .iterations = COLLECTIONS,
    .objects = LENGTH,
    .setup = ordered_setup,
    .body = collect_body,
    .teardown = collect_teardown,
};

const struct micro micro_collect_full_1M_shuffled = {
    .name = "micro/collect_full/1M_shuffled",
    .group = MICRO_COLLECT,
    .summary = "the same, linked in random order",
    .threads = 1,
    .batch = 1,
    .iterations = COLLECTIONS,
    .objects = LENGTH,
    .setup = shuffled_setup,
    .body = collect_body,
    .teardown = collect_teardown,
};
