/* The frame around the statements. */
#include "bench/tour/tour.h"

#include "bench/exit_status.h"
#include "runtimes/object/intern.h"

#include <stdlib.h>

static const struct statement {
    const char *name;
    const char *states;
    void (*show)(struct tour *tour);
} statements[] = {
#define STATEMENT(name, states) {#name, states, tour_##name},
#include "bench/tour/statements.def"
#undef STATEMENT
};

enum { STATEMENTS = sizeof(statements) / sizeof(statements[0]) };

void tour_check_memory(bool there_was_enough)
{
    if (there_was_enough)
        return;
    fprintf(stderr, RC_NAME ": --tour: not enough memory\n");
    exit(EXIT_REFUSED);
}

rc_ref tour_need(rc_ref ref)
{
    tour_check_memory(ref.p != NULL);
    return ref;
}

rc_loc tour_cell(struct tour *tour, rc_ref ref) { return rc_move(tour->T, tour_need(ref)); }

void tour_end(struct tour *tour, rc_loc *cell)
{
    rc_clear(tour->T, cell);
    if (!RC_PROMPT_DEATH)
        runtime_settle(tour->T);
}

size_t tour_objects(struct tour *tour)
{
    if (!RC_PROMPT_DEATH)
        runtime_settle(tour->T);
    intern_settle(tour->T);
    return runtime_census().objects;
}

void tour_settle(struct tour *tour)
{
    runtime_settle(tour->T);
    gc_collect(tour->T, GC_GENERATIONS - 1);
    runtime_settle(tour->T);
}

static void show(struct tour *tour, unsigned number)
{
    const struct statement *statement = &statements[number - 1];
    struct json *json = &tour->json;
    tour_settle(tour);
    json_open(json, NULL, '{');
    json_number(json, "number", number);
    json_string(json, "name", statement->name);
    json_string(json, "states", statement->states);
    json_open(json, "evidence", '{');
    size_t before = tour_objects(tour);
    statement->show(tour);
    claim_equal(&tour->claims, "objects left over afterwards", before, tour_objects(tour));
    json_close(json, '}');
    claim_write_all(&tour->claims, json);
    json_close(json, '}');
}

static void write_facts(struct json *json)
{
    json_string(json, "schema", "refbench.tour/1");
    json_string(json, "runtime", RC_NAME);
    json_bool(json, "debug", REFBENCH_DEBUG);
    json_bool(json, "serial", RC_SERIAL);
    json_bool(json, "prompt_death", RC_PROMPT_DEATH);
}

enum tour_outcome tour_run(struct thread *T)
{
    struct tour tour = {.T = T, .json = {.file = stdout}};
    json_open(&tour.json, NULL, '{');
    write_facts(&tour.json);
    json_open(&tour.json, "statements", '[');
    for (unsigned number = 1; number <= STATEMENTS; number++)
        show(&tour, number);
    json_close(&tour.json, ']');
    json_close(&tour.json, '}');
    fputc('\n', stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        return TOUR_UNWRITTEN;
    return tour.claims.failed == 0 ? TOUR_HOLDS : TOUR_FAILS;
}
