/*
 * A field read.
 *
 *   load_drop         f[1] = host.field, then f[1] ends; the host is the thread's own
 *   load_drop_shared  the same of one host that a team reads: who borrows need not count here
 *   load_keep_shared  the reference becomes an owned one in between, as what is stored, returned or kept does: who borrowed has
 *                     to count now
 */
#include "bench/micro.h"
#include "bench/shelf.h"

enum { BATCH = 4096 };

static bool load_drop_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &shelf->outer);
    for (uint64_t i = 0; i < iterations; i++) {
        f[1] = instance_get(T, f[0], BOX_ITEM);
        f[1].w = hide_address(f[1].w);
        rc_drop(T, f[1]);
        f[0].w = hide_address(f[0].w);
    }
    f[1] = RC_NULL_LOC;
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

static bool load_keep_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &shelf->outer);
    for (uint64_t i = 0; i < iterations; i++) {
        rc_ref kept = rc_own(T, instance_get(T, f[0], BOX_ITEM));
        kept.p = (struct rc_header *)hide_address((uintptr_t)kept.p);
        rc_release(T, kept);
        f[0].w = hide_address(f[0].w);
    }
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

const struct micro micro_load_drop = {
    .name = "micro/load_drop",
    .group = MICRO_COUNT,
    .summary = "a field read and the reference ended",
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = load_drop_body,
    .teardown = shelf_free,
};

const struct micro micro_load_drop_shared_1 = {
    .name = "micro/load_drop_shared/threads:1",
    .group = MICRO_COUNT,
    .summary = "the same by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = load_drop_body,
    .teardown = shelf_free,
};

const struct micro micro_load_drop_shared_2 = {
    .name = "micro/load_drop_shared/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads, of one object's field",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_new,
    .body = load_drop_body,
    .teardown = shelf_free,
};

const struct micro micro_load_keep_shared_1 = {
    .name = "micro/load_keep_shared/threads:1",
    .group = MICRO_COUNT,
    .summary = "a field read, the reference kept as an owned one, and released, by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = load_keep_body,
    .teardown = shelf_free,
};

const struct micro micro_load_keep_shared_2 = {
    .name = "micro/load_keep_shared/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads, of one object's field",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_new,
    .body = load_keep_body,
    .teardown = shelf_free,
};
