/* Lists and dicts, as bench/micro_object.h and bench/micro_shared_dict.c.  What a read returns is owned: Py_INCREF. */
#include "bench/micro.h"
#include "bench/peers/cpython/stock.h"

enum { DICT_BATCH = 64000, SHARED_BATCH = 4096 };

static bool list_append_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    PyObject *item = ((struct stock *)context)->items[0];
    PyObject *list = PyList_New(0);
    bool ok = list != NULL;
    for (uint64_t i = 0; ok && i < iterations; i++) {
        ok = PyList_Append(list, item) == 0;
        list = (PyObject *)hide((uintptr_t)list);
    }
    Py_XDECREF(list);
    return ok;
}

static inline bool get_and_drop(PyObject *dict, PyObject *key)
{
    PyObject *value = PyDict_GetItemWithError(dict, key);
    if (value == NULL)
        return false;
    Py_INCREF(value);
    value = (PyObject *)hide((uintptr_t)value);
    Py_DECREF(value);
    return true;
}

static bool dict_get_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    struct stock *stock = context;
    bool ok = true;
    for (uint64_t i = 0, key = 0; ok && i < iterations; i++) {
        ok = get_and_drop(stock->dict, stock->keys[key]);
        key = key + 1 < STOCK_KEYS ? key + 1 : 0;
    }
    return ok;
}

static bool dict_set_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    struct stock *stock = context;
    PyObject *dict = stock->dict;
    bool ok = true;
    for (uint64_t i = 0, key = 0; ok && i < iterations; i++) {
        ok = PyDict_SetItem(dict, stock->keys[key], stock->items[0]) == 0;
        dict = (PyObject *)hide((uintptr_t)dict);
        key = key + 1 < STOCK_KEYS ? key + 1 : 0;
    }
    return ok;
}

static inline bool insert_keys(const struct stock *stock, uint64_t count)
{
    PyObject *dict = PyDict_New();
    bool ok = dict != NULL;
    for (uint64_t i = 0; ok && i < count; i++) {
        ok = PyDict_SetItem(dict, stock->keys[i], stock->items[0]) == 0;
        dict = (PyObject *)hide((uintptr_t)dict);
    }
    Py_XDECREF(dict);
    return ok;
}

static bool dict_insert_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    bool ok = true;
    for (uint64_t left = iterations; ok && left > 0;) {
        uint64_t count = left < STOCK_KEYS ? left : STOCK_KEYS;
        ok = insert_keys(context, count);
        left -= count;
    }
    return ok;
}

static bool shared_dict_get_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)T;
    struct stock *stock = context;
    bool ok = true;
    for (uint64_t i = 0; ok && i < iterations; i++)
        ok = get_and_drop(stock->dict, stock->keys[i % STOCK_ITEMS]);
    return ok;
}

const struct micro micro_list_append = {
    .name = "micro/list_append",
    .group = MICRO_CONTAINER,
    .summary = "an object appended to a list that grows to 1000",
    .threads = 1,
    .batch = STOCK_KEYS,
    .setup = stock_new,
    .body = list_append_body,
    .teardown = stock_free,
};

const struct micro micro_dict_get = {
    .name = "micro/dict_get",
    .group = MICRO_CONTAINER,
    .summary = "the value of a key, of 1000 by turns",
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_get_body,
    .teardown = stock_free,
};

const struct micro micro_dict_set = {
    .name = "micro/dict_set",
    .group = MICRO_CONTAINER,
    .summary = "another value for a key, of 1000 by turns",
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_set_body,
    .teardown = stock_free,
};

const struct micro micro_dict_insert = {
    .name = "micro/dict_insert",
    .group = MICRO_CONTAINER,
    .summary = "a new key into a dict that grows to 1000",
    .threads = 1,
    .batch = DICT_BATCH,
    .setup = stock_new,
    .body = dict_insert_body,
    .teardown = stock_free,
};

const struct micro micro_shared_dict_get_1 = {
    .name = "micro/shared_dict_get/threads:1",
    .group = MICRO_CONTAINER,
    .summary = "the value of a key, of 8 by turns, by a team",
    .shared = true,
    .threads = 1,
    .batch = SHARED_BATCH,
    .setup = stock_new,
    .body = shared_dict_get_body,
    .teardown = stock_free,
};

const struct micro micro_shared_dict_get_2 = {
    .name = "micro/shared_dict_get/threads:2",
    .group = MICRO_CONTAINER,
    .summary = "the same by two threads in one dict",
    .shared = true,
    .threads = 2,
    .batch = SHARED_BATCH,
    .setup = stock_new,
    .body = shared_dict_get_body,
    .teardown = stock_free,
};
