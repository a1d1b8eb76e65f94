/*
 * A mutable object stays where it is when its value changes; an immutable one is replaced.
 *
 * What moves of a list is its table, the memory behind it; its own block, and so every reference to it, stays.
 */
#include "bench/tour/scene.h"
#include "bench/tour/text.h"
#include "runtimes/object/int.h"
#include "runtimes/object/list.h"

enum { ITEMS = 8 };

static void show_list(struct tour *tour, const char *code, const rc_loc *f)
{
    scene_write(tour, &(struct scene){.code = code,
                                      .names = {{"a", &f[0]}, {"b", &f[1]}},
                                      .objects = {obj_get(f[0])}});
}

static const void *table_of(rc_loc list) { return load_relaxed(&list_of(list)->table); }

static void mutable(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, 2);
    f[0] = tour_cell(tour, list_new_from(T, 1, (rc_ref[]){int_new(T, 0)}));
    f[1] = rc_dup(T, f[0]);
    const struct rc_header *before = rc_get(f[0]);
    const void *table = table_of(f[0]);
    show_list(tour, "a = [0];  b = a", f);
    for (int64_t i = 1; i < ITEMS; i++)
        tour_check_memory(list_append(T, f[0], int_new(T, i)));
    show_list(tour, "a += [1, 2, 3, 4, 5, 6, 7]", f);
    claim_same(&tour->claims, "after a += ... the list lies where it lay", before, rc_get(f[0]));
    claim_equal(&tour->claims, "its items, seen through b", ITEMS, list_length(T, f[1]));
    claim_other(&tour->claims, "its table of items has moved", table, table_of(f[0]));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

static void show_ints(struct tour *tour, const char *code, const rc_loc *f)
{
    const struct obj *n = obj_get(f[0]);
    const struct obj *m = loc_is_null(f[1]) ? NULL : obj_get(f[1]);
    scene_write(tour, &(struct scene){.code = code,
                                      .names = {{"n", &f[0]}, {"m", &f[1]}},
                                      .objects = {n, m == n ? NULL : m}});
}

/* n += 1000 */
static void add(struct tour *tour, rc_loc *f)
{
    RC_FRAME(tour->T, g, 1);
    g[0] = tour_cell(tour, int_new(tour->T, 1000));
    cell_set(tour->T, &f[0], tour_cell(tour, int_add(tour->T, f[0], g[0])));
    rc_clear(tour->T, &g[0]);
    RC_LEAVE(tour->T, g);
}

static void immutable(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, 2);
    f[0] = tour_cell(tour, int_new(T, 1000));
    f[1] = rc_dup(T, f[0]);
    const struct rc_header *before = rc_get(f[0]);
    show_ints(tour, "n = 1000;  m = n", f);
    add(tour, f);
    show_ints(tour, "n += 1000", f);
    claim_other(&tour->claims, "after n += 1000 n holds another object", before, rc_get(f[0]));
    claim_same(&tour->claims, "m holds the old one", before, rc_get(f[1]));
    claim_equal(&tour->claims, "whose value is still", 1000, (uint64_t)int_value(obj_get(f[1])));
    size_t living = tour_objects(tour);
    rc_clear(T, &f[1]);
    claim_equal(&tour->claims, "objects freed by del m", 1, living - tour_objects(tour));
    cells_drop(T, f, 2);
    RC_LEAVE(T, f);
}

void tour_values(struct tour *tour)
{
    json_open(&tour->json, "mutable", '[');
    mutable(tour);
    json_close(&tour->json, ']');
    json_open(&tour->json, "immutable", '[');
    immutable(tour);
    json_close(&tour->json, ']');
}
