/*
 * One dict that all threads read: each of them gets the same few keys, so the values' counts and the dict's own are what
 * they share.
 */
#include "bench/micro.h"
#include "bench/stock.h"
#include "bench/workload.h"
#include "runtimes/object/dict.h"

enum { BATCH = 4096 };

static bool shared_dict_get_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, keys, STOCK_ITEMS);
    RC_FRAME(T, f, 2);
    for (unsigned i = 0; i < STOCK_ITEMS; i++)
        keys[i] = rc_load(T, NULL, &stock->keys[i]);
    f[0] = rc_load(T, NULL, &stock->dict);
    for (uint64_t i = 0; i < iterations; i++) {
        f[1] = dict_get(T, f[0], keys[i % STOCK_ITEMS]);
        f[1].w = hide(f[1].w);
        rc_drop(T, cell_take(&f[1]));
    }
    rc_drop(T, cell_take(&f[0]));
    cells_drop(T, keys, STOCK_ITEMS);
    RC_LEAVE(T, f);
    RC_LEAVE(T, keys);
    return true;
}

const struct micro micro_shared_dict_get_1 = {
    .name = "micro/shared_dict_get/threads:1",
    .group = MICRO_CONTAINER,
    .summary = "the value of a key, of 8 by turns, by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
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
    .batch = BATCH,
    .setup = stock_new,
    .body = shared_dict_get_body,
    .teardown = stock_free,
};
