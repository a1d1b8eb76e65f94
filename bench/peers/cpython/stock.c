/* Making and ending the stock. */
#include "bench/peers/cpython/stock.h"

#include "bench/peers/cpython/node.h"

#include <stdio.h>
#include <stdlib.h>

static bool fill_items(struct stock *stock)
{
    bool ok = true;
    for (unsigned i = 0; ok && i < STOCK_ITEMS; i++) {
        stock->items[i] = node_new(1, (PyObject *[]){Py_None});
        ok = stock->items[i] != NULL;
    }
    return ok;
}

/* key_000000, key_000001, ... */
static bool fill_keys(struct stock *stock)
{
    bool ok = true;
    for (unsigned i = 0; ok && i < STOCK_KEYS; i++) {
        char text[16];
        snprintf(text, sizeof(text), "key_%06u", i % 1000000);
        stock->keys[i] = PyUnicode_InternFromString(text);
        ok = stock->keys[i] != NULL;
    }
    return ok;
}

static bool fill_dict(struct stock *stock)
{
    stock->dict = PyDict_New();
    bool ok = stock->dict != NULL;
    for (unsigned i = 0; ok && i < STOCK_KEYS; i++)
        ok = PyDict_SetItem(stock->dict, stock->keys[i], stock->items[i % STOCK_ITEMS]) == 0;
    return ok;
}

void stock_free(struct thread *T, void *context)
{
    (void)T;
    struct stock *stock = context;
    Py_XDECREF(stock->dict);
    for (unsigned i = 0; i < STOCK_KEYS; i++)
        Py_XDECREF(stock->keys[i]);
    for (unsigned i = 0; i < STOCK_ITEMS; i++)
        Py_XDECREF(stock->items[i]);
    free(stock);
}

void *stock_new(struct thread *T)
{
    struct stock *stock = calloc(1, sizeof(*stock));
    if (stock == NULL)
        return NULL;
    if (fill_items(stock) && fill_keys(stock) && fill_dict(stock))
        return stock;
    stock_free(T, stock);
    return NULL;
}
