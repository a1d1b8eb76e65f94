/*
 * An alias of an object made and ended: f[1] = f[0], then f[1] ends.
 *
 *   pair_private   of the thread's own object
 *   pair_foreign   of an object that another thread made and leaves alone
 *   pair_shared    of one object, by a team
 *   pair_immortal  of None, by a team: nobody has to write anything
 */
#include "bench/micro.h"
#include "bench/shelf.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

enum { BATCH = 4096 };

static inline void alias(struct thread *T, uint64_t iterations, rc_loc *f)
{
    for (uint64_t i = 0; i < iterations; i++) {
        f[1] = rc_dup(T, f[0]);
        f[1].w = hide_address(f[1].w);
        rc_drop(T, f[1]);
        f[0].w = hide_address(f[0].w);
    }
    f[1] = RC_NULL_LOC;
}

static bool pair_body(struct thread *T, uint64_t iterations, void *context)
{
    struct shelf *shelf = context;
    RC_FRAME(T, f, 2);
    f[0] = rc_load(T, NULL, &shelf->outer);
    alias(T, iterations, f);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

static bool immortal_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    RC_FRAME(T, f, 2);
    f[0] = rc_move(T, none_ref(T));
    alias(T, iterations, f);
    rc_clear(T, &f[0]);
    RC_LEAVE(T, f);
    return true;
}

struct lent {
    struct shelf *shelf;
    const struct thread *maker;
};

static void *lent_new(struct thread *T)
{
    struct lent *lent = malloc(sizeof(*lent));
    if (lent == NULL)
        return NULL;
    *lent = (struct lent){shelf_new(T), T};
    if (lent->shelf != NULL)
        return lent;
    free(lent);
    return NULL;
}

static void lent_free(struct thread *T, void *context)
{
    struct lent *lent = context;
    shelf_free(T, lent->shelf);
    free(lent);
}

/* The maker has nothing to do, and the other thread's time is the team's. */
static bool foreign_body(struct thread *T, uint64_t iterations, void *context)
{
    const struct lent *lent = context;
    return T == lent->maker || pair_body(T, iterations, lent->shelf);
}

const struct micro micro_pair_private = {
    .name = "micro/pair_private",
    .group = MICRO_COUNT,
    .summary = "an alias of the thread's own object, made and ended",
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = pair_body,
    .teardown = shelf_free,
};

const struct micro micro_pair_foreign = {
    .name = "micro/pair_foreign/threads:2",
    .group = MICRO_COUNT,
    .summary = "an alias of an object that the other thread made and leaves alone, made and ended",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = lent_new,
    .body = foreign_body,
    .teardown = lent_free,
};

const struct micro micro_pair_shared_1 = {
    .name = "micro/pair_shared/threads:1",
    .group = MICRO_COUNT,
    .summary = "the same by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = pair_body,
    .teardown = shelf_free,
};

const struct micro micro_pair_shared_2 = {
    .name = "micro/pair_shared/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads on one object",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_new,
    .body = pair_body,
    .teardown = shelf_free,
};

const struct micro micro_pair_immortal_1 = {
    .name = "micro/pair_immortal/threads:1",
    .group = MICRO_COUNT,
    .summary = "an alias of None, made and ended by a team",
    .shared = true,
    .threads = 1,
    .batch = BATCH,
    .setup = shelf_new,
    .body = immortal_body,
    .teardown = shelf_free,
};

const struct micro micro_pair_immortal_2 = {
    .name = "micro/pair_immortal/threads:2",
    .group = MICRO_COUNT,
    .summary = "the same by two threads",
    .shared = true,
    .threads = 2,
    .batch = BATCH,
    .setup = shelf_new,
    .body = immortal_body,
    .teardown = shelf_free,
};
