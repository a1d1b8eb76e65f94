/* Collections of the young beside a large old heap, as bench/micro_collect_young.h says. */
#include "bench/micro_collect_young.h"

#include "alloc/census.h"
#include "bench/micro.h"
#include "bench/trial/order.h"
#include "bench/workload.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

#include <stdlib.h>

static const char *const link_fields[] = {"next", "other"};
static const struct type link_type = INSTANCE_TYPE("Link", link_fields);

struct old_heap {
    rc_slot list;
    rc_slot anchor; /* what the young refer to */
    uint32_t *order;
    struct young_report report;
};

/* --- the heap ------------------------------------------------------------------------------------------------------ */

static bool fill(struct thread *T, rc_loc list)
{
    bool ok = true;
    for (uint32_t i = 0; ok && i < YOUNG_OLD; i++) {
        rc_ref link = instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T)});
        ok = !ref_is_null(link) && list_append(T, list, link);
    }
    return ok;
}

/* Unseen by the collector until it is complete. */
static bool build(struct thread *T, struct old_heap *heap)
{
    RC_FRAME(T, f, 1);
    bool enabled = gc_is_enabled();
    gc_enable(false);
    f[0] = rc_move(T, list_new(T, YOUNG_OLD + YOUNG_MADE));
    bool ok = !loc_is_null(f[0]) && fill(T, f[0]);
    rc_store(T, NULL, &heap->list, rc_own(T, cell_take(&f[0])));
    rc_ref anchor = instance_new(T, &link_type, (rc_ref[]){none_ref(T), none_ref(T)});
    ok = ok && !ref_is_null(anchor);
    rc_store(T, NULL, &heap->anchor, anchor);
    gc_enable(enabled);
    gc_collect(T, GC_GENERATIONS - 1);
    RC_LEAVE(T, f);
    return ok;
}

static void young_teardown(struct thread *T, void *context)
{
    struct old_heap *heap = context;
    rc_store(T, NULL, &heap->list, RC_NULL_REF);
    rc_store(T, NULL, &heap->anchor, RC_NULL_REF);
    free(heap->order);
    free(heap);
}

static void *young_setup(struct thread *T)
{
    struct old_heap *heap = calloc(1, sizeof(*heap));
    if (heap == NULL)
        return NULL;
    rc_init_slot(T, &heap->list, RC_NULL_REF);
    rc_init_slot(T, &heap->anchor, RC_NULL_REF);
    heap->order = order_new(YOUNG_OLD, true);
    if (heap->order != NULL && build(T, heap))
        return heap;
    young_teardown(T, heap);
    return NULL;
}

/* --- what is measured ---------------------------------------------------------------------------------------------- */

static void time_collection(struct thread *T, const struct gc_report *report, void *context)
{
    (void)T;
    struct laps *laps = context;
    if (report->generation != 0)
        return;
    if (report->phase == GC_PHASE_START)
        laps_begin(laps);
    else
        laps_end(laps);
}

static size_t committed(void)
{
    struct census census;
    census_take(&census);
    return census_committed_bytes(&census);
}

/* A new link: a reference to it, or none. */
static rc_ref new_link(struct thread *T, struct old_heap *heap)
{
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &heap->anchor);
    rc_ref link = instance_new(T, &link_type, (rc_ref[]){rc_own(T, cell_take(&f[0])), none_ref(T)});
    RC_LEAVE(T, f);
    return link;
}

static void make_holes(struct thread *T, rc_loc list, const uint32_t *holes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        list_set(T, list, holes[i], none_ref(T));
}

static bool fill_holes(struct thread *T, struct old_heap *heap, rc_loc list, const uint32_t *holes,
                       size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        rc_ref link = new_link(T, heap);
        ok = !ref_is_null(link) && list_set(T, list, holes[i], link);
    }
    return ok;
}

/* Replaces so many at a time, others each time. */
static bool replace(struct thread *T, struct old_heap *heap, rc_loc list, size_t at_a_time)
{
    bool ok = true;
    for (size_t made = 0; ok && made < YOUNG_MADE; made += at_a_time) {
        make_holes(T, list, &heap->order[made], at_a_time);
        ok = fill_holes(T, heap, list, &heap->order[made], at_a_time);
    }
    return ok;
}

static bool append(struct thread *T, struct old_heap *heap, rc_loc list, size_t count)
{
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        rc_ref link = new_link(T, heap);
        ok = !ref_is_null(link) && list_append(T, list, link);
    }
    return ok;
}

static bool measure(struct thread *T, struct old_heap *heap, size_t at_a_time,
                    struct gbench_state *state)
{
    struct young_report *report = &heap->report;
    RC_FRAME(T, f, 1);
    f[0] = rc_load(T, NULL, &heap->list);
    report->before = committed();
    bool ok = gc_add_callback(time_collection, &report->laps);
    ok = ok &&
         (at_a_time > 0 ? replace(T, heap, f[0], at_a_time) : append(T, heap, f[0], YOUNG_MADE));
    gc_remove_callback(time_collection, &report->laps);
    report->after = committed();
    rc_drop(T, cell_take(&f[0]));
    RC_LEAVE(T, f);
    young_tell(state, report);
    return ok;
}

#include "bench/micro_collect_young.def"
