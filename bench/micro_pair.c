/*
 * References to one object taken and ended: an alias, and a read of a field.
 *
 *   pair       f[1] = f[0], then f[1] ends; the object is the thread's own, or all threads use one
 *   load_drop  f[1] = host.field, then f[1] ends
 */
#include "bench/micro.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

enum { BATCH = 4096 };

static const char *const box_fields[] = {"item"};
static const struct type box_type = INSTANCE_TYPE("Box", box_fields);

/* A box with a box in it. */
struct shelf {
    rc_slot outer;
};

static void shelf_teardown(struct thread *T, void *context)
{
    struct shelf *shelf = context;
    rc_store(T, NULL, &shelf->outer, RC_NULL_REF);
    free(shelf);
}

static void *shelf_setup(struct thread *T)
{
    struct shelf *shelf = malloc(sizeof(*shelf));
    if (shelf == NULL)
        return NULL;
    rc_ref inner = instance_new(T, &box_type, (rc_ref[]){none_ref(T)});
    rc_ref outer = ref_is_null(inner) ? RC_NULL_REF : instance_new(T, &box_type, (rc_ref[]){inner});
    rc_init_slot(T, &shelf->outer, outer);
    if (!ref_is_null(outer))
        return shelf;
    free(shelf);
    return NULL;
}

static bool pair_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &shelf->outer);
    for (uint64_t i = 0; i < iterations; i++) {
        f[1] = rc_dup(T, f[0]);
        f[1].w = hide(f[1].w);
        rc_drop(T, f[1]);
        f[0].w = hide(f[0].w);
    }
    f[1] = RC_NULL_LOC;
    rc_drop(T, f[0]);
    RC_LEAVE(T, f);
    return true;
}

static bool load_drop_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &shelf->outer);
    for (uint64_t i = 0; i < iterations; i++) {
        f[1] = instance_get(T, f[0], 0);
        f[1].w = hide(f[1].w);
        rc_drop(T, f[1]);
        f[0].w = hide(f[0].w);
    }
    f[1] = RC_NULL_LOC;
    rc_drop(T, f[0]);
    RC_LEAVE(T, f);
    return true;
}

const struct micro micro_pair_private = {
    .name = "micro/pair_private",
    .group = MICRO_COUNT,
    .summary = "an alias of the thread's own object, made and ended",
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_setup,
    .body = pair_body,
    .teardown = shelf_teardown,
};

const struct micro micro_pair_shared_1 = {
    .name = "micro/pair_shared/threads:1",
    .group = MICRO_COUNT,
    .summary = "the same by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_setup,
    .body = pair_body,
    .teardown = shelf_teardown,
};

const struct micro micro_pair_shared_2 = {
    .name = "micro/pair_shared/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads on one object",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_setup,
    .body = pair_body,
    .teardown = shelf_teardown,
};

const struct micro micro_load_drop = {
    .name = "micro/load_drop",
    .group = MICRO_COUNT,
    .summary = "a field read and the reference ended",
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_setup,
    .body = load_drop_body,
    .teardown = shelf_teardown,
};
