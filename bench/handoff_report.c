/* A team of two, measured a few times. */
#include "bench/handoff_report.h"

#include "bench/json.h"
#include "bench/trial/handoff.h"

#include <stdlib.h>

enum {
    ROUNDS = 9
}; /* the ways of a virtual machine change: a few, and their lowest, middle and highest */

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static uint64_t picoseconds(double ns) { return (uint64_t)(ns * 1e3); }

static void write_processors(struct json *json, const struct team *team)
{
    json_open(json, "processors", '[');
    for (unsigned i = 0; i < 2 && team_processor(team, i) != NULL; i++)
        json_number(json, NULL, team_processor(team, i)->number);
    json_close(json, ']');
}

static void write_report(const struct team *team, const char *pin, const double ns[ROUNDS])
{
    struct json json = {.file = stdout};
    json_open(&json, NULL, '{');
    json_string(&json, "schema", "refbench.handoff/1");
    json_string(&json, "pin", pin);
    json_bool(&json, "pinned", team_is_pinned(team));
    write_processors(&json, team);
    json_number(&json, "lowest_ps", picoseconds(ns[0]));
    json_number(&json, "median_ps", picoseconds(ns[ROUNDS / 2]));
    json_number(&json, "highest_ps", picoseconds(ns[ROUNDS - 1]));
    json_close(&json, '}');
    fputc('\n', stdout);
}

bool handoff_report(struct thread *T, const struct options *options)
{
    struct team *team = RC_MAX_THREADS < 2 ? NULL : team_create(T, 2, options->pin);
    if (team == NULL)
        return false;
    double ns[ROUNDS];
    for (unsigned i = 0; i < ROUNDS; i++)
        ns[i] = handoff_ns(team);
    qsort(ns, ROUNDS, sizeof(ns[0]), compare);
    write_report(team, pin_names[options->pin], ns);
    team_destroy(team);
    return fflush(stdout) == 0;
}
