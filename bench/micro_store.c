/* A new instance stored into a field of one that lives on; what the field held before dies. */
#include "bench/micro.h"
#include "bench/shelf.h"
#include "runtimes/object/none.h"

enum { BATCH = 4096 };

static bool new_store_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &shelf->outer);
    bool ok = true;
    for (uint64_t i = 0; ok && i < iterations; i++) {
        rc_ref box = box_new(T, none_ref(T));
        ok = !ref_is_null(box);
        instance_set(T, f[0], BOX_ITEM, box);
        f[0].w = hide_address(f[0].w);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return ok;
}

const struct micro micro_new_store = {
    .name = "micro/new_store",
    .group = MICRO_COUNT,
    .summary = "a new instance into a field; the one before dies",
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = new_store_body,
    .teardown = shelf_free,
};

const struct micro micro_new_store_shared_1 = {
    .name = "micro/new_store_shared/threads:1",
    .group = MICRO_COUNT,
    .summary = "the same by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = new_store_body,
    .teardown = shelf_free,
};

const struct micro micro_new_store_shared_2 = {
    .name = "micro/new_store_shared/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads, into one object's field",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_new,
    .body = new_store_body,
    .teardown = shelf_free,
};
