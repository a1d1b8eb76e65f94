/* Collections of the young beside a large old heap, as bench/micro_collect_young.h says. */
#include "bench/micro_collect_young.h"

#include "bench/micro.h"
#include "bench/peers/cpython/node.h"
#include "bench/trial/order.h"
#include "bench/trial/process.h"

#include <string.h>

struct old_heap {
    PyObject *list;
    PyObject *anchor; /* what the young refer to */
    uint32_t *order;
    struct young_report report;
};

/* --- the heap ------------------------------------------------------------------------------------------------------ */

static PyObject *new_links(void)
{
    PyObject *list = PyList_New(YOUNG_OLD);
    bool ok = list != NULL;
    for (uint32_t i = 0; ok && i < YOUNG_OLD; i++) {
        PyObject *node = node_new(2, (PyObject *[]){Py_None, Py_None});
        ok = node != NULL;
        if (ok)
            PyList_SET_ITEM(list, i, node);
    }
    if (!ok)
        Py_CLEAR(list);
    return list;
}

static bool build(struct old_heap *heap)
{
    int enabled = PyGC_Disable();
    heap->list = new_links();
    heap->anchor = node_new(2, (PyObject *[]){Py_None, Py_None});
    if (enabled)
        PyGC_Enable();
    PyGC_Collect();
    return heap->list != NULL && heap->anchor != NULL;
}

static void young_teardown(struct thread *T, void *context)
{
    (void)T;
    struct old_heap *heap = context;
    Py_XDECREF(heap->list);
    Py_XDECREF(heap->anchor);
    free(heap->order);
    free(heap);
}

static void *young_setup(struct thread *T)
{
    struct old_heap *heap = calloc(1, sizeof(*heap));
    if (heap == NULL)
        return PyErr_NoMemory();
    heap->order = order_new(YOUNG_OLD, true);
    if (heap->order == NULL)
        PyErr_NoMemory();
    else if (build(heap))
        return heap;
    young_teardown(T, heap);
    return NULL;
}

/* --- the callback -------------------------------------------------------------------------------------------------- */

static const char laps_name[] = "refbench.laps";

static long generation_of(PyObject *facts)
{
    PyObject *generation = PyDict_GetItemString(facts, "generation");
    return generation != NULL ? PyLong_AsLong(generation) : -1;
}

/* Called as gc.callbacks are: with a phase and a dict of facts. */
static PyObject *time_collection(PyObject *self, PyObject *const *arguments, Py_ssize_t count)
{
    struct laps *laps = PyCapsule_GetPointer(self, laps_name);
    if (laps == NULL || count != 2 || generation_of(arguments[1]) != 0)
        Py_RETURN_NONE;
    if (PyUnicode_CompareWithASCIIString(arguments[0], "start") == 0)
        laps_begin(laps);
    else
        laps_end(laps);
    Py_RETURN_NONE;
}

static PyMethodDef time_method = {"time_collection", (PyCFunction)(void (*)(void))time_collection,
                                  METH_FASTCALL, NULL};

/* gc.callbacks */
static PyObject *callbacks(void)
{
    PyObject *gc = PyImport_ImportModule("gc");
    PyObject *list = gc != NULL ? PyObject_GetAttrString(gc, "callbacks") : NULL;
    Py_XDECREF(gc);
    return list;
}

static bool listen(PyObject *list, struct laps *laps)
{
    PyObject *self = PyCapsule_New(laps, laps_name, NULL);
    PyObject *function = self != NULL ? PyCFunction_New(&time_method, self) : NULL;
    bool ok = function != NULL && PyList_Append(list, function) == 0;
    Py_XDECREF(self);
    Py_XDECREF(function);
    return ok;
}

/* It was the last that began to. */
static bool stop_listening(PyObject *list)
{
    Py_ssize_t length = PyList_GET_SIZE(list);
    return PyList_SetSlice(list, length - 1, length, NULL) == 0;
}

/* --- what is measured ---------------------------------------------------------------------------------------------- */

static PyObject *new_link(const struct old_heap *heap)
{
    return node_new(2, (PyObject *[]){heap->anchor, Py_None});
}

static void make_holes(const struct old_heap *heap, const uint32_t *holes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        PyList_SetItem(heap->list, holes[i], Py_NewRef(Py_None));
}

static bool fill_holes(const struct old_heap *heap, const uint32_t *holes, size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        PyObject *link = new_link(heap);
        ok = link != NULL && PyList_SetItem(heap->list, holes[i], link) == 0;
    }
    return ok;
}

/* Replaces so many at a time, others each time. */
static bool replace(const struct old_heap *heap, size_t at_a_time)
{
    bool ok = true;
    for (size_t made = 0; ok && made < YOUNG_MADE; made += at_a_time) {
        make_holes(heap, &heap->order[made], at_a_time);
        ok = fill_holes(heap, &heap->order[made], at_a_time);
    }
    return ok;
}

static bool append(const struct old_heap *heap, size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        PyObject *link = new_link(heap);
        ok = link != NULL && PyList_Append(heap->list, link) == 0;
        Py_XDECREF(link);
    }
    return ok;
}

static bool work(struct old_heap *heap, size_t at_a_time)
{
    return at_a_time > 0 ? replace(heap, at_a_time) : append(heap, YOUNG_MADE);
}

static bool measure(struct thread *T, struct old_heap *heap, size_t at_a_time,
                    struct gbench_state *state)
{
    (void)T;
    struct young_report *report = &heap->report;
    PyObject *list = callbacks();
    report->before = process_resident_bytes();
    bool ok = list != NULL && listen(list, &report->laps);
    ok = ok && work(heap, at_a_time) && stop_listening(list);
    report->after = process_resident_bytes();
    Py_XDECREF(list);
    young_tell(state, report);
    return ok;
}

#include "bench/micro_collect_young.def"
