/*
 * Objects visited in random order: what a reference costs by how far its object is.
 *
 *   visit       a slot read, the object's field looked at, the reference ended
 *   visit_keep  the same, but the reference becomes an owned one in between
 *
 * The field is looked at in every runtime, so each waits for the object's line once, or for several at a time: the processor goes
 * on to the next visit meanwhile, unless an instruction keeps it from that.  A locked one does.  Slots lie in order, objects do not.
 */
#include "bench/micro.h"
#include "bench/shelf.h"
#include "bench/trial/order.h"
#include "bench/workload.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

enum { BATCH = 4096 };

struct street {
    uint32_t houses; /* a power of two */
    uint32_t next;
    rc_slot slots[];
};

static void street_free(struct thread *T, void *context)
{
    struct street *street = context;
    for (uint32_t i = 0; i < street->houses; i++)
        rc_store(T, NULL, &street->slots[i], RC_NULL_REF);
    free(street);
}

/* Slot order[i] gets the i-th box. */
static bool fill(struct thread *T, struct street *street, const uint32_t *order)
{
    bool ok = true;
    for (uint32_t i = 0; i < street->houses; i++)
        rc_init_slot(T, &street->slots[i], RC_NULL_REF);
    for (uint32_t i = 0; ok && i < street->houses; i++) {
        rc_ref box = box_new(T, none_ref(T));
        ok = !ref_is_null(box);
        rc_store(T, NULL, &street->slots[order[i]], box);
    }
    return ok;
}

static void *street_new(struct thread *T, uint32_t houses)
{
    struct street *street = calloc(1, sizeof(*street) + houses * sizeof(rc_slot));
    uint32_t *order = order_new(houses, true);
    bool ok = street != NULL && order != NULL;
    if (ok) {
        bool enabled = gc_is_enabled();
        gc_enable(false);
        street->houses = houses;
        street->next = 0;
        ok = fill(T, street, order);
        gc_enable(enabled);
        if (!ok)
            street_free(T, street);
    } else {
        free(street);
    }
    free(order);
    return ok ? street : NULL;
}

static inline rc_loc enter(struct thread *T, struct street *street)
{
    rc_slot *slot = &street->slots[street->next];
    street->next = (street->next + 1) & (street->houses - 1);
    return rc_load(T, NULL, slot);
}

static bool visit_body(struct thread *T, uint64_t iterations, void *context)
{
    RC_FRAME(T, f, 2);
    for (uint64_t i = 0; i < iterations; i++) {
        f[0] = enter(T, context);
        f[1] = instance_get(T, f[0], BOX_ITEM);
        f[1].w = hide_address(f[1].w);
        rc_clear(T, &f[1]);
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
    return true;
}

static bool visit_keep_body(struct thread *T, uint64_t iterations, void *context)
{
    RC_FRAME(T, f, 2);
    for (uint64_t i = 0; i < iterations; i++) {
        f[0] = enter(T, context);
        f[1] = instance_get(T, f[0], BOX_ITEM);
        f[1].w = hide_address(f[1].w);
        rc_clear(T, &f[1]);
        rc_release(T, rc_own(T, cell_take(&f[0])));
    }
    RC_LEAVE(T, f);
    return true;
}

#define VISIT(identifier, objects, where)                                                          \
    static void *street_##identifier(struct thread *T) { return street_new(T, objects); }          \
    const struct micro micro_visit_##identifier = {                                                \
        .name = "micro/visit/" #identifier,                                                        \
        .group = MICRO_COUNT,                                                                      \
        .summary = "an object looked at, by turns " where,                                         \
        .threads = 1,                                                                              \
        .batch = BATCH,                                                                            \
        .large = true,                                                                             \
        .setup = street_##identifier,                                                              \
        .body = visit_body,                                                                        \
        .teardown = street_free,                                                                   \
    };                                                                                             \
    const struct micro micro_visit_keep_##identifier = {                                           \
        .name = "micro/visit_keep/" #identifier,                                                   \
        .group = MICRO_COUNT,                                                                      \
        .summary = "the same, its reference kept and released " where,                             \
        .threads = 1,                                                                              \
        .batch = BATCH,                                                                            \
        .large = true,                                                                             \
        .setup = street_##identifier,                                                              \
        .body = visit_keep_body,                                                                   \
        .teardown = street_free,                                                                   \
    };
#include "bench/micro_visit.def"
