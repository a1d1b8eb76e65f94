/*
 * Counting cannot free cycles; a collector can.
 *
 * Two lists that hold each other, and one of them a third that a name holds too.  When the names of the two are gone their
 * counts stay at 1, each from the other: nothing outside refers to them, and the collector finds that by subtracting from
 * each count the references that come from inside.  Then many cycles, with nobody asking for a collection.
 */
#include "bench/tour/scene.h"
#include "bench/tour/text.h"
#include "bench/tour/watch.h"
#include "runtimes/object/list.h"

enum { PAIRS = 5000, LIVING = 100000 };

static rc_loc new_list(struct tour *tour) { return tour_cell(tour, list_new(tour->T, 0)); }

static void append(struct tour *tour, rc_loc list, rc_loc item)
{
    tour_check_memory(list_append(tour->T, list, tour_ref(tour, item)));
}

/* --- one cycle --------------------------------------------------------------------------------------- */

/* The three lists a, b and c; a and b are looked at without a reference, as long as they live. */
static void show_scene(struct tour *tour, const char *code, const rc_loc *f,
                       const struct obj *const *lists)
{
    scene_write(tour, &(struct scene){.code = code,
                                      .names = {{"a", &f[0]}, {"b", &f[1]}, {"c", &f[2]}},
                                      .objects = {lists[0], lists[1], lists[2]}});
}

static void show_cycle(struct tour *tour, rc_loc *f)
{
    struct thread *T = tour->T;
    const struct obj *const lists[] = {obj_get(f[0]), obj_get(f[1]), obj_get(f[2])};
    append(tour, f[0], f[1]);
    append(tour, f[1], f[0]);
    append(tour, f[0], f[2]);
    show_scene(tour, "a = []; b = []; c = []; a.append(b); b.append(a); a.append(c)", f, lists);
    size_t living = tour_objects(tour);
    rc_clear(T, &f[0]);
    rc_clear(T, &f[1]);
    show_scene(tour, "del a, b", f, lists);
    claim_equal(&tour->claims, "objects freed by del a, b", 0, living - tour_objects(tour));
    size_t found = gc_collect(T, GC_GENERATIONS - 1);
    claim_equal(&tour->claims, "garbage that gc.collect() finds", 2, found);
    claim_equal(&tour->claims, "objects freed by gc.collect()", 2, living - tour_objects(tour));
    claim_equal(&tour->claims, "references to c then", 1, obj_refcount(T, f[2]));
    show_scene(tour, "gc.collect()", f, (const struct obj *const[]){lists[2], NULL, NULL});
}

static void show_one(struct tour *tour)
{
    RC_FRAME(tour->T, f, 3);
    gc_enable(false);
    for (int i = 0; i < 3; i++)
        f[i] = new_list(tour);
    json_open(&tour->json, "scenes", '[');
    show_cycle(tour, f);
    json_close(&tour->json, ']');
    gc_enable(true);
    cells_drop(tour->T, f, 3);
    RC_LEAVE(tour->T, f);
}

/* --- many -------------------------------------------------------------------------------------------- */

static void make_pair(struct tour *tour)
{
    RC_FRAME(tour->T, g, 2);
    g[0] = new_list(tour);
    g[1] = new_list(tour);
    append(tour, g[0], g[1]);
    append(tour, g[1], g[0]);
    cells_drop(tour->T, g, 2);
    RC_LEAVE(tour->T, g);
}

/* Makes and forgets pairs; returns how many objects there were at the most. */
static size_t litter(struct tour *tour)
{
    size_t most = 0;
    for (int i = 0; i < PAIRS; i++) {
        make_pair(tour);
        if (i % 100 == 99) {
            size_t now = tour_objects(tour);
            most = now > most ? now : most;
        }
    }
    return most;
}

static void show_many(struct tour *tour)
{
    static struct watch watch;
    size_t before = tour_objects(tour);
    watch_begin(&watch, NULL);
    size_t most = litter(tour) - before;
    watch_end(&watch);
    json_open(&tour->json, "many", '{');
    json_number(&tour->json, "made", (uint64_t)PAIRS * 2);
    json_number(&tour->json, "most", most);
    json_number(&tour->json, "collections", watch.length);
    json_number(&tour->json, "median_ns", watch_median_ns(&watch));
    json_number(&tour->json, "longest_ns", watch_longest_ns(&watch));
    json_close(&tour->json, '}');
    claim_at_least(&tour->claims, "collections that ran by themselves", 10, watch.length);
    claim_at_most(&tour->claims, "lists in cycles, at the most", 1500, most);
}

/* A collection of everything, among many objects that live: what its pause grows with. */
static void show_pause(struct tour *tour)
{
    static struct watch watch;
    RC_FRAME(tour->T, f, 2);
    f[0] = new_list(tour);
    for (int i = 0; i < LIVING; i++) {
        f[1] = new_list(tour);
        append(tour, f[0], f[1]);
        rc_clear(tour->T, &f[1]);
    }
    watch_begin(&watch, NULL);
    size_t found = gc_collect(tour->T, GC_GENERATIONS - 1);
    watch_end(&watch);
    json_open(&tour->json, "full", '{');
    json_number(&tour->json, "living", LIVING);
    json_number(&tour->json, "ns", watch_longest_ns(&watch));
    json_close(&tour->json, '}');
    claim_equal(&tour->claims, "garbage among 100000 lists that live", 0, found);
    cells_drop(tour->T, f, 2);
    RC_LEAVE(tour->T, f);
}

void tour_cycles(struct tour *tour)
{
    show_one(tour);
    tour_settle(tour);
    show_many(tour);
    tour_settle(tour);
    show_pause(tour);
}
