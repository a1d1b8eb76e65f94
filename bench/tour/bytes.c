/*
 * Another policy collects by bytes.
 *
 * Under it a container weighs what its block takes, and a table what its block takes; generation 0 is due when 256 KiB
 * have come, the others when so much has been moved up into them.  Small and large containers are collected after the same
 * number of bytes, not after the same number of containers.
 */
#include "alloc/heap.h"
#include "bench/tour/tour.h"
#include "bench/tour/watch.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

enum { KIB = 1024, SMALL = 1, BIG = 50, KINDS = 2 };

static const char *const small_fields[SMALL] = {"a"};
static const char *const big_fields[BIG] = {"a"};
static const struct type kinds[KINDS] = {INSTANCE_TYPE("Small", small_fields),
                                         INSTANCE_TYPE("Big", big_fields)};

static void show_budgets(struct tour *tour)
{
    char text[CLAIM_TEXT];
    snprintf(text, sizeof text, "%ju, %ju, %ju", (uintmax_t)gc_budget(0) / KIB,
             (uintmax_t)gc_budget(1) / KIB, (uintmax_t)gc_budget(2) / KIB);
    json_open(&tour->json, "budgets", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        json_number(&tour->json, NULL, gc_budget(i));
    json_close(&tour->json, ']');
    claim_text(&tour->claims, "budgets by default, KiB", "256, 512, 10240", text);
}

static void show_weight(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, 1);
    uint64_t before = gc_bytes(&T->gc, 0);
    f[0] = tour_cell(tour, list_new(T, 3));
    uint64_t weight = gc_bytes(&T->gc, 0) - before;
    json_number(&tour->json, "list_of_3", weight);
    claim_equal(&tour->claims, "bytes counted for a list with room for 3",
                obj_block_bytes(obj_get(f[0])), weight);
    tour_end(tour, &f[0]);
    RC_LEAVE(T, f);
    claim_equal(&tour->claims, "bytes counted when it is gone", before, gc_bytes(&T->gc, 0));
}

/* Makes instances until the collector has run; returns how many that were.  Each holds the one before, so that all of them
 * live. */
static size_t make_until_due(struct tour *tour, const struct type *type, rc_loc *chain)
{
    static struct watch watch;
    size_t made = 0;
    watch_begin(&watch, &made);
    while (watch.length == 0) {
        rc_ref fields[BIG] = {{NULL}};
        for (uint32_t i = 1; i < type->fields; i++)
            fields[i] = none_ref(tour->T);
        fields[0] = rc_own(tour->T, cell_take(chain));
        made++;
        *chain = tour_cell(tour, instance_new(tour->T, type, fields));
    }
    watch_end(&watch);
    claim_equal(&tour->claims, "generation collected then", 0, watch.entries[0].generation);
    return made;
}

static void show_kind(struct tour *tour, const struct type *type)
{
    RC_FRAME(tour->T, f, 1);
    char what[CLAIM_TEXT];
    tour_settle(tour);
    f[0] = tour_cell(tour, none_ref(tour->T));
    const size_t made = make_until_due(tour, type, &f[0]);
    const size_t block = obj_block_bytes(obj_get(f[0]));
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "type", type->name);
    json_number(&tour->json, "block_bytes", block);
    json_number(&tour->json, "made", made);
    json_number(&tour->json, "bytes", made * block);
    json_close(&tour->json, '}');
    snprintf(what, sizeof what, "instances of %s that make 256 KiB", type->name);
    claim_equal(&tour->claims, what, (gc_budget(0) + block - 1) / block, made);
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

/* The adaptive policy lets the oldest generation grow by a quarter before it is due. */
static void show_policies(struct tour *tour)
{
    json_open(&tour->json, "policies", '[');
    for (unsigned i = 0; i < GC_POLICIES; i++)
        json_string(&tour->json, NULL, gc_policy_names[i]);
    json_close(&tour->json, ']');
}

void tour_bytes(struct tour *tour)
{
    show_policies(tour);
    show_budgets(tour);
    gc_set_policy(tour->T, GC_BYTES);
    show_weight(tour);
    json_open(&tour->json, "kinds", '[');
    for (int i = 0; i < KINDS; i++)
        show_kind(tour, &kinds[i]);
    json_close(&tour->json, ']');
    gc_set_policy(tour->T, GC_COUNTS);
}
