/*
 * A full collection of a live heap: a million instances in one list, or more, none of them garbage.
 *
 * Field `next` of each refers to the following instance, `other` to None.  Following in the order in which they were
 * made, which is how they lie in memory, or in a random order, which is what memory looks like after a day of work.
 */
#include "bench/micro_collect.h"
#include "bench/trial/order.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

enum { OLDEST = GC_GENERATIONS - 1 };

static const char *const link_fields[] = {"next", "other"};
static const struct type link_type = INSTANCE_TYPE("Link", link_fields);
enum { NEXT };

struct heap_of_links {
    rc_slot list;
    uint32_t length;
};

static bool append_links(struct thread *T, rc_loc list, uint32_t length)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < length; i++) {
        rc_ref link = instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T)});
        ok = !ref_is_null(link) && list_append(T, list, link);
    }
    return ok;
}

/* list[order[i]].next = list[order[i + 1]] */
static void link_up(struct thread *T, rc_loc list, const uint32_t *order, uint32_t length)
{
    RC_FRAME(T, f, 2);
    for (uint32_t i = 0; i + 1 < length; i++) {
        f[0] = list_get(T, list, order[i]);
        f[1] = list_get(T, list, order[i + 1]);
        instance_set(T, f[0], NEXT, rc_own(T, f[1]));
        f[1] = RC_NULL_LOC;
        rc_drop(T, f[0]);
        f[0] = RC_NULL_LOC;
    }
    RC_LEAVE(T, f);
}

static void collect_teardown(struct thread *T, void *context)
{
    struct heap_of_links *heap = context;
    rc_store(T, NULL, &heap->list, RC_NULL_REF);
    free(heap);
}

/* Makes the list in `heap`, unseen by the collector until it is complete. */
static bool build(struct thread *T, struct heap_of_links *heap, const uint32_t *order)
{
    RC_FRAME(T, f, 1);
    bool enabled = gc_is_enabled();
    gc_enable(false);
    f[0] = rc_move(T, list_new(T, heap->length));
    bool ok = !loc_is_null(f[0]) && append_links(T, f[0], heap->length);
    if (ok)
        link_up(T, f[0], order, heap->length);
    rc_store(T, NULL, &heap->list, rc_own(T, f[0]));
    f[0] = RC_NULL_LOC;
    gc_enable(enabled);
    gc_collect(T, OLDEST);
    RC_LEAVE(T, f);
    return ok;
}

static void *collect_setup(struct thread *T, uint32_t length, bool shuffled)
{
    struct heap_of_links *heap = malloc(sizeof(*heap));
    uint32_t *order = order_new(length, shuffled);
    if (heap != NULL) {
        heap->length = length;
        rc_init_slot(T, &heap->list, RC_NULL_REF);
    }
    bool ok = heap != NULL && order != NULL && build(T, heap, order);
    free(order);
    if (!ok && heap != NULL)
        collect_teardown(T, heap);
    return ok ? heap : NULL;
}

static bool collect_body(struct thread *T, uint64_t iterations, void *context)
{
    (void)context;
    for (uint64_t i = 0; i < iterations; i++)
        gc_collect(T, OLDEST);
    return true;
}

#include "bench/micro_collect.def"
