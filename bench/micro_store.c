/* A new instance stored into a field of one that lives on; what the field held before dies. */
#include "bench/micro.h"
#include "bench/stock.h"
#include "bench/workload.h"
#include "runtimes/object/none.h"

enum { BATCH = 4096 };

static const char *const box_fields[] = {"item"};
static const struct type box_type = INSTANCE_TYPE("Box", box_fields);

static bool new_store_body(struct thread *T, uint64_t iterations, void *context)
{
    struct stock *stock = context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &stock->items[0]);
    bool ok = true;
    for (uint64_t i = 0; ok && i < iterations; i++) {
        rc_ref box = instance_new(T, &box_type, (rc_ref[]){none_ref(T)});
        ok = !ref_is_null(box);
        instance_set(T, f[0], 0, box);
        f[0].w = hide(f[0].w);
    }
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    return ok;
}

const struct micro micro_new_store = {
    .name = "micro/new_store",
    .group = MICRO_COUNT,
    .summary = "a new instance into a field; the one before dies",
    .threads = 1,
    .batch = BATCH,
    .setup = stock_new,
    .body = new_store_body,
    .teardown = stock_free,
};
