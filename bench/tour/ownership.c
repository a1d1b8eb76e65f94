/*
 * Counting frees everything once, with nobody calling free.
 *
 * Things are shared among three lists, each in a set of them of its own.  Nobody who wrote this code had to know which list
 * goes last: each thing ends with the last list that holds it, which its finalizer tells.  What that costs is measured by
 * the benchmarks.
 */
#include "bench/tour/tour.h"
#include "runtimes/object/finalize.h"
#include "runtimes/object/instance.h"
#include "runtimes/object/list.h"
#include "runtimes/object/none.h"

enum { THINGS = 10000, LISTS = 3, PATTERNS = (1 << LISTS) - 1 };

static const char *const shared_fields[] = {"name"};

static bool shared_finalize(struct thread *T, rc_loc self)
{
    (void)T, (void)self;
    return true;
}

static const struct type shared_type =
    INSTANCE_TYPE_FINALIZED("Shared", shared_fields, shared_finalize);

/* Which lists hold the thing of that number, one bit each: 1 to 7 by turns. */
static unsigned holders(unsigned number) { return number % PATTERNS + 1; }

/* How many things list number `last` is the last one to hold. */
static size_t due_with(unsigned last)
{
    size_t due = 0;
    for (unsigned i = 0; i < THINGS; i++)
        due += holders(i) >> last == 1;
    return due;
}

static void share(struct tour *tour, rc_loc *lists, unsigned number)
{
    struct thread *T = tour->T;
    RC_FRAME(T, g, 1);
    g[0] = tour_cell(tour, instance_new(T, &shared_type, (rc_ref[]){none_ref(T)}));
    for (unsigned i = 0; i < LISTS; i++)
        if ((holders(number) >> i & 1) != 0)
            tour_check_memory(list_append(T, lists[i], tour_ref(tour, g[0])));
    rc_clear(T, &g[0]);
    RC_LEAVE(T, g);
}

/* Ends one list; returns how many things ended with it. */
static uint64_t end_list(struct tour *tour, rc_loc *list)
{
    uint64_t before = finalize_statistics().runs;
    tour_end(tour, list);
    return finalize_statistics().runs - before;
}

static void show_end(struct tour *tour, rc_loc *lists, unsigned number)
{
    static const char *const code[LISTS] = {"del first", "del second", "del third"};
    uint64_t ended = end_list(tour, &lists[number]);
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "code", code[number]);
    json_number(&tour->json, "ended", ended);
    json_number(&tour->json, "living", tour_objects(tour));
    json_close(&tour->json, '}');
    char what[CLAIM_TEXT];
    snprintf(what, sizeof what, "things ended by: %s", code[number]);
    claim_equal(&tour->claims, what, due_with(number), ended);
}

/* What a counting build counted, and nothing elsewhere. */
static void write_tally(struct tour *tour, const struct rc_tally *before)
{
    struct rc_tally now;
    rc_tally_flush();
    if (!rc_tally_total(&now))
        return;
    now.allocations -= before->allocations;
    now.increments -= before->increments;
    now.decrements -= before->decrements;
    json_open(&tour->json, "tally", '{');
    json_number(&tour->json, "allocations", now.allocations);
    json_number(&tour->json, "increments", now.increments);
    json_number(&tour->json, "decrements", now.decrements);
    json_close(&tour->json, '}');
    claim_equal(&tour->claims, "references ended, for so many begun",
                now.allocations + now.increments, now.decrements);
}

void tour_ownership(struct tour *tour)
{
    struct thread *T = tour->T;
    struct rc_tally before;
    RC_FRAME(T, f, LISTS);
    uint64_t finalized = finalize_statistics().runs;
    rc_tally_flush();
    (void)rc_tally_total(&before);
    for (unsigned i = 0; i < LISTS; i++)
        f[i] = tour_cell(tour, list_new(T, 0));
    for (unsigned i = 0; i < THINGS; i++)
        share(tour, f, i);
    json_number(&tour->json, "things", THINGS);
    json_open(&tour->json, "ends", '[');
    for (unsigned i = 0; i < LISTS; i++)
        show_end(tour, f, i);
    json_close(&tour->json, ']');
    claim_equal(&tour->claims, "things ended in all", THINGS,
                finalize_statistics().runs - finalized);
    write_tally(tour, &before);
    cells_drop(T, f, LISTS);
    RC_LEAVE(T, f);
}
