/*
 * A count goes up and down with references; at zero the object is gone.
 *
 * Each event is one that Python programs have: assignment, alias, argument, insertion, and their ends.  The object has a
 * finalizer, so it can be seen to end at the very event that ended its last reference.
 */
#include "bench/tour/header.h"
#include "bench/tour/tour.h"
#include "runtimes/object/dict.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"
#include "runtimes/object/str.h"

static const char *const thing_fields[] = {"name"};

static bool thing_finalize(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    return true;
}

static const struct type thing_type =
    INSTANCE_TYPE_FINALIZED("Thing", thing_fields, thing_finalize);

/* What happened, and what the count is to be then. */
struct event {
    const char *code;
    const char *why;
    size_t references;
};

static void note(struct tour *tour, const struct event *event, rc_loc thing)
{
    size_t seen = obj_refcount(tour->T, thing);
    char what[CLAIM_TEXT];
    snprintf(what, sizeof what, "references after: %s", event->code);
    claim_equal(&tour->claims, what, event->references, seen);
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "code", event->code);
    json_string(&tour->json, "why", event->why);
    json_number(&tour->json, "references", seen);
    header_write(&tour->json, "header", &obj_get(thing)->rc);
    json_close(&tour->json, '}');
}

/* A callee: its parameter is a reference of its own. */
static void callee(struct tour *tour, rc_loc argument)
{
    RC_FRAME(tour->T, g, 1);
    g[0] = rc_dup(tour->T, argument);
    note(tour, &(struct event){"f(x): while f runs", "passing it as an argument", 3}, g[0]);
    cells_drop(tour->T, g, 1);
    RC_LEAVE(tour->T, g);
}

/* f: x, y, l, d and a key. */
enum { X, Y, L, D, KEY, CELLS };

static void count_up(struct tour *tour, rc_loc *f)
{
    struct thread *T = tour->T;
    f[X] = tour_cell(tour, instance_new(T, &thing_type, (rc_ref[]){none_ref(T)}));
    note(tour, &(struct event){"x = Thing()", "assignment", 1}, f[X]);
    f[Y] = rc_dup(T, f[X]);
    note(tour, &(struct event){"y = x", "an alias", 2}, f[X]);
    callee(tour, f[X]);
    note(tour, &(struct event){"f has returned", "its parameter is gone", 2}, f[X]);
    tour_check_memory(list_append(T, f[L], tour_ref(tour, f[X])));
    note(tour, &(struct event){"l.append(x)", "insertion into a list", 3}, f[X]);
    tour_check_memory(dict_set(T, f[D], f[KEY], tour_ref(tour, f[X])));
    note(tour, &(struct event){"d['k'] = x", "insertion into a dict", 4}, f[X]);
}

static void count_down(struct tour *tour, rc_loc *f)
{
    struct thread *T = tour->T;
    dict_delete(T, f[D], f[KEY]);
    note(tour, &(struct event){"del d['k']", "taken out of the dict", 3}, f[X]);
    rc_release(T, list_pop(T, f[L]));
    note(tour, &(struct event){"l.pop()", "taken out of the list", 2}, f[X]);
    rc_clear(T, &f[Y]);
    note(tour, &(struct event){"del y", "a name ends", 1}, f[X]);
}

static uint64_t collections(void)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        sum += gc_statistics(i).collections;
    return sum;
}

/* The last name ends. */
static void count_out(struct tour *tour, rc_loc *f)
{
    size_t living = tour_objects(tour);
    uint64_t finalized = finalize_statistics().runs;
    uint64_t collected = collections();
    rc_clear(tour->T, &f[X]);
    size_t fewer = living - tour_objects(tour);
    finalized = finalize_statistics().runs - finalized;
    json_open(&tour->json, "end", '{');
    json_string(&tour->json, "code", "del x");
    json_number(&tour->json, "objects_fewer", fewer);
    json_number(&tour->json, "finalized", finalized);
    json_number(&tour->json, "collections", collections() - collected);
    json_close(&tour->json, '}');
    claim_equal(&tour->claims, "objects freed at once by del x", 1, fewer);
    claim_equal(&tour->claims, "times its finalizer has run", 1, finalized);
    claim_equal(&tour->claims, "collections meanwhile", 0, collections() - collected);
}

void tour_counting(struct tour *tour)
{
    struct thread *T = tour->T;
    RC_FRAME(T, f, CELLS);
    f[L] = tour_cell(tour, list_new(T, 4));
    f[D] = tour_cell(tour, dict_new(T));
    f[KEY] = tour_cell(tour, str_intern(T, "k", 1));
    json_open(&tour->json, "events", '[');
    count_up(tour, f);
    count_down(tour, f);
    json_close(&tour->json, ']');
    count_out(tour, f);
    cells_drop(T, f, CELLS);
    RC_LEAVE(T, f);
}
