/* Making and ending the stock. */
#include "bench/stock.h"

#include "bench/workload.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

#include <stdio.h>
#include <stdlib.h>

static const char *const item_fields[] = {"nothing"};
static const struct type item_type = INSTANCE_TYPE("Item", item_fields);

/* key_000000, key_000001, ... */
static rc_ref key_new(struct thread *T, unsigned i)
{
    char text[16];
    int length = snprintf(text, sizeof(text), "key_%06u", i % 1000000);
    return str_intern(T, text, (size_t)length);
}

static bool fill_items(struct thread *T, struct stock *stock)
{
    bool ok = true;
    for (unsigned i = 0; ok && i < STOCK_ITEMS; i++) {
        rc_ref item = instance_new(T, &item_type, (rc_ref[]){none_ref(T)});
        ok = !ref_is_null(item);
        rc_store(T, NULL, &stock->items[i], item);
    }
    return ok;
}

static bool fill_keys(struct thread *T, struct stock *stock)
{
    bool ok = true;
    for (unsigned i = 0; ok && i < STOCK_KEYS; i++) {
        rc_ref key = key_new(T, i);
        ok = !ref_is_null(key);
        rc_store(T, NULL, &stock->keys[i], key);
    }
    return ok;
}

static bool fill_dict(struct thread *T, struct stock *stock)
{
    RC_FRAME(T, f, 3);
    f[0] = rc_move(T, dict_new(T));
    bool ok = !loc_is_null(f[0]);
    for (unsigned i = 0; ok && i < STOCK_KEYS; i++) {
        cell_set(T, &f[1], rc_load(T, NULL, &stock->keys[i]));
        f[2] = rc_load(T, NULL, &stock->items[i % STOCK_ITEMS]);
        ok = dict_set(T, f[0], f[1], rc_own(T, cell_take(&f[2])));
    }
    rc_store(T, NULL, &stock->dict, rc_own(T, cell_take(&f[0])));
    cells_drop(T, f, 3);
    RC_LEAVE(T, f);
    return ok;
}

static void init_slots(struct thread *T, struct stock *stock)
{
    for (unsigned i = 0; i < STOCK_ITEMS; i++)
        rc_init_slot(T, &stock->items[i], RC_NULL_REF);
    for (unsigned i = 0; i < STOCK_KEYS; i++)
        rc_init_slot(T, &stock->keys[i], RC_NULL_REF);
    rc_init_slot(T, &stock->dict, RC_NULL_REF);
}

void stock_free(struct thread *T, void *context)
{
    struct stock *stock = context;
    rc_store(T, NULL, &stock->dict, RC_NULL_REF);
    for (unsigned i = 0; i < STOCK_KEYS; i++)
        rc_store(T, NULL, &stock->keys[i], RC_NULL_REF);
    for (unsigned i = 0; i < STOCK_ITEMS; i++)
        rc_store(T, NULL, &stock->items[i], RC_NULL_REF);
    free(stock);
}

void *stock_new(struct thread *T)
{
    struct stock *stock = malloc(sizeof(*stock));
    if (stock == NULL)
        return NULL;
    init_slots(T, stock);
    if (fill_items(T, stock) && fill_keys(T, stock) && fill_dict(T, stock))
        return stock;
    stock_free(T, stock);
    return NULL;
}
