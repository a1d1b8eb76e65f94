/*
 * A full collection of an aged heap: a million live instances, each of which was replaced some times by a new one, in random
 * order.  A new one lies where others have died, so the order in which they were made is no longer that of memory; and
 * what a list of all containers keeps (runtimes/enumerate/linked.h) is the former.
 *
 * Field `next` of each refers to the one that is next to it in a list, anywhere in memory; `other` to None.
 */
#include "bench/micro.h"
#include "bench/trial/mix.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

enum {
    LENGTH = 1000000,
    TURNS = 4, /* how often each is replaced, on average */
    COLLECTIONS = 5,
    OLDEST = GC_GENERATIONS - 1,
};

static const char *const link_fields[] = {"next", "other"};
static const struct type link_type = INSTANCE_TYPE("Link", link_fields);
enum { NEXT };

struct aged_heap {
    rc_slot list;
};

static rc_ref link_new(struct thread *T)
{
    return instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T)});
}

static bool make(struct thread *T, rc_loc list)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < LENGTH; i++) {
        rc_ref link = link_new(T);
        ok = !ref_is_null(link) && list_append(T, list, link);
    }
    return ok;
}

static bool age(struct thread *T, rc_loc list)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < TURNS * LENGTH; i++) {
        rc_ref link = link_new(T);
        ok = !ref_is_null(link) && list_set(T, list, mix_below(mix64(i), LENGTH), link);
    }
    return ok;
}

static void link_up(struct thread *T, rc_loc list)
{
    RC_FRAME(T, f, 2);
    for (uint32_t i = 0; i + 1 < LENGTH; i++) {
        f[0] = list_get(T, list, i);
        f[1] = list_get(T, list, i + 1);
        instance_set(T, f[0], NEXT, rc_own(T, f[1]));
        f[1] = RC_NULL_LOC;
        rc_clear(T, &f[0]);
    }
    RC_LEAVE(T, f);
}

/* Makes the heap, unseen by the collector until it is complete. */
static bool build(struct thread *T, struct aged_heap *heap)
{
    RC_FRAME(T, f, 1);
    bool enabled = gc_is_enabled();
    gc_enable(false);
    f[0] = rc_move(T, list_new(T, LENGTH));
    bool ok = !loc_is_null(f[0]) && make(T, f[0]) && age(T, f[0]);
    if (ok)
        link_up(T, f[0]);
    rc_store(T, NULL, &heap->list, rc_own(T, f[0]));
    f[0] = RC_NULL_LOC;
    gc_enable(enabled);
    gc_collect(T, OLDEST);
    RC_LEAVE(T, f);
    return ok;
}

static void aged_teardown(struct thread *T, void *context)
{
    struct aged_heap *heap = context;
    rc_store(T, NULL, &heap->list, RC_NULL_REF);
    free(heap);
}

static void *aged_setup(struct thread *T)
{
    struct aged_heap *heap = malloc(sizeof(*heap));
    if (heap == NULL)
        return NULL;
    rc_init_slot(T, &heap->list, RC_NULL_REF);
    if (build(T, heap))
        return heap;
    aged_teardown(T, heap);
    return NULL;
}

static bool aged_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        gc_collect(T, OLDEST);
    return true;
}

const struct micro micro_collect_full_1M_aged = {
    .name = "micro/collect_full/1M_aged",
    .group = MICRO_COLLECT,
    .summary = "the same, each object replaced four times at random before",
    .threads = 1,
    .batch = 1,
    .iterations = COLLECTIONS,
    .objects = LENGTH,
    .setup = aged_setup,
    .body = aged_body,
    .teardown = aged_teardown,
};
