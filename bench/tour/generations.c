/*
 * Three generations: what survives is looked at more rarely.
 *
 * The counts of the collector are exact as long as one thread is attached, so every collection below is expected at a
 * certain container and of a certain generation.
 */
#include "bench/tour/tour.h"
#include "bench/tour/watch.h"
#include "runtimes/object/list.h"

enum { LOOKS = 4, FEW = 5, RUNS = 11 };

static rc_loc new_list(struct tour *tour) { return tour_cell(tour, list_new(tour->T, 0)); }

/* Makes lists that live as long as `keeper`; *made counts them, also for who looks on. */
static void keep_lists(struct tour *tour, rc_loc keeper, size_t count, size_t *made)
{
    for (size_t i = 0; i < count; i++) {
        RC_FRAME(tour->T, g, 1);
        (*made)++;
        g[0] = new_list(tour);
        tour_check_memory(list_append(tour->T, keeper, tour_ref(tour, g[0])));
        rc_clear(tour->T, &g[0]);
        RC_LEAVE(tour->T, g);
    }
}

/* --- settings ---------------------------------------------------------------------------------------- */

static void thresholds_text(char text[CLAIM_TEXT])
{
    snprintf(text, CLAIM_TEXT, "%u, %u, %u", gc_threshold(0), gc_threshold(1), gc_threshold(2));
}

static void set_thresholds(uint32_t young, uint32_t middle, uint32_t oldest)
{
    gc_set_threshold(0, young);
    gc_set_threshold(1, middle);
    gc_set_threshold(2, oldest);
}

static void show_thresholds(struct tour *tour)
{
    char text[CLAIM_TEXT];
    json_open(&tour->json, "thresholds", '[');
    for (unsigned i = 0; i < GC_GENERATIONS; i++)
        json_number(&tour->json, NULL, gc_threshold(i));
    json_close(&tour->json, ']');
    thresholds_text(text);
    claim_text(&tour->claims, "thresholds, by default", "700, 10, 10", text);
    set_thresholds(5000, 20, 100);
    thresholds_text(text);
    claim_text(&tour->claims, "thresholds, once set", "5000, 20, 100", text);
    set_thresholds(700, 10, 10);
}

/* --- growing old ------------------------------------------------------------------------------------- */

static void show_ages(struct tour *tour)
{
    static const unsigned collected[LOOKS - 1] = {0, 1, 2};
    static const unsigned expected[LOOKS] = {0, 1, 2, 2};
    RC_FRAME(tour->T, f, 1);
    f[0] = new_list(tour);
    const struct container *c = (const struct container *)obj_get(f[0]);
    json_open(&tour->json, "ages", '[');
    for (unsigned i = 0; i < LOOKS; i++) {
        if (i != 0)
            gc_collect(tour->T, collected[i - 1]);
        json_number(&tour->json, NULL, gc_head_generation(&c->gc));
        claim_equal(&tour->claims,
                    i == 0 ? "generation of a new list" : "after one more collection", expected[i],
                    gc_head_generation(&c->gc));
    }
    json_close(&tour->json, ']');
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

/* --- counts ------------------------------------------------------------------------------------------ */

static void counts_text(struct tour *tour, char text[CLAIM_TEXT])
{
    const struct gc_thread *gc = &tour->T->gc;
    snprintf(text, CLAIM_TEXT, "%u, %u, %u", gc_count(gc, 0), gc_count(gc, 1), gc_count(gc, 2));
}

static void note_counts(struct tour *tour, const char *code, const char *expected)
{
    char text[CLAIM_TEXT];
    char what[CLAIM_TEXT];
    counts_text(tour, text);
    snprintf(what, sizeof what, "counts after: %s", code);
    claim_text(&tour->claims, what, expected, text);
    json_open(&tour->json, NULL, '{');
    json_string(&tour->json, "code", code);
    json_string(&tour->json, "counts", text);
    json_close(&tour->json, '}');
}

static void show_counts(struct tour *tour)
{
    RC_FRAME(tour->T, f, FEW);
    tour_settle(tour);
    json_open(&tour->json, "counts", '[');
    note_counts(tour, "gc.collect()", "0, 0, 0");
    for (int i = 0; i < FEW; i++)
        f[i] = new_list(tour);
    note_counts(tour, "five lists made", "5, 0, 0");
    for (int i = 0; i < 2; i++)
        tour_end(tour, &f[i]);
    note_counts(tour, "two dropped", "3, 0, 0");
    gc_collect(tour->T, 0);
    note_counts(tour, "gc.collect(0)", "0, 1, 0");
    gc_collect(tour->T, 1);
    note_counts(tour, "gc.collect(1)", "0, 0, 1");
    json_close(&tour->json, ']');
    cells_drop(tour->T, f, FEW);
    RC_LEAVE(tour->T, f);
}

/* --- the rhythm -------------------------------------------------------------------------------------- */

/* One full round: eleven times (eleven of generation 0, then one of 1); then generation 2 is over, and is next. */
enum { ROUND = RUNS * (RUNS + 1) + 1 };

static unsigned due(size_t number)
{
    if (number % ROUND == ROUND - 1)
        return 2;
    return number % (RUNS + 1) == RUNS;
}

static void write_rhythm(struct json *json, const struct watch *watch)
{
    char generations[WATCH_COLLECTIONS + 1] = "";
    for (size_t i = 0; i < watch_kept(watch); i++)
        generations[i] = (char)('0' + watch->entries[i].generation);
    json_string(json, "rhythm", generations);
}

static void claim_rhythm(struct tour *tour, const struct watch *watch, size_t each)
{
    size_t untimely = 0;
    size_t other = 0;
    for (size_t i = 0; i < watch_kept(watch); i++) {
        untimely += watch->entries[i].made != (i + 1) * each;
        other += watch->entries[i].generation != due(i);
    }
    claim_equal(&tour->claims, "collections for 133 x 701 lists", ROUND, watch->length);
    claim_equal(&tour->claims, "of these, not at a 701st list", 0, untimely);
    claim_equal(&tour->claims, "of these, of a generation not due", 0, other);
}

static void show_rhythm(struct tour *tour)
{
    static struct watch watch;
    RC_FRAME(tour->T, f, 1);
    const size_t each = (size_t)gc_threshold(0) + 1;
    size_t made = 0;
    f[0] = new_list(tour);
    tour_settle(tour);
    watch_begin(&watch, &made);
    keep_lists(tour, f[0], ROUND * each, &made);
    watch_end(&watch);
    write_rhythm(&tour->json, &watch);
    json_number(&tour->json, "every", each);
    claim_rhythm(tour, &watch, each);
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

/* --- several over at once ------------------------------------------------------------------------------ */

/* Brings all three counts over their thresholds with the collector switched off. */
static void overfill(struct tour *tour, rc_loc keeper)
{
    size_t made = 0;
    gc_enable(false);
    for (int i = 0; i < RUNS; i++)
        gc_collect(tour->T, 1);
    for (int i = 0; i < RUNS; i++)
        gc_collect(tour->T, 0);
    keep_lists(tour, keeper, (size_t)gc_threshold(0) + 1, &made);
}

/* Which generation the next container has collected; writes it and the counts before and after. */
static unsigned collected_next(struct tour *tour, const char *key)
{
    static struct watch watch;
    char before[CLAIM_TEXT];
    char after[CLAIM_TEXT];
    RC_FRAME(tour->T, g, 1);
    counts_text(tour, before);
    watch_begin(&watch, NULL);
    gc_enable(true);
    g[0] = new_list(tour);
    watch_end(&watch);
    counts_text(tour, after);
    rc_clear(tour->T, &g[0]);
    RC_LEAVE(tour->T, g);
    const unsigned generation = watch.entries[0].generation;
    json_open(&tour->json, key, '{');
    json_string(&tour->json, "before", before);
    json_number(&tour->json, "generation", generation);
    json_string(&tour->json, "after", after);
    json_close(&tour->json, '}');
    claim_equal(&tour->claims, "collections at the next list", 1, watch.length);
    return generation;
}

/* Nothing is old: the oldest generation goes, and the younger ones with it.  Many are old, and few have come since: it is
 * left out. */
static void show_choice(struct tour *tour)
{
    RC_FRAME(tour->T, f, 1);
    size_t made = 0;
    f[0] = new_list(tour);
    tour_settle(tour);
    overfill(tour, f[0]);
    claim_equal(&tour->claims, "generation, few objects old", 2, collected_next(tour, "oldest"));
    keep_lists(tour, f[0], 10 * ((size_t)gc_threshold(0) + 1), &made);
    json_number(&tour->json, "old", made);
    tour_settle(tour);
    overfill(tour, f[0]);
    claim_equal(&tour->claims, "generation, many old, few new", 1, collected_next(tour, "quarter"));
    cells_drop(tour->T, f, 1);
    RC_LEAVE(tour->T, f);
}

void tour_generations(struct tour *tour)
{
    show_thresholds(tour);
    show_ages(tour);
    show_counts(tour);
    show_rhythm(tour);
    show_choice(tour);
}
